/** The octets of a message: from memory when they came along with its structure, else from the store. */
import type { BlobInfo, MailStore } from "../../../lib/mail/ports.ts";
import type { ReadRange } from "./binary.ts";

export function readerOf(store: MailStore, { id, octets }: BlobInfo): ReadRange {
  return ({ offset, length }) =>
    octets ? once(octets.subarray(offset, offset + length)) : store.readBlob(id, offset, length);
}

/** Octets that are in memory, as a stream. */
export async function* once(octets: Buffer): AsyncGenerator<Buffer> {
  if (octets.length > 0) yield octets;
}
