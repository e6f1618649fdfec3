/**
 * What only the message itself answers: other header fields, BODY, TEXT. Octets stream by, decoded from
 * their transfer encoding and charset; nothing but a chunk and the end of the one before is held. Charsets
 * differ in speed a hundredfold, and senders choose them: others have their turn between small pieces.
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
import { Turns } from "../turns.ts";
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
  const pouring = { ...message, sink, turns: new Turns() };
  await pourHeader(pouring, message.structure.root.header);
  await pourPart(pouring, message.structure.root);
}

function pourBody(message: Readable, sink: TextSink): Promise<void> {
  return pourPart({ ...message, sink, turns: new Turns() }, message.structure.root);
}

/** A message, and where its text goes. */
interface Pouring {
  readonly read: ReadRange;
  readonly sink: TextSink;
  readonly turns: Turns;
}

/** Octets, or UTF-16 units, between two looks at the clock: a few milliseconds in the slowest charset. */
const PIECE = 8 * 1024;

async function pourHeader({ read, sink, turns }: Pouring, range: ByteRange): Promise<void> {
  const text = decodeWords(unfold(textOf(await readHeader(read, range))));
  for (let at = 0; at < text.length && !sink.done; at += PIECE) {
    if (turns.due) await turns.give();
    sink.push(text.slice(at, at + PIECE));
  }
  sink.cut();
}

async function pourPart(pouring: Pouring, part: Part): Promise<void> {
  if (pouring.sink.done) return;
  if (part.message !== undefined) {
    await pourHeader(pouring, part.message.part.header);
    await pourPart(pouring, part.message.part);
  } else if (part.parts !== undefined) {
    for (const inner of part.parts) await pourPart(pouring, inner);
  } else if (part.type === "text") await pourTextPart(pouring, part);
}

async function pourTextPart({ read, sink, turns }: Pouring, part: Part): Promise<void> {
  const transfer = transferDecoder(part.encoding);
  if (transfer === null) return;
  const charset = charsetDecoder(paramValue(part.params, "charset") ?? "");
  for await (const chunk of read(part.body)) {
    const octets = transfer.push(chunk);
    for (let at = 0; at < octets.length; at += PIECE) {
      if (turns.due) await turns.give();
      sink.push(charset.write(octets.subarray(at, at + PIECE)));
      if (sink.done) return;
    }
  }
  sink.push(charset.write(transfer.finish()) + charset.end());
  sink.cut();
}
