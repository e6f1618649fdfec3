/**
 * Envelope and threading ids from a message's header: RFC 9051 §7.5.2, RFC 5322 §3.6.4.
 *
 * A budget shared by a whole Structure bounds what all its envelopes together may keep; what does
 * not fit is left out and the budget says so.
 */
import { parseAddressList } from "./address.ts";
import { fieldsNamed, fieldText, headerText, type Header } from "./header.ts";
import type { Envelope, EnvelopeAddress } from "./structure.ts";
import { clip } from "./text.ts";

/** One text field; subjects beyond a page are not read by anybody. */
const MAX_TEXT = 16 * 1024;
/** One address field, all its lines together. */
const MAX_ADDRESS_TEXT = 256 * 1024;
/** A thread of a thousand answers still ends in the ids that matter: the last ones are kept. */
const MAX_REFERENCES = 200;
/** RFC 5322 line limit: a longer id cannot have been sent. */
const MAX_ID = 998;

/** What may still be kept of a message's headers, in characters and addresses. */
export class Budget {
  #characters = 1024 * 1024;
  #addresses = 10_000;
  truncated = false;

  text(value: string, limit: number = MAX_TEXT): string {
    const kept = clip(value, Math.min(limit, this.#characters));
    this.#characters -= kept.length;
    if (kept.length < value.length) this.truncated = true;
    return kept;
  }

  addresses(value: string): readonly EnvelopeAddress[] {
    const list = parseAddressList(
      this.text(value, MAX_ADDRESS_TEXT),
      Math.min(this.#addresses, 2_000),
    );
    this.#addresses -= list.addresses.length;
    if (list.truncated) this.truncated = true;
    return list.addresses;
  }
}

export function readEnvelope(block: Buffer, header: Header, budget: Budget): Envelope {
  const text = (name: string) => {
    const value = headerText(block, header, name);
    return value === null ? null : budget.text(value);
  };
  const list = (name: string) => budget.addresses(headerText(block, header, name) ?? "");
  // RFC 5322 §4.5.3: destination fields that occur again are added to the first.
  const destinations = (name: string) =>
    budget.addresses(
      fieldsNamed(header, name)
        .map((field) => fieldText(block, field))
        .join(","),
    );
  const from = list("from");
  const sender = list("sender");
  const replyTo = list("reply-to");
  return {
    date: text("date"),
    subject: text("subject"),
    from,
    sender: sender.length > 0 ? sender : from,
    replyTo: replyTo.length > 0 ? replyTo : from,
    to: destinations("to"),
    cc: destinations("cc"),
    bcc: destinations("bcc"),
    inReplyTo: text("in-reply-to"),
    messageId: text("message-id"),
  };
}

export const EMPTY_ENVELOPE: Envelope = {
  date: null,
  subject: null,
  from: [],
  sender: [],
  replyTo: [],
  to: [],
  cc: [],
  bcc: [],
  inReplyTo: null,
  messageId: null,
};

/** Ids of References, else of In-Reply-To (§3.6.4): the last ones, oldest first, each once. */
export function readReferences(block: Buffer, header: Header, budget: Budget): string[] {
  const text =
    headerText(block, header, "references") ?? headerText(block, header, "in-reply-to") ?? "";
  const ids = messageIds(text.slice(-MAX_ADDRESS_TEXT));
  return [...new Set(ids)].slice(-MAX_REFERENCES).map((id) => budget.text(id));
}

/** The message ids in a field's text, without angle brackets and inner white space. */
export function messageIds(text: string): string[] {
  const found = text.match(/<[^<>]{1,998}>/g) ?? [];
  return found.map((id) => id.slice(1, -1).replace(/\s+/g, "")).filter((id) => id.length <= MAX_ID);
}
