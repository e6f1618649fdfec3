/**
 * What the stored structure answers: the envelope's fields and the Date. RFC 9051 §6.4.4; encoded words
 * are decoded (RFC 2047), case does not matter. Null for other fields, and when the envelope was cut.
 */
import { parseDateTime } from "../../../lib/codec/mime/date.ts";
import { decodeWords } from "../../../lib/codec/mime/encoded-word.ts";
import type { Envelope, EnvelopeAddress, Structure } from "../../../lib/codec/mime/structure.ts";
import { compareDays } from "./by-view.ts";
import type { Leaf, Verdict } from "./logic.ts";
import { contains } from "./text.ts";

export function structureVerdict(key: Leaf, { envelope, truncated }: Structure): Verdict {
  if (key.kind === "date") {
    const sent = envelope.date === null ? null : parseDateTime(envelope.date);
    return sent !== null && compareDays(sent, key.relation, key.day);
  }
  if (key.kind !== "header") return null;
  const found = fieldVerdict(key.name, key.value, envelope);
  // What was left out of an envelope may still hold the string; what is in it is there for sure.
  return truncated && found === false ? null : found;
}

function fieldVerdict(name: string, value: string, envelope: Envelope): Verdict {
  switch (name) {
    case "subject":
      return textContains(envelope.subject, value);
    case "message-id":
      return textContains(envelope.messageId, value);
    case "in-reply-to":
      return textContains(envelope.inReplyTo, value);
    case "from":
    case "to":
    case "cc":
    case "bcc":
      return addressesContain(envelope[name], value);
    default:
      return null;
  }
}

function textContains(text: string | null, value: string): boolean {
  return text !== null && contains(decodeWords(text), value);
}

/** The string may span a whole "Name <local@host>". No: an address that only looks alike elsewhere. */
function addressesContain(addresses: readonly EnvelopeAddress[], value: string): Verdict {
  if (addresses.length === 0) return false;
  // Quotes, comments and groups read otherwise in the field itself: there the octets decide.
  return addresses.some((address) => contains(addressText(address), value)) ? true : null;
}

function addressText({ name, mailbox, host }: EnvelopeAddress): string {
  const address = host === null ? (mailbox ?? "") : `${mailbox ?? ""}@${host}`;
  return name === null ? address : `${decodeWords(name)} <${address}>`;
}
