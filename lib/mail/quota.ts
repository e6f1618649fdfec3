/**
 * Is there room in a mailbox? Octets (STORAGE, RFC 9208 §5.1) and messages (MESSAGE, §5.2): one answer for
 * delivery, APPEND, COPY and REPLACE.
 *
 * A limit that was lowered may be below what is kept. Then there is no room, and what makes the mailbox no
 * fuller (REPLACE) is still taken.
 */
import { MailError } from "./errors.ts";

/** What an account keeps and what it may keep. */
export interface Usage {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly usedMessages: number;
  /** Null: any number. */
  readonly quotaMessages: number | null;
}

export interface Amount {
  readonly bytes: number;
  readonly messages: number;
}

export const NOTHING: Amount = { bytes: 0, messages: 0 };

export const oneMessage = (bytes: number): Amount => ({ bytes, messages: 1 });

export function roomIn({ usedBytes, quotaBytes, usedMessages, quotaMessages }: Usage): Amount {
  return {
    bytes: Math.max(0, quotaBytes - usedBytes),
    messages: Math.max(0, (quotaMessages ?? Infinity) - usedMessages),
  };
}

export function plus(a: Amount, b: Amount): Amount {
  return { bytes: a.bytes + b.bytes, messages: a.messages + b.messages };
}

export function minus(a: Amount, b: Amount): Amount {
  return { bytes: a.bytes - b.bytes, messages: a.messages - b.messages };
}

export function requireRoom(room: Amount, needed: Amount): void {
  if (needed.bytes > room.bytes) throw new MailError("mailboxFull", "Mailbox full");
  if (needed.messages > room.messages)
    throw new MailError("mailboxFull", "Mailbox full: the number of its messages is at the limit");
}
