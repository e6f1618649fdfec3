/**
 * Messages that a client sends: the end of APPEND (RFC 9051 §6.3.12, MULTIAPPEND RFC 3502) and of
 * REPLACE (RFC 8508), whole or put together from what is here already (CATENATE, RFC 4469). Literals may
 * be literal8 (RFC 3516) or UTF8 (RFC 6855 §4).
 *
 * Flags, URLs and sizes are looked at before a literal is accepted (assembly.ts). What is received is
 * kept as it came, bare line ends and NULs included: a client that moves mail to us must get back what
 * it sent.
 */
import { appendRun, appendRunAfter } from "../../lib/codec/imap/append-syntax.ts";
import type { AppendPlace, AppendRun, AppendStep } from "../../lib/codec/imap/append-syntax.ts";
import { Decoder, LiteralNeeded } from "../../lib/codec/imap/decoder.ts";
import { ImapSyntaxError } from "../../lib/codec/imap/syntax-error.ts";
import { isDenied } from "../../lib/mail/imap-capabilities.ts";
import type { NewMessage } from "../../lib/mail/ports.ts";
import { roomIn, type Amount } from "../../lib/mail/quota.ts";
import type { FlagScope } from "../../lib/mail/rights.ts";
import { demandTarget, isShared, ownSeen } from "./access.ts";
import type { Seen } from "./access.ts";
import { Assembly } from "./assembly.ts";
import type { Call } from "./command.ts";
import { splitFlags } from "./flag-list.ts";
import { ownOctets } from "./urls/own.ts";

/** The arguments behind the mailbox, as far as the first octets. */
export function firstRun(d: Decoder, options: { several: boolean }): AppendRun {
  const run = appendRun(d, options);
  for (const step of run.steps) if (step.kind === "message") splitFlags(step.flags);
  return run;
}

export interface Reception {
  readonly call: Call;
  readonly first: AppendRun;
  /** What may come, over all messages. */
  readonly room: Amount;
  /** MULTIAPPEND: others may follow. */
  readonly several: boolean;
  /** Flags that are stored; others are passed over (RFC 4314 §4). */
  readonly keeps: FlagScope;
}

/** Receives the messages and gives them to `use`; afterwards nothing of them is kept here. */
export async function withMessages<T>(
  reception: Reception,
  use: (messages: readonly NewMessage[]) => Promise<T>,
): Promise<T> {
  const { call, first, room, several, keeps } = reception;
  const { settings, clock } = call.session.context;
  const assembly = new Assembly({ settings, clock, room, keeps });
  try {
    for (let { steps, place } = first; ; { steps, place } = await readOn(call, place, several)) {
      for (const step of steps) await take(call, assembly, step);
      if (place === null) return await use(assembly.messages);
    }
  } finally {
    await assembly.dispose();
  }
}

async function take({ session, text }: Call, assembly: Assembly, step: AppendStep): Promise<void> {
  switch (step.kind) {
    case "message":
      if (step.catenated && isDenied("CATENATE", session.denied))
        throw new ImapSyntaxError("Expected a literal");
      return assembly.begin(step);
    case "url":
      return assembly.add(await ownOctets(session, step.url));
    case "octets":
      assembly.checkRoom(step.literal.size);
      return assembly.fill(await session.reader.acceptMessage(text, step.literal));
    case "end":
      return assembly.end();
  }
}

/** The line behind octets, as far as the next ones. URLs in it may be literals. */
async function readOn(
  { session, text }: Call,
  place: AppendPlace,
  several: boolean,
): Promise<AppendRun> {
  await session.reader.continueLine(text);
  const from = text.lines.length - 1;
  for (;;) {
    const rest = { lines: text.lines.slice(from), literals: text.literals.slice(from) };
    const d = new Decoder(rest, { utf8: session.out.utf8 });
    try {
      const run = appendRunAfter(d, place, { several });
      d.end();
      return run;
    } catch (error) {
      if (!(error instanceof LiteralNeeded)) throw error;
      await session.reader.addLiteral(text, error.literal);
    }
  }
}

/**
 * A mailbox that may be appended to, and what its owner's quota has left. The store looks again when it
 * commits. Of one's own both are one question.
 */
export async function folderWithRoom(
  { session }: Call,
  name: string,
): Promise<{ folder: Seen; room: Amount }> {
  const { store } = session.context;
  const own = isShared(name) ? null : await store.findWithUsage(session.owner.mailboxId, name);
  if (own !== null) return { folder: ownSeen(own.folder), room: roomIn(own.usage) };
  const folder = await demandTarget(session, name);
  return { folder, room: roomIn(await store.quota(folder.mailboxId)) };
}
