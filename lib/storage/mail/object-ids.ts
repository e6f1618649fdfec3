/**
 * EMAILID and THREADID (RFC 8474), computed instead of looked up: the email id from the bytes, the
 * thread id from the oldest message id that the message refers to. So every process gives the same
 * answer in any order of arrival, and COPY keeps both.
 *
 * Limit: a reply without References counts as an answer to what it names in In-Reply-To, and parts
 * from a thread that began earlier.
 */
import { createHash } from "node:crypto";
import type { Structure } from "../../codec/mime/structure.ts";

export function emailIdOf(sha256: Buffer): string {
  return uuidFrom(sha256);
}

/** Ids of different mailboxes have nothing in common, so that they tell nothing to one another. */
export function threadIdOf(mailboxId: string, structure: Structure, emailId: string): string {
  const { inReplyTo, messageId } = structure.envelope;
  const root = structure.references[0] ?? firstId(inReplyTo) ?? firstId(messageId) ?? emailId;
  return uuidFrom(createHash("sha256").update(`${mailboxId}\0${root}`).digest());
}

function firstId(text: string | null): string | undefined {
  return text?.match(/<([^<>\s]+)>/)?.[1];
}

/** UUIDv8 (RFC 9562 §5.8): 122 bits of the hash. */
function uuidFrom(hash: Buffer): string {
  const hex = hash.toString("hex");
  const variant = ((hash.readUInt8(8) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}
