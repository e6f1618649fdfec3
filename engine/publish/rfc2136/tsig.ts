/**
 * Signed DNS messages: TSIG, RFC 8945. We sign every request, and believe no answer that is not signed with
 * the same key over our request (§5.3), by the full MAC, within the fudge.
 *
 * Refused: HMAC-MD5 and SHA-1 (§6), truncated MACs (§5.2.2.1). An unsigned BADKEY or BADSIG (§5.3.2) says
 * why it failed and is believed no further than that: it never makes anything succeed.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { TsigAlgorithm } from "../../../lib/mail/dns/credential.ts";
import { BadMessage, RdataReader } from "../../dns/wire.ts";
import { CLASS, encodeName, encodeRecord } from "./encode.ts";

const TSIG = 250;
/** §10: 300 seconds are recommended. */
const FUDGE_SECONDS = 300;
const HEADER_BYTES = 12;
const ARCOUNT_AT = 10;

/** §3: what the error field says. */
export const TSIG_ERRORS = { BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const;

const HASHES = {
  "hmac-sha256": "sha256",
  "hmac-sha384": "sha384",
  "hmac-sha512": "sha512",
} as const;

export interface TsigKey {
  /** A domain name. */
  readonly name: string;
  readonly algorithm: TsigAlgorithm;
  readonly secret: Buffer;
}

export interface Signed {
  readonly message: Buffer;
  /** Goes into the digest of the answer. */
  readonly mac: Buffer;
}

export type TsigProblem = "unsigned" | "badKey" | "badSignature" | "badTime";

export class TsigError extends Error {
  readonly problem: TsigProblem;
  /** How far the peer's clock is from ours, when that is what is wrong. */
  readonly seconds: number;

  constructor(problem: TsigProblem, seconds = 0) {
    super(`TSIG: ${problem}`);
    this.problem = problem;
    this.seconds = seconds;
  }
}

interface Variables {
  readonly time: number;
  readonly fudge: number;
  readonly error: number;
  readonly other: Buffer;
}

/** Puts a TSIG record at the end (§5.1). `now` in seconds. */
export function sign(message: Buffer, key: TsigKey, now: number): Signed {
  const variables = { time: now, fudge: FUDGE_SECONDS, error: 0, other: Buffer.alloc(0) };
  const mac = computeMac(key, { message, variables, requestMac: null });
  const rdata = Buffer.concat([
    encodeName(key.algorithm),
    timeAndFudge(variables),
    u16(mac.length),
    mac,
    message.subarray(0, 2), // original ID
    u16(0),
    u16(0),
  ]);
  const record = encodeRecord({ name: key.name, type: TSIG, class: CLASS.ANY, ttl: 0, rdata });
  const signed = Buffer.concat([message, record]);
  signed.writeUInt16BE(message.readUInt16BE(ARCOUNT_AT) + 1, ARCOUNT_AT);
  return { message: signed, mac };
}

interface Digested {
  readonly message: Buffer;
  readonly variables: Variables;
  readonly requestMac: Buffer | null;
}

/** §4.3.3: request MAC of an answer, the message without TSIG, the variables in canonical form. */
function computeMac(
  { name, algorithm, secret }: TsigKey,
  { message, variables, requestMac }: Digested,
) {
  const hmac = createHmac(HASHES[algorithm], secret);
  if (requestMac) hmac.update(u16(requestMac.length)).update(requestMac);
  hmac.update(message);
  hmac.update(encodeName(name.toLowerCase()));
  hmac.update(u16(CLASS.ANY)).update(Buffer.alloc(4)); // TTL 0
  hmac.update(encodeName(algorithm)).update(timeAndFudge(variables));
  hmac.update(u16(variables.error)).update(u16(variables.other.length)).update(variables.other);
  return hmac.digest();
}

interface TsigRecord extends Variables {
  readonly name: string;
  readonly algorithm: string;
  readonly mac: Buffer;
  readonly originalId: number;
  /** Where it starts in the message. */
  readonly at: number;
}

/** Throws TsigError when the answer is not to be believed, BadMessage when it cannot be read. */
export function verifyAnswer(
  answer: Buffer,
  key: TsigKey,
  { requestMac, now }: { requestMac: Buffer; now: number },
): void {
  const tsig = findTsig(answer);
  if (!tsig) throw new TsigError("unsigned");
  if (tsig.error === TSIG_ERRORS.BADKEY) throw new TsigError("badKey");
  if (tsig.error === TSIG_ERRORS.BADSIG) throw new TsigError("badSignature");
  if (tsig.error === TSIG_ERRORS.BADTRUNC) throw new TsigError("badSignature");
  const known = tsig.name === key.name.toLowerCase() && tsig.algorithm === key.algorithm;
  if (!known) throw new TsigError("unsigned");
  const message = withoutTsig(answer, tsig);
  const mac = computeMac(key, { message, variables: tsig, requestMac });
  if (tsig.mac.length !== mac.length || !timingSafeEqual(tsig.mac, mac)) {
    throw new TsigError("unsigned");
  }
  if (tsig.error === TSIG_ERRORS.BADTIME) throw new TsigError("badTime", clockOff(tsig, now));
  const seconds = Math.abs(now - tsig.time);
  if (seconds > tsig.fudge) throw new TsigError("badTime", seconds);
}

/** §5.2.3: BADTIME brings the server's time. */
const clockOff = ({ other }: TsigRecord, now: number) =>
  other.length === 6 ? Math.abs(other.readUIntBE(0, 6) - now) : 0;

/** As it was digested: the original ID, and a count that leaves TSIG out. */
function withoutTsig(answer: Buffer, { at, originalId }: TsigRecord): Buffer {
  const message = Buffer.from(answer.subarray(0, at));
  message.writeUInt16BE(originalId, 0);
  message.writeUInt16BE(message.readUInt16BE(ARCOUNT_AT) - 1, ARCOUNT_AT);
  return message;
}

/** The last additional record if it is a TSIG (§5.2: nowhere else); null when there is none. */
export function findTsig(message: Buffer): TsigRecord | null {
  const reader = new RdataReader(message, 0, message.length);
  if (message.length < HEADER_BYTES) throw new BadMessage("no header");
  reader.bytes(4);
  const [questions, ...records] = [reader.u16(), reader.u16(), reader.u16(), reader.u16()];
  for (let n = 0; n < (questions ?? 0); n++) {
    reader.name();
    reader.bytes(4);
  }
  const total = records.reduce((sum, count) => sum + count, 0);
  const additional = records.at(-1) ?? 0;
  let found: TsigRecord | null = null;
  for (let n = 1; n <= total; n++) {
    const at = message.length - reader.left;
    const name = reader.name();
    const [type, klass, ttl] = [reader.u16(), reader.u16(), reader.u32()];
    const open = reader.later(reader.u16());
    if (type !== TSIG) continue;
    if (n !== total || additional === 0 || klass !== CLASS.ANY || ttl !== 0) {
      throw new BadMessage("TSIG is not the last record, or not as it must be"); // §4.2
    }
    found = { name, at, ...readTsig(open()) };
  }
  if (reader.left > 0) throw new BadMessage("bytes after the last record");
  return found;
}

function readTsig(data: RdataReader): Omit<TsigRecord, "name" | "at"> {
  const algorithm = data.name();
  const time = data.bytes(6).readUIntBE(0, 6);
  const fudge = data.u16();
  const mac = Buffer.from(data.bytes(data.u16()));
  const [originalId, error] = [data.u16(), data.u16()];
  const other = Buffer.from(data.bytes(data.u16()));
  if (data.left > 0) throw new BadMessage("bytes left over in TSIG");
  return { algorithm, time, fudge, mac, originalId, error, other };
}

function timeAndFudge({ time, fudge }: Variables): Buffer {
  const out = Buffer.alloc(8);
  out.writeUIntBE(time, 0, 6);
  out.writeUInt16BE(fudge, 6);
  return out;
}

function u16(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16BE(value);
  return out;
}
