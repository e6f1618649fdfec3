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
      return bodyContains(message, new Finder(key.value));
    case "text":
      return textContains(message, new Finder(key.value));
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

async function textContains(message: Readable, finder: Finder): Promise<boolean> {
  await searchHeader(message, message.structure.root.header, finder);
  return finder.found || bodyContains(message, finder);
}

async function searchHeader({ read }: Readable, range: ByteRange, finder: Finder): Promise<void> {
  finder.push(decodeWords(unfold(textOf(await readHeader(read, range)))));
  finder.cut();
}

async function bodyContains(message: Readable, finder: Finder): Promise<boolean> {
  await searchPart(message, message.structure.root, finder);
  return finder.found;
}

async function searchPart(message: Readable, part: Part, finder: Finder): Promise<void> {
  if (finder.found) return;
  if (part.message !== undefined) {
    await searchHeader(message, part.message.part.header, finder);
    await searchPart(message, part.message.part, finder);
  } else if (part.parts !== undefined) {
    for (const inner of part.parts) await searchPart(message, inner, finder);
  } else if (part.type === "text") await searchText(message, part, finder);
}

async function searchText({ read }: Readable, part: Part, finder: Finder): Promise<void> {
  const transfer = transferDecoder(part.encoding);
  if (transfer === null) return;
  const charset = charsetDecoder(paramValue(part.params, "charset") ?? "");
  for await (const chunk of read(part.body)) {
    finder.push(charset.write(transfer.push(chunk)));
    if (finder.found) return;
  }
  finder.push(charset.write(transfer.finish()) + charset.end());
  finder.cut();
}
