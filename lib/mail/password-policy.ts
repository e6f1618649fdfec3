/**
 * Which passwords people may choose: long enough, not on every attacker's first page, not their own
 * address. No rules about character classes (NIST SP 800-63B §3.1.1.2 advises against them).
 */

import { saslPrep } from "./saslprep.ts";

/** In characters as people count them. */
const MIN_PASSWORD = 10;
/** Argon2id takes any length; this only keeps a megabyte of password from being hashed. */
export const MAX_PASSWORD_BYTES = 512;

/** The most used passwords of ten characters and more, lower case; trailing digits are ignored. */
const COMMON = new Set(
  `password passwords passw0rd p@ssw0rd p@ssword administrator qwertyuiop qwertyuiopas asdfghjkl
  asdfghjklzx zxcvbnm zxcvbnmasd iloveyou letmein letmeinplease welcome welcomeback changeme
  changemenow changeit football baseball basketball superman batman sunshine princess trustno
  whatever michelle jennifer computer internet starwars abcdefgh abcdefghi abcdefghij qazwsxedc
  qazwsxedcrfv qweasdzxc qwerasdf woaini woaini1314 woaiwojia asdasdasd qweqweqwe aaaaaaaaaa
  passwordpassword correcthorsebatterystaple posthorn posthornadmin mailserver postmaster rootroot
  adminadmin default defaultpassword secretsecret supersecret`.split(/\s+/),
);

export type PasswordProblem = "tooShort" | "tooLong" | "unusable" | "tooCommon" | "isAddress";

/** Null when it will do. `address` is the one that signs in with it. */
export function passwordProblem(password: string, address = ""): PasswordProblem | null {
  if ([...password].length < MIN_PASSWORD) return "tooShort";
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return "tooLong";
  if (saslPrep(password) === null) return "unusable"; // control characters: nobody could type it again
  const plain = password.normalize("NFKC").toLowerCase();
  if (isCommon(plain)) return "tooCommon";
  const owner = address.toLowerCase();
  const local = owner.replace(/@.*$/, "");
  if (owner !== "" && (plain === owner || plain.replace(/[\d!.]+$/, "") === local))
    return "isAddress";
  return null;
}

function isCommon(plain: string): boolean {
  if (/^(.)\1*$/u.test(plain) || /^\d+$/.test(plain)) return true; // one character, or only digits
  return COMMON.has(plain) || COMMON.has(plain.replace(/[\d!.?@#]+$/, ""));
}
