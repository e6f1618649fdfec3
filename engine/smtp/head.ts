/**
 * The header section of a received message, and a message with another one in its place. The body is
 * never held: it streams from the spool behind the new head.
 */
import { splitHeader, fieldOctets, fieldText, type Header } from "../../lib/codec/mime/header.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { ByteSource } from "../../lib/mail/ports.ts";
import { MAX_HEADER_BLANK, MAX_HEADER_BYTES, MAX_HEADER_LINES } from "./limits.ts";

export interface Head {
  readonly bytes: Buffer;
  readonly header: Header;
}

/** Throws badMessage when the header does not end in time. */
export async function readHead(source: ByteSource): Promise<Head> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source.open()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_HEADER_BYTES) break;
  }
  const bytes = Buffer.concat(chunks);
  const header = splitHeader(bytes);
  if (header.length > MAX_HEADER_BYTES) {
    throw new MailError("badMessage", "The header section is too long");
  }
  checkShape(bytes.subarray(0, header.length));
  return { bytes: bytes.subarray(0, header.length), header };
}

/** Throws badMessage for headers that nobody writes, except to keep readers busy. */
function checkShape(head: Buffer): void {
  let lines = 0;
  let blank = 0;
  for (const byte of head) {
    if (byte === LF) lines++;
    blank = byte === LF || byte === CR || byte === SP || byte === TAB ? blank + 1 : 0;
    if (blank > MAX_HEADER_BLANK || lines > MAX_HEADER_LINES) {
      const what = blank > MAX_HEADER_BLANK ? "much white space" : "many lines";
      throw new MailError("badMessage", `The header section has too ${what}`);
    }
  }
}

const [TAB, LF, CR, SP] = [9, 10, 13, 32] as const;

/** The first fields of a message, in front of its other fields without those that `drop` names. */
export function withHead(
  source: ByteSource,
  head: Head,
  change: { first: string; drop: (name: string, value: () => string) => boolean },
): ByteSource {
  const kept = head.header.fields.filter(
    (field) => !change.drop(field.name, () => fieldText(head.bytes, field)),
  );
  const end = head.bytes.subarray(endOfFields(head.header));
  const start = Buffer.concat([
    Buffer.from(change.first),
    ...kept.map((field) => fieldOctets(head.bytes, field)),
    end,
  ]);
  return joined(start, source, head.header.length);
}

const endOfFields = ({ fields }: Header) => {
  const last = fields.at(-1);
  return last ? last.offset + last.length : 0;
};

/** `start`, then what stands in `source` from `from` on. */
function joined(start: Buffer, source: ByteSource, from: number): ByteSource {
  return {
    size: start.length + source.size - from,
    async *open() {
      for (let at = 0; at < start.length; at += MAX_HEADER_BYTES) {
        yield start.subarray(at, at + MAX_HEADER_BYTES);
      }
      let skip = from;
      for await (const chunk of source.open()) {
        if (chunk.length > skip) yield chunk.subarray(skip);
        skip = Math.max(0, skip - chunk.length);
      }
    },
  };
}
