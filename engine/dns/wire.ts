/**
 * Reading a DNS message off the wire: RFC 1035 §4, EDNS RFC 6891.
 *
 * Everything is bounded: a name has at most 255 octets and its pointers only lead backwards, RDATA cannot
 * be read past its length, counts cannot be larger than the bytes allow. Whatever does not fit throws
 * BadMessage; the transport takes that for a failed try. Labels with dots or control octets in them are
 * escaped as in a zone file (§5.1), so that a label "a.b" is never taken for two.
 */
export class BadMessage extends Error {}

/** What `read` reads; null when the message does not have it in a form that can be read. */
export function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadMessage) return null;
    throw error;
  }
}

export interface ResourceRecord {
  /** Lower case, no trailing dot; "." is the root. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  /** A reader at the start of RDATA; each call a new one. */
  readonly open: () => RdataReader;
}

export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  /** AA: the server speaks for the zone of the first owner name. */
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly authenticData: boolean;
  /** With the upper bits of EDNS. */
  readonly rcode: number;
  /** It understood EDNS: an OPT record came back. */
  readonly edns: boolean;
  readonly questions: readonly { name: string; type: number; class: number }[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

const HEADER_BYTES = 12;
const OPT = 41;
/** RFC 1035 §3.1. */
const MAX_NAME = 255;
/** A name has at most 127 labels; more pointers than that are there to make us work. */
const MAX_POINTERS = 127;

/** Reads values out of one record's RDATA; `end` must be reached exactly. */
export class RdataReader {
  readonly #bytes: Buffer;
  #at: number;
  readonly #end: number;

  constructor(bytes: Buffer, at: number, end: number) {
    if (end > bytes.length) throw new BadMessage("message cut short");
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  bytes(count: number): Buffer {
    if (count > this.left) throw new BadMessage("record cut short");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
  u8(): number {
    return this.bytes(1).readUInt8();
  }
  u16(): number {
    return this.bytes(2).readUInt16BE();
  }
  u32(): number {
    return this.bytes(4).readUInt32BE();
  }
  /** <character-string>: RFC 1035 §3.3. */
  string(): Buffer {
    return this.bytes(this.u8());
  }
  /** Passes over bytes that may be read later. */
  later(count: number): () => RdataReader {
    const start = this.#at;
    this.bytes(count);
    return () => new RdataReader(this.#bytes, start, start + count);
  }

  /** A name, following pointers: RFC 1035 §4.1.4. */
  name(): string {
    const labels: string[] = [];
    let [at, limit] = [this.#at, this.#at];
    let octets = 1;
    let pointers = 0;
    let jumped = false;
    for (;;) {
      const length = this.#octet(at++, jumped);
      if (length === 0) break;
      if (length >= 0xc0) {
        const target: number = ((length & 0x3f) << 8) | this.#octet(at++, jumped);
        if (!jumped) this.#at = at;
        if (target >= limit) throw new BadMessage("pointer that leads forward");
        if (++pointers > MAX_POINTERS) throw new BadMessage("too many pointers");
        [at, limit, jumped] = [target, target, true];
        continue;
      }
      octets += length + 1;
      if (length > 63 || octets > MAX_NAME) throw new BadMessage("name too long");
      if (at + length > this.#bytes.length) throw new BadMessage("name cut short");
      labels.push(labelText(this.#bytes.subarray(at, at + length)));
      at += length;
    }
    if (!jumped) this.bytes(at - this.#at);
    return labels.length === 0 ? "." : labels.join(".");
  }

  /** Before the first pointer a name must stay inside its record; after it, inside the message. */
  #octet(at: number, jumped: boolean): number {
    const octet = at < (jumped ? this.#bytes.length : this.#end) ? this.#bytes[at] : undefined;
    if (octet === undefined) throw new BadMessage("name cut short");
    return octet;
  }
}

function labelText(label: Buffer): string {
  return label
    .toString("latin1")
    .toLowerCase()
    .replace(/[.\\]/g, "\\$&")
    .replace(/[^\x21-\x7e]/g, (c) => `\\${c.charCodeAt(0).toString().padStart(3, "0")}`);
}

/** Throws BadMessage. */
export function readMessage(bytes: Buffer): DnsMessage {
  const reader = new RdataReader(bytes, 0, bytes.length);
  if (bytes.length < HEADER_BYTES) throw new BadMessage("no header");
  const id = reader.u16();
  const flags = reader.u16();
  const counts = { qd: reader.u16(), an: reader.u16(), ns: reader.u16(), ar: reader.u16() };
  const questions = times(counts.qd, () => ({
    name: reader.name(),
    type: reader.u16(),
    class: reader.u16(),
  }));
  const answers = times(counts.an, () => readRecord(reader));
  const authorities = times(counts.ns, () => readRecord(reader));
  const additionals = times(counts.ar, () => readRecord(reader));
  const edns = additionals.find((record) => record.type === OPT);
  return {
    id,
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0x0f,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    authenticData: (flags & 0x0020) !== 0,
    rcode: (flags & 0x0f) | (((edns?.ttl ?? 0) >>> 24) << 4),
    edns: edns !== undefined,
    questions,
    answers,
    authorities,
    additionals,
  };
}

function readRecord(reader: RdataReader): ResourceRecord {
  const name = reader.name();
  const type = reader.u16();
  const klass = reader.u16();
  const ttl = reader.u32();
  return { name, type, class: klass, ttl, open: reader.later(reader.u16()) };
}

/** Stops at the first record that is not there: a count alone allocates nothing. */
function times<T>(count: number, read: () => T): T[] {
  const list: T[] = [];
  for (let n = 0; n < count; n++) list.push(read());
  return list;
}
