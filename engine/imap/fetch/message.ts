/** The FETCH response of one message: RFC 9051 §7.5.2. Octets of bodies stay streams. */
import type { Encoder, OctetStream, Piece } from "../../../lib/codec/imap/encoder.ts";
import { formatDateTime } from "../../../lib/codec/imap/date-syntax.ts";
import type { ByteSlice, FetchItem, Section } from "../../../lib/codec/imap/types.ts";
import type { ByteRange } from "../../../lib/codec/mime/structure.ts";
import type { BlobInfo, Uid } from "../../../lib/mail/ports.ts";
import { MAX_FIELDS_HELD, MAX_FILTERED_HEADER, MAX_GATHERED } from "../limits.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { fetchName, flagsAt } from "../flags.ts";
import type { ImapSession } from "../state.ts";
import { binaryPart, decodedSize, decodedStream } from "./binary.ts";
import type { ReadRange } from "./binary.ts";
import { filterHeader } from "./header-fields.ts";
import { isOfBlob } from "./plan.ts";
import type { ItemOfBlob, ItemOfView } from "./plan.ts";
import { readerOf } from "./reader.ts";
import { rendered } from "./rendered.ts";
import { rangeOf } from "./section.ts";

/** A message and its row in the folder's view, now. */
interface Place {
  readonly uid: Uid;
  readonly row: number;
}

export interface Subject extends Place {
  readonly blob: BlobInfo;
}

/** The response, up to and with its CRLF. */
export async function fetchResponse(
  session: ImapSession,
  subject: Subject,
  items: readonly FetchItem[],
): Promise<Piece[]> {
  const writer = new ItemWriter(session, subject);
  for (const part of partsOf(session, subject, items)) await writer.write(part);
  return writer.finish();
}

/** The same, nothing awaited; null when octets have to be read first. */
export function responseAtOnce(
  session: ImapSession,
  subject: Subject,
  items: readonly FetchItem[],
): Piece[] | null {
  const writer = new ItemWriter(session, subject);
  for (const part of partsOf(session, subject, items)) if (!writer.writeAtOnce(part)) return null;
  return writer.finish();
}

/** The response, without its CRLF, when the view knows everything. */
export function viewResponse(
  session: ImapSession,
  place: Place,
  items: readonly ItemOfView[],
): string {
  const texts = items.map((item) => textOfView(session, place, item));
  return `* ${fetchName(session, place.uid)} (${texts.join(" ")})`;
}

/** What the message itself has to say, or what its view has said. */
type ResponsePart =
  string | Exclude<FetchItem, { kind: "plain" }> | { readonly kind: "plain"; item: ItemOfBlob };

/** The view says all it has to say at once: rows move while octets are read. */
function partsOf(session: ImapSession, place: Place, items: readonly FetchItem[]): ResponsePart[] {
  return items.map((item) => {
    if (item.kind !== "plain") return item;
    const { kind, item: name } = item;
    return isOfBlob(name) ? { kind, item: name } : textOfView(session, place, name);
  });
}

class ItemWriter {
  readonly #session: ImapSession;
  readonly #blob: BlobInfo;
  readonly #e: Encoder;
  #first = true;
  /** Octets that wait in the encoder. */
  #held = 0;

  constructor(session: ImapSession, { uid, blob }: Subject) {
    this.#session = session;
    this.#blob = blob;
    this.#e = session.out.encoder().untagged(`${fetchName(session, uid)} (`);
  }

  finish(): Piece[] {
    return this.#e.raw(")").crlf();
  }

  async write(part: ResponsePart): Promise<void> {
    this.#next();
    if (typeof part === "string") return void this.#e.raw(part);
    switch (part.kind) {
      case "plain":
        return this.#computed(part.item);
      case "section":
        return this.#section(part.label, part.section, part.partial);
      case "binary":
        return this.#binary(part.label, part.part, part.partial);
      case "binarySize":
        return this.#binarySize(part.label, part.part);
    }
  }

  /** False when it takes time; what was written until then is void. */
  writeAtOnce(part: ResponsePart): boolean {
    this.#next();
    if (typeof part === "string") this.#e.raw(part);
    else if (part.kind === "plain") this.#computed(part.item);
    else return part.kind === "section" && this.#sectionAtOnce(part);
    return true;
  }

  #next(): void {
    if (!this.#first) this.#e.sp();
    this.#first = false;
  }

  #computed(item: ItemOfBlob): void {
    if (item === "PREVIEW") this.#e.raw("PREVIEW ").string(this.#blob.preview);
    else this.#e.wire(rendered(this.#blob, item, this.#session.out.utf8));
  }

  readonly #read: ReadRange = (range) => readerOf(this.#session.context.store, this.#blob)(range);

  async #section(label: string, section: Section, partial: ByteSlice | null): Promise<void> {
    const range = rangeOf(this.#blob.structure, section);
    this.#e.raw(label).raw(origin(partial)).sp();
    if (range === null) return void this.#e.nil();
    if (!filtersFields(section)) return this.#octets(clip(range, partial));
    const header = await readHeader(this.#read, range);
    this.#hold(slice(fieldsOf(section, header), partial));
  }

  #sectionAtOnce({ label, section, partial }: Extract<FetchItem, { kind: "section" }>): boolean {
    const { octets, structure } = this.#blob;
    if (octets === undefined) return false;
    const range = rangeOf(structure, section);
    this.#e.raw(label).raw(origin(partial)).sp();
    if (range === null) this.#e.nil();
    else {
      const bytes = sectionOf(octets, section, range);
      const asked = slice(bytes, partial);
      if (this.#held + asked.length > MAX_GATHERED) return false;
      this.#hold(asked);
    }
    return true;
  }

  /** Small sections are read now, while others are sent; large ones while they are sent themselves. */
  async #octets(range: ByteRange): Promise<void> {
    if (this.#held + range.length <= MAX_GATHERED) {
      const octets = await gather(this.#read(range));
      if (octets.length === range.length) return this.#hold(octets);
    }
    this.#e.literalStream({ size: range.length, open: () => this.#read(range) });
  }

  #hold(octets: Buffer): void {
    this.#held += octets.length;
    if (this.#held > MAX_FIELDS_HELD) throw new MailError("limit", "Too many header fields");
    this.#e.literal(octets);
  }

  async #binary(
    label: string,
    numbers: readonly number[],
    partial: ByteSlice | null,
  ): Promise<void> {
    this.#e.raw(label).raw(origin(partial)).sp();
    const part = binaryPart(this.#blob.structure, numbers);
    if (part === null) return void this.#e.nil();
    const stream: OctetStream = await decodedStream(this.#read, part, partial);
    this.#e.literalStream(stream, true);
  }

  async #binarySize(label: string, numbers: readonly number[]): Promise<void> {
    const part = binaryPart(this.#blob.structure, numbers);
    const size = part === null ? 0 : await decodedSize(this.#read, part.range, part.encoding);
    this.#e.raw(`${label} ${size}`);
  }
}

function textOfView(
  { mailbox: { open } }: ImapSession,
  { uid, row }: Place,
  item: ItemOfView,
): string {
  switch (item) {
    case "FLAGS":
      return flagsAt(open, row);
    case "UID":
      return `UID ${uid}`;
    case "INTERNALDATE":
      return `INTERNALDATE "${formatDateTime(open.internalDateAt(row))}"`;
    case "SAVEDATE":
      return `SAVEDATE "${formatDateTime(open.messageAt(row).saveDate)}"`;
    case "RFC822.SIZE":
      return `RFC822.SIZE ${open.sizeAt(row)}`;
    case "MODSEQ":
      return `MODSEQ (${open.modseqAt(row)})`;
    case "EMAILID":
      return `EMAILID (${objectId("M", open.messageAt(row).emailId)})`;
    case "THREADID":
      return `THREADID (${objectId("T", open.messageAt(row).threadId)})`;
  }
}

type FieldsSection = Section & { readonly text: "HEADER.FIELDS" | "HEADER.FIELDS.NOT" };

export function filtersFields(section: Section): section is FieldsSection {
  return section.text === "HEADER.FIELDS" || section.text === "HEADER.FIELDS.NOT";
}

export function fieldsOf({ text, fields }: FieldsSection, header: Buffer): Buffer {
  return filterHeader(header, fields, text === "HEADER.FIELDS.NOT");
}

function sectionOf(octets: Buffer, section: Section, { offset, length }: ByteRange): Buffer {
  const bytes = octets.subarray(offset, offset + length);
  return filtersFields(section) ? fieldsOf(section, bytes) : bytes;
}

/** RFC 8474 §4: an id of letters, digits, "_" and "-", whose first letter says what it is of. */
export function objectId(kind: "M" | "T", uuid: string): string {
  return kind + uuid;
}

/** "<0>": the answer says where the slice began, not how long it was asked to be. */
function origin(partial: ByteSlice | null): string {
  return partial === null ? "" : `<${partial.offset}>`;
}

/** The part of the range that the client asked for: RFC 9051 §6.4.5, cut at its end, maybe empty. */
export function clip({ offset, length }: ByteRange, partial: ByteSlice | null): ByteRange {
  if (partial === null) return { offset, length };
  const from = Math.min(partial.offset, length);
  return { offset: offset + from, length: Math.min(partial.length, length - from) };
}

export function slice(bytes: Buffer, partial: ByteSlice | null): Buffer {
  const { offset, length } = clip({ offset: 0, length: bytes.length }, partial);
  return bytes.subarray(offset, offset + length);
}

/** A header in memory, up to a bound. */
export async function readHeader(read: ReadRange, range: ByteRange): Promise<Buffer> {
  const length = Math.min(range.length, MAX_FILTERED_HEADER);
  return gather(read({ offset: range.offset, length }));
}

async function gather(octets: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of octets) chunks.push(chunk);
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}
