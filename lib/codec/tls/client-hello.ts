/**
 * The first message of a TLS client, as far as somebody must know it who decides before the handshake:
 * which protocols it offers (ALPN, RFC 7301 §3.1) and for which name (RFC 6066 §3). RFC 8446 §4.1.2, §5.1; the
 * form is the same since TLS 1.0.
 *
 * Whatever is not a whole, well-formed ClientHello says nothing; nobody is refused here.
 */
export type FirstWords =
  /** Not all of it is here. */
  | { readonly kind: "more" }
  /** Something else, or malformed. */
  | { readonly kind: "other" }
  | {
      readonly kind: "hello";
      /** As it was sent, lower case; null: none. */
      readonly serverName: string | null;
      readonly protocols: readonly string[];
    };

/** Post-quantum key shares make two kilobytes; four records of the largest size are beyond any client. */
export const MAX_HELLO = 16 * 1024;

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const ALPN = 16;
const MAX_RECORD = 16 * 1024;

const MORE: FirstWords = { kind: "more" };
const OTHER: FirstWords = { kind: "other" };

export function readFirstWords(bytes: Buffer): FirstWords {
  const message = handshakeOf(bytes);
  if (message === null) return OTHER;
  if (message.length < 4) return bytes.length >= MAX_HELLO ? OTHER : MORE;
  const length = message.readUIntBE(1, 3);
  if (message[0] !== CLIENT_HELLO || length > MAX_HELLO) return OTHER;
  if (message.length < 4 + length) return bytes.length >= MAX_HELLO ? OTHER : MORE;
  try {
    return helloOf(new Reader(message.subarray(4, 4 + length)));
  } catch (error) {
    if (error instanceof RangeError) return OTHER;
    throw error;
  }
}

/** What the records carry so far, the last one perhaps in part; null: these are no handshake records. */
function handshakeOf(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== HANDSHAKE) return null;
    if (at + 1 < bytes.length && bytes[at + 1] !== 3) return null;
    if (at + 5 > bytes.length) break;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > MAX_RECORD) return null;
    parts.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return Buffer.concat(parts);
}

function helloOf(hello: Reader): FirstWords {
  hello.take(2 + 32); // version, random
  hello.vector(1); // session
  hello.vector(2); // cipher suites
  hello.vector(1); // compression
  let serverName: string | null = null;
  let protocols: string[] = [];
  const extensions = hello.isAtEnd ? hello : new Reader(hello.vector(2));
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    const body = new Reader(extensions.vector(2));
    if (type === SERVER_NAME) serverName = nameIn(body);
    if (type === ALPN) protocols = protocolsIn(body);
  }
  return { kind: "hello", serverName, protocols };
}

/** The first host name (type 0); the format has no other types. */
function nameIn(body: Reader): string | null {
  if (body.isAtEnd) return null;
  const list = new Reader(body.vector(2));
  const type = list.number(1);
  const name = list.vector(2).toString("latin1").toLowerCase();
  return type === 0 && name !== "" ? name : null;
}

function protocolsIn(body: Reader): string[] {
  const list = new Reader(body.vector(2));
  const names: string[] = [];
  while (!list.isAtEnd) names.push(list.vector(1).toString("latin1"));
  return names;
}

/** Throws a RangeError past the end. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  take(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw new RangeError("the message ends early");
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  number(bytes: 1 | 2): number {
    return this.take(bytes).readUIntBE(0, bytes);
  }

  /** Bytes with their length in front. */
  vector(lengthBytes: 1 | 2): Buffer {
    return this.take(this.number(lengthBytes));
  }
}
