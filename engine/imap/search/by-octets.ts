/**
 * What only the message itself answers: other header fields, BODY, TEXT. Octets stream by, decoded from
 * their transfer encoding and charset; nothing but a chunk and the end of the one before is held.
 *
 * BODY looks into text parts and the headers of messages inside; attachments of other kinds are no text.
 */
import { charsetDecoder } from "../../../lib/codec/mime/charset.ts";
import { decodeWords } from "../../../lib/codec/mime/encoded-word.ts";
import { fieldsNamed, fieldText, splitHeader } from "../../../lib/codec/mime/header.ts";
import { paramValue } from "../../../lib/codec/mime/params.ts";
import type { ByteRange, Part, Structure } from "../../../lib/codec/mime/structure.ts";
import { textOf, unfold } from "../../../lib/codec/mime/text.ts";
import { transferDecoder } from "../../../lib/codec/mime/transfer.ts";
import type { ReadRange } from "../fetch/binary.ts";
import { readHeader } from "../fetch/message.ts";
import type { Leaf } from "./logic.ts";
import { contains, Finder } from "./text.ts";
import type { TextSink } from "./text.ts";

/** A message that can be read. */
export interface Readable {
  readonly structure: Structure;
  readonly read: ReadRange;
}

export async function octetsVerdict(key: Leaf, message: Readable): Promise<boolean> {
  switch (key.kind) {
    case "header":
      return headerContains(message, key.name, key.value);
    case "body":
      return finds(key.value, (finder) => pourBody(message, finder));
    case "text":
      return finds(key.value, (finder) => pourText(message, finder));
    default:
      throw new Error(`The view should have answered ${key.kind}`);
  }
}

async function headerContains(
  { structure, read }: Readable,
  name: string,
  value: string,
): Promise<boolean> {
  const octets = await readHeader(read, structure.root.header);
  const fields = fieldsNamed(splitHeader(octets), name);
  return fields.some((field) => contains(decodeWords(fieldText(octets, field)), value));
}

async function finds(value: string, pour: (finder: Finder) => Promise<void>): Promise<boolean> {
  const finder = new Finder(value);
  await pour(finder);
  return finder.found;
}

/** Everything that TEXT looks into; the index is made of the same. */
export async function pourText(message: Readable, sink: TextSink): Promise<void> {
  await pourHeader(message, message.structure.root.header, sink);
  await pourBody(message, sink);
}

async function pourHeader({ read }: Readable, range: ByteRange, sink: TextSink): Promise<void> {
  sink.push(decodeWords(unfold(textOf(await readHeader(read, range)))));
  sink.cut();
}

function pourBody(message: Readable, sink: TextSink): Promise<void> {
  return pourPart(message, message.structure.root, sink);
}

async function pourPart(message: Readable, part: Part, sink: TextSink): Promise<void> {
  if (sink.done) return;
  if (part.message !== undefined) {
    await pourHeader(message, part.message.part.header, sink);
    await pourPart(message, part.message.part, sink);
  } else if (part.parts !== undefined) {
    for (const inner of part.parts) await pourPart(message, inner, sink);
  } else if (part.type === "text") await pourTextPart(message, part, sink);
}

async function pourTextPart({ read }: Readable, part: Part, sink: TextSink): Promise<void> {
  const transfer = transferDecoder(part.encoding);
  if (transfer === null) return;
  const charset = charsetDecoder(paramValue(part.params, "charset") ?? "");
  for await (const chunk of read(part.body)) {
    sink.push(charset.write(transfer.push(chunk)));
    if (sink.done) return;
  }
  sink.push(charset.write(transfer.finish()) + charset.end());
  sink.cut();
}
