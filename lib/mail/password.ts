/**
 * Passwords at rest: Argon2id (RFC 9106) as a PHC string, and the SCRAM keys that are made with it.
 *
 * OWASP's first choice for Argon2id at 19 MiB: about 25 ms of one thread. The work is done on libuv's
 * threads, never on the event loop. Passwords are prepared (saslprep.ts) before they are hashed, so a
 * password works by PLAIN and by SCRAM alike.
 */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { saslPrep } from "./saslprep.ts";
import { scramKeys } from "./scram.ts";

const derive = promisify(argon2);

const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** A hash in our own database asks for no more than this; anything above is damage. */
const MAX_MEMORY_KIB = 1024 * 1024;

interface Phc {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

/** Throws RangeError for what may not be a password at all: empty, or with control characters. */
export async function hashPassword(password: string): Promise<string> {
  const prepared = saslPrep(password);
  if (prepared === null || prepared === "") throw new RangeError("Not usable as a password");
  const salt = randomBytes(SALT_BYTES);
  const work = { memory: MEMORY_KIB, passes: PASSES, parallelism: LANES, salt };
  const tag = await tagOf(prepared, { ...work, tag: Buffer.alloc(TAG_BYTES) });
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${base64(salt)}$${base64(tag)}`;
}

/** What a mailbox keeps of its password: set together, neither can be derived from the other. */
export async function hashCredentials(
  password: string,
): Promise<{ passwordHash: string; scramSha256: string }> {
  const [passwordHash, scramSha256] = await Promise.all([
    hashPassword(password),
    scramKeys(password),
  ]);
  return { passwordHash, scramSha256 };
}

/** False also for a hash that cannot be read; that costs as much as one that can. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const parsed = parsePhc(hash);
  const prepared = saslPrep(password);
  const against = parsed ?? DUMMY;
  const tag = await tagOf(prepared ?? "", against);
  return timingSafeEqual(tag, against.tag) && parsed !== null && prepared !== null;
}

/** Costs what verifying costs: an unknown user must not be answered faster than a wrong password. */
export async function verifyNobody(password: string): Promise<false> {
  await tagOf(saslPrep(password) ?? "", DUMMY);
  return false;
}

const DUMMY: Phc = {
  memory: MEMORY_KIB,
  passes: PASSES,
  parallelism: LANES,
  salt: randomBytes(SALT_BYTES),
  tag: randomBytes(TAG_BYTES),
};

function tagOf(prepared: string, { memory, passes, parallelism, salt, tag }: Phc): Promise<Buffer> {
  return derive("argon2id", {
    message: Buffer.from(prepared, "utf8"),
    nonce: salt,
    memory,
    passes,
    parallelism,
    tagLength: tag.length,
  });
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

function parsePhc(text: string): Phc | null {
  const [, m = "", t = "", p = "", salt = "", tag = ""] = PHC.exec(text) ?? [];
  const memory = Number(m);
  const parallelism = Number(p);
  if (tag === "" || memory > MAX_MEMORY_KIB || memory < 8 * parallelism) return null;
  const passes = Number(t);
  if (passes < 1 || parallelism < 1) return null;
  const bytes = (value: string) => Buffer.from(value, "base64");
  return { memory, passes, parallelism, salt: bytes(salt), tag: bytes(tag) };
}

/** Base64 without padding, as PHC strings have it. */
function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
