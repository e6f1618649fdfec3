/**
 * Authorisation tokens of the mechanism INTERNAL: RFC 4467 §2.4.1, §2.5. HMAC-SHA-256 over the URL up to
 * the token, under the mailbox access key. Its first octet names the algorithm, so that there can be
 * another one some day (§2.4.1).
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const HMAC_SHA_256 = "01";

/** Hexadecimal. */
export function tokenOf(rump: string, key: Buffer): string {
  return HMAC_SHA_256 + createHmac("sha256", key).update(rump, "utf8").digest("hex");
}

/** In the same time whether there is a key or not (§6). */
export function isTokenOf(token: string, rump: string, key: Buffer | null): boolean {
  const expected = Buffer.from(tokenOf(rump, key ?? NO_KEY));
  const given = Buffer.from(token.toLowerCase());
  return given.length === expected.length && timingSafeEqual(given, expected) && key !== null;
}

const NO_KEY = randomBytes(32);
