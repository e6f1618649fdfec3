/**
 * Tokens of links that need no account (a device's profile, a domain's records): all the right that the link
 * needs, so they are long, and kept as SHA-256 alone. A hash without salt is enough for 256 random bits.
 */
import { createHash, randomBytes } from "node:crypto";

const TOKEN_BYTES = 32;

/** 43 characters of base64url: lib/schemas/clients.ts `LinkToken`. */
export const newLinkToken = (): string => randomBytes(TOKEN_BYTES).toString("base64url");

export const hashOfLinkToken = (token: string): Buffer =>
  createHash("sha256").update(token).digest();
