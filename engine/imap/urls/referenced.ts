/**
 * What a URL names, in the eyes of an account: the message, and octets of it as FETCH would say them. The
 * account needs the right to read (RFC 4314); without it the message is not there. \Seen stays as it is.
 */
import type { OctetStream } from "../../../lib/codec/imap/encoder.ts";
import type { ImapUrl } from "../../../lib/codec/imap/url.ts";
import type { BlobInfo, MailStore } from "../../../lib/mail/ports.ts";
import { hasRights } from "../../../lib/mail/rights.ts";
import type { Seen } from "../access.ts";
import { clip, fieldsOf, filtersFields, readHeader, slice } from "../fetch/message.ts";
import { once, readerOf } from "../fetch/reader.ts";
import { rangeOf } from "../fetch/section.ts";

/** Null when it is not there. */
export async function findReferenced(
  store: MailStore,
  seen: Seen | null,
  { uid, uidValidity }: ImapUrl,
): Promise<BlobInfo | null> {
  if (seen === null || !hasRights(seen.rights, "r")) return null;
  if (uidValidity !== null && uidValidity !== seen.uidValidity) return null;
  const id = await store.findBlob(seen.id, uid);
  if (id === null) return null;
  const [blob] = await store.getBlobs([id]);
  return blob ?? null;
}

/** Null when the message has no such part. */
export async function sectionOctets(
  store: MailStore,
  blob: BlobInfo,
  url: ImapUrl,
): Promise<OctetStream | null> {
  const range = rangeOf(blob.structure, url.section);
  if (range === null) return null;
  const read = readerOf(store, blob);
  const partial = sliceOf(url);
  if (!filtersFields(url.section)) {
    const asked = clip(range, partial);
    return { size: asked.length, open: () => read(asked) };
  }
  const octets = slice(fieldsOf(url.section, await readHeader(read, range)), partial);
  return { size: octets.length, open: () => once(octets) };
}

/** PARTIAL as FETCH knows it: without a length it goes to the end. */
export function sliceOf({ partial }: ImapUrl): { offset: number; length: number } | null {
  return partial && { offset: partial.offset, length: partial.length ?? Infinity };
}
