/**
 * What APPEND and REPLACE say behind the mailbox: RFC 9051 §9 `append-message`, CATENATE (RFC 4469 §5),
 * MULTIAPPEND (RFC 3502 §6), literal8 (RFC 3516), UTF8 (RFC 6855 §4, also as a part of CATENATE).
 *
 * Octets of messages are not for memory: the text is read as far as the next of them, as a run of
 * steps. Who has taken them reads on in the line that follows, at the place where the run stopped.
 */
import { dateTime } from "./date-syntax.ts";
import type { Decoder } from "./decoder.ts";
import { MAX_LIST } from "./limits.ts";
import { ImapSyntaxError } from "./syntax-error.ts";
import type { LiteralSpec } from "./types.ts";

export type AppendStep =
  | AppendedMessage
  /** What the URL names comes next in the message. */
  | { readonly kind: "url"; readonly url: string }
  /** Octets come next in it: the last step of its run. */
  | { readonly kind: "octets"; readonly literal: LiteralSpec }
  /** The message is complete. */
  | { readonly kind: "end" };

/** A message begins. */
export interface AppendedMessage {
  readonly kind: "message";
  readonly flags: readonly string[];
  readonly internalDate: Date | null;
  readonly catenated: boolean;
}

/** What stands around the octets. */
export interface AppendPlace {
  readonly utf8: boolean;
  readonly catenated: boolean;
}

export interface AppendRun {
  readonly steps: readonly AppendStep[];
  /** Where it goes on behind the octets; null: the command has ended. */
  readonly place: AppendPlace | null;
}

/** From the first message on, without the space before it. `several`: MULTIAPPEND. */
export function appendRun(d: Decoder, { several }: { several: boolean }): AppendRun {
  return run(d, { steps: [], several, next: "message" });
}

/** In the line behind the octets. */
export function appendRunAfter(
  d: Decoder,
  { utf8, catenated }: AppendPlace,
  { several }: { several: boolean },
): AppendRun {
  if (utf8) d.special(")");
  const steps: AppendStep[] = [];
  const next = catenated ? behindPart(d, steps, several) : behindMessage(d, steps, several);
  return run(d, { steps, several, next });
}

type Next = "message" | "part" | null;

function run(
  d: Decoder,
  { steps, several, ...from }: { steps: AppendStep[]; several: boolean; next: Next },
): AppendRun {
  for (let next = from.next; next !== null;) {
    if (steps.length >= MAX_LIST) throw new ImapSyntaxError("A list is too long");
    if (next === "message") {
      const begun = message(d);
      steps.push(begun);
      if (!begun.catenated)
        return d.seesLiteral ? plainOctets(d, steps, false) : utf8Octets(d, steps, false);
      d.sp().special("(");
    }
    if (d.tryWord("TEXT")) return plainOctets(d.sp(), steps, true);
    if (!d.tryWord("URL")) return utf8Octets(d, steps, true);
    steps.push({ kind: "url", url: d.sp().astring() });
    next = behindPart(d, steps, several);
  }
  return { steps, place: null };
}

function message(d: Decoder): AppendedMessage {
  const flags = d.seesList ? d.flagList() : null;
  if (flags !== null) d.sp();
  const internalDate = d.sees('"') ? dateTime(d) : null;
  if (internalDate !== null) d.sp();
  const catenated = d.tryWord("CATENATE");
  return { kind: "message", flags: flags ?? [], internalDate, catenated };
}

function plainOctets(d: Decoder, steps: AppendStep[], catenated: boolean): AppendRun {
  steps.push({ kind: "octets", literal: d.messageLiteral() });
  return { steps, place: { utf8: false, catenated } };
}

function utf8Octets(d: Decoder, steps: AppendStep[], catenated: boolean): AppendRun {
  if (!d.tryWord("UTF8"))
    throw new ImapSyntaxError(catenated ? "Expected TEXT or URL" : "Expected a literal");
  const literal = d.sp().special("(").messageLiteral();
  if (!literal.binary) throw new ImapSyntaxError("UTF8 takes a literal8");
  steps.push({ kind: "octets", literal });
  return { steps, place: { utf8: true, catenated } };
}

function behindPart(d: Decoder, steps: AppendStep[], several: boolean): Next {
  if (d.trySpecial(")")) return behindMessage(d, steps, several);
  d.sp();
  return "part";
}

function behindMessage(d: Decoder, steps: AppendStep[], several: boolean): Next {
  steps.push({ kind: "end" });
  return several && d.trySp() ? "message" : null;
}
