/**
 * Answers signed as a server signs them (RFC 8945 §5.3), written a second time, by the text: what our own code
 * is tested against when no real server shall be asked.
 */
import { createHmac } from "node:crypto";
import { CLASS, encodeName, encodeRecord } from "../../engine/publish/rfc2136/encode.ts";
import type { TsigKey } from "../../engine/publish/rfc2136/tsig.ts";

export interface SignedAnswer {
  readonly key: TsigKey;
  /** Seconds. */
  readonly time: number;
  readonly error?: number;
  readonly other?: Buffer;
  readonly rcode?: number;
}

const u16 = (value: number) => Buffer.of(value >> 8, value & 0xff);

/** `request` without its TSIG comes back as the answer. */
export function signedAnswer(request: Buffer, requestMac: Buffer, options: SignedAnswer): Buffer {
  const { key, time, error = 0, other = Buffer.alloc(0), rcode = 0 } = options;
  const message = Buffer.from(request);
  message.writeUInt16BE(0x8400 | (request.readUInt16BE(2) & 0x7800) | rcode, 2);
  const timers = Buffer.concat([Buffer.alloc(6), u16(300)]);
  timers.writeUIntBE(time, 0, 6);
  const mac = createHmac("sha256", key.secret)
    .update(Buffer.concat([u16(requestMac.length), requestMac, message]))
    .update(Buffer.concat([encodeName(key.name), u16(255), Buffer.alloc(4)]))
    .update(Buffer.concat([encodeName(key.algorithm), timers]))
    .update(Buffer.concat([u16(error), u16(other.length), other]))
    .digest();
  const rdata = Buffer.concat([
    ...[encodeName(key.algorithm), timers, u16(mac.length), mac],
    ...[message.subarray(0, 2), u16(error), u16(other.length), other],
  ]);
  const tsig = encodeRecord({ name: key.name, type: 250, class: CLASS.ANY, ttl: 0, rdata });
  const signed = Buffer.concat([message, tsig]);
  signed.writeUInt16BE(1, 10);
  return signed;
}
