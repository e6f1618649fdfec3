/**
 * BINARY and BINARY.SIZE: RFC 9051 §6.4.5, RFC 3516. A part without its transfer encoding.
 *
 * The literal8 must say its size before the first octet, so a part is decoded twice: once to count,
 * once to send. Memory stays one chunk; nothing is kept in between.
 */
import type { OctetStream } from "../../../lib/codec/imap/encoder.ts";
import type { ByteSlice } from "../../../lib/codec/imap/types.ts";
import type { ByteRange, Part, Structure } from "../../../lib/codec/mime/structure.ts";
import { transferDecoder } from "../../../lib/codec/mime/transfer.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { partAt } from "./section.ts";

/** Reads octets of the message at hand. */
export type ReadRange = (range: ByteRange) => AsyncIterable<Buffer>;

/** What a BINARY item reads; null: there is no such part. The empty path is the message as it is. */
export function binaryPart(
  structure: Structure,
  numbers: readonly number[],
): { range: ByteRange; encoding: string } | null {
  if (numbers.length === 0)
    return { range: { offset: 0, length: structure.size }, encoding: "8bit" };
  const part = partAt(structure.root, numbers);
  return part === null
    ? null
    : { range: part.body, encoding: holdsParts(part) ? "8bit" : part.encoding };
}

/** Multiparts and messages have no encoding but the identity (RFC 2045 §6.4). */
function holdsParts(part: Part): boolean {
  return part.parts !== undefined || part.message !== undefined;
}

export async function decodedSize(
  read: ReadRange,
  range: ByteRange,
  encoding: string,
): Promise<number> {
  let size = 0;
  for await (const chunk of decoded(read, range, encoding)) size += chunk.length;
  return size;
}

/** The decoded octets, or a slice of them. */
export async function decodedStream(
  read: ReadRange,
  { range, encoding }: { range: ByteRange; encoding: string },
  slice: ByteSlice | null,
): Promise<OctetStream> {
  const whole = await decodedSize(read, range, encoding);
  const from = Math.min(slice?.offset ?? 0, whole);
  const size = Math.min(slice?.length ?? whole, whole - from);
  return { size, open: () => cut(decoded(read, range, encoding), from, size) };
}

async function* decoded(
  read: ReadRange,
  range: ByteRange,
  encoding: string,
): AsyncGenerator<Buffer> {
  const decoder = transferDecoder(encoding);
  if (decoder === null)
    throw new MailError("unknownTransferEncoding", "Unknown content transfer encoding");
  for await (const chunk of read(range)) {
    const octets = decoder.push(chunk);
    if (octets.length > 0) yield octets;
  }
  const rest = decoder.finish();
  if (rest.length > 0) yield rest;
}

async function* cut(
  chunks: AsyncIterable<Buffer>,
  from: number,
  size: number,
): AsyncGenerator<Buffer> {
  let skip = from;
  let left = size;
  for await (const chunk of chunks) {
    if (left === 0) return;
    const piece = chunk.subarray(Math.min(skip, chunk.length)).subarray(0, left);
    skip = Math.max(0, skip - chunk.length);
    left -= piece.length;
    if (piece.length > 0) yield piece;
  }
}
