/** Tokens of challenges (RFC 8555 §8.3: base64url), and what is answered to them (§8.1, §8.4; RFC 8737 §3). */
import { createHash } from "node:crypto";

/** 128 bits at least; what is longer than this is no token. */
const TOKEN = /^[A-Za-z0-9_-]{16,128}$/;

export const isToken = (text: string): boolean => TOKEN.test(text);

export const CHALLENGE_PATH = "/.well-known/acme-challenge/";

/** Value of the TXT record at "_acme-challenge.<name>". */
export const dnsAnswer = (keyAuthorization: string): string =>
  createHash("sha256").update(keyAuthorization).digest("base64url");

/** What the challenge certificate carries. */
export const tlsAnswer = (keyAuthorization: string): Buffer =>
  createHash("sha256").update(keyAuthorization).digest();
