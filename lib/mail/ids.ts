/**
 * Identifiers: UUIDv7 (RFC 9562 §5.7), sortable by time, for rows; short ones for log lines. Within one
 * millisecond a counter (§6.2, method 1) keeps those of one process in the order they were made.
 */
import { randomBytes, randomFillSync } from "node:crypto";

const bytes = Buffer.alloc(16);
let lastTime = 0;
let counter = 0;

/** A new UUIDv7 in its canonical text form. */
export function newId(now: number = Date.now()): string {
  randomFillSync(bytes, 6);
  bytes.writeUIntBE(now, 0, 6);
  // A new millisecond starts low, so that there is room to count.
  counter = now === lastTime ? (counter + 1) & 0xfff : bytes[6]!;
  lastTime = now;
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A session id: short enough to read aloud, unique enough to grep for. */
export function newSessionId(): string {
  return randomBytes(6).toString("base64url");
}
