/**
 * App passwords: one per device or program, made by us and never chosen. 140 random bits need no slow
 * hash: an HMAC under the installation's key finds the row (lib/storage/secret-box.ts `fingerprint`).
 *
 * Written in Crockford's base 32, which has no two signs that look alike, in groups of four. People type
 * them on phones: spaces and hyphens are passed over, upper case is lower case, "o" is 0, "i" and "l" are 1.
 */
import { randomBytes } from "node:crypto";

export const APP_PROTOCOLS = ["imap", "pop3", "smtp"] as const;
export type AppProtocol = (typeof APP_PROTOCOLS)[number];

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
/** 28 signs of 5 bits: seven full groups, and more than the 128 bits that nobody can search. */
const LENGTH = 28;
const GROUP = 4;

/** Longer input is no app password; spaces between all signs still fit. */
const MAX_TYPED = 2 * LENGTH + 8;

/** What an app password is looked up for (SecretBox `fingerprint`). */
export const APP_PASSWORD_CONTEXT = "app-password";

/** A new one, without spaces. */
export function newAppPassword(): string {
  // A byte modulo 32 is even: 256 is a multiple of it.
  return [...randomBytes(LENGTH)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("");
}

/** As it is shown, and may be typed: "abcd efgh …". */
export function groupsOf(password: string): string[] {
  return password.match(new RegExp(`.{1,${GROUP}}`, "g")) ?? [];
}

/** What was typed, if it can be an app password at all; null for every other password. */
export function readAppPassword(typed: string): string | null {
  if (typed.length < LENGTH || typed.length > MAX_TYPED) return null;
  const plain = typed
    .toLowerCase()
    .replace(/[\s-]/g, "")
    .replaceAll("o", "0")
    .replace(/[il]/g, "1");
  const fits = plain.length === LENGTH && [...plain].every((sign) => ALPHABET.includes(sign));
  return fits ? plain : null;
}

/** Why a password that was found does not let in, in words of the trace; null: it does. */
export function refusalOf(
  password: {
    readonly protocols: readonly string[];
    readonly expiresAt: Date | null;
    readonly revoked: boolean;
  },
  protocol: AppProtocol,
  now: Date,
): string | null {
  if (password.revoked) return "app password revoked";
  if (password.expiresAt !== null && password.expiresAt <= now) return "app password expired";
  return password.protocols.includes(protocol) ? null : `app password not for ${protocol}`;
}
