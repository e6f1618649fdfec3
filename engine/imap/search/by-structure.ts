/**
 * What the stored structure answers: the envelope's fields and the Date. RFC 9051 §6.4.4; encoded words
 * are decoded (RFC 2047), case does not matter. Null for other fields, and when the envelope was cut.
 */
import { parseDateTime } from "../../../lib/codec/mime/date.ts";
import { decodeWords } from "../../../lib/codec/mime/encoded-word.ts";
import type { Envelope, EnvelopeAddress, Structure } from "../../../lib/codec/mime/structure.ts";
import { caseMap } from "../../../lib/mail/collation.ts";
import { compareDays } from "./by-view.ts";
import type { Leaf, Verdict } from "./logic.ts";

export type StructureTest = (structure: Structure) => Verdict;

const UNKNOWN: StructureTest = () => null;

export function structureTest(key: Leaf): StructureTest {
  if (key.kind === "date")
    return ({ envelope: { date } }) => {
      const sent = date === null ? null : parseDateTime(date);
      return sent !== null && compareDays(sent, key.relation, key.day);
    };
  if (key.kind !== "header") return UNKNOWN;
  const wanted = caseMap(key.value);
  return ({ envelope, truncated }) => {
    const found = fieldVerdict(key.name, wanted, envelope);
    // What was left out of an envelope may still hold the string; what is in it is there for sure.
    return truncated && found === false ? null : found;
  };
}

/** `wanted` is prepared for comparison. */
function fieldVerdict(name: string, wanted: string, envelope: Envelope): Verdict {
  switch (name) {
    case "subject":
    case "message-id":
    case "in-reply-to":
      return preparedTexts(envelope, name).some((text) => text.includes(wanted));
    case "from":
    case "to":
    case "cc":
    case "bcc": {
      const addresses = preparedTexts(envelope, name);
      // A field may be there without an address: "" looks for the field alone (RFC 9051 §6.4.4).
      if (addresses.length === 0) return wanted === "" ? null : false;
      // Quotes, comments and groups read otherwise in the field itself: there the octets decide.
      return addresses.some((text) => text.includes(wanted)) ? true : null;
    }
    default:
      return null;
  }
}

type Field = "subject" | "message-id" | "in-reply-to" | "from" | "to" | "cc" | "bcc";

/** Prepared once, as long as the envelope is kept: the next search asks for the same fields. */
const prepared = new WeakMap<Envelope, Map<Field, readonly string[]>>();

function preparedTexts(envelope: Envelope, name: Field): readonly string[] {
  let known = prepared.get(envelope);
  if (known === undefined) prepared.set(envelope, (known = new Map()));
  let texts = known.get(name);
  if (texts === undefined) known.set(name, (texts = textsOf(envelope, name).map(caseMap)));
  return texts;
}

function textsOf(envelope: Envelope, name: Field): string[] {
  switch (name) {
    case "subject":
      return decoded(envelope.subject);
    case "message-id":
      return decoded(envelope.messageId);
    case "in-reply-to":
      return decoded(envelope.inReplyTo);
    default:
      return envelope[name].map(addressText);
  }
}

function decoded(text: string | null): string[] {
  return text === null ? [] : [decodeWords(text)];
}

/** The string may span a whole "Name <local@host>". No: an address that only looks alike elsewhere. */
function addressText({ name, mailbox, host }: EnvelopeAddress): string {
  const address = host === null ? (mailbox ?? "") : `${mailbox ?? ""}@${host}`;
  return name === null ? address : `${decodeWords(name)} <${address}>`;
}
