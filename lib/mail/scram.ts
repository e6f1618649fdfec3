/**
 * SCRAM-SHA-256 keys at rest and the proofs made with them: RFC 5802 §3, RFC 7677, stored in the form
 * of RFC 5803: "SCRAM-SHA-256$4096:<salt>$<StoredKey>:<ServerKey>", base64 each.
 *
 * The keys do not reveal the password; whoever steals them can pose as the server, and as the user only
 * after also seeing one exchange. The conversation itself is engine/sasl/scram.ts.
 */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { saslPrep } from "./saslprep.ts";

const derive = promisify(pbkdf2);

/** RFC 7677 §4: at least 4096. Clients do this work at every sign-in, phones too. */
const SCRAM_ITERATIONS = 4096;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

export interface ScramKeys {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

/** The text to keep. Throws RangeError for what may not be a password. */
export async function scramKeys(password: string, salt = randomBytes(SALT_BYTES)): Promise<string> {
  const prepared = saslPrep(password);
  if (prepared === null || prepared === "") throw new RangeError("Not usable as a password");
  const salted = await derive(prepared, salt, SCRAM_ITERATIONS, KEY_BYTES, "sha256");
  const storedKey = sha256(hmac(salted, "Client Key"));
  const serverKey = hmac(salted, "Server Key");
  const base64 = (bytes: Buffer) => bytes.toString("base64");
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${base64(salt)}$${base64(storedKey)}:${base64(serverKey)}`;
}

const FORM =
  /^SCRAM-SHA-256\$(\d{1,7}):([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)$/;

export function parseScramKeys(text: string): ScramKeys | null {
  const [, iterations, salt = "", stored = "", server = ""] = FORM.exec(text) ?? [];
  if (!iterations) return null;
  return {
    iterations: Number(iterations),
    salt: Buffer.from(salt, "base64"),
    storedKey: Buffer.from(stored, "base64"),
    serverKey: Buffer.from(server, "base64"),
  };
}

/**
 * Keys for somebody who does not exist: always the same ones for the same name and secret, so that
 * asking twice does not tell (RFC 5802 §9 leaves this to us). No password fits them.
 */
export function nobodysKeys(name: string, secret: string): ScramKeys {
  const part = (label: string) => hmac(secret, `${label}\0${name}`);
  return {
    iterations: SCRAM_ITERATIONS,
    salt: part("salt").subarray(0, SALT_BYTES),
    storedKey: part("stored"),
    serverKey: part("server"),
  };
}

/** The client's proof against the keys: ClientKey = proof XOR HMAC(StoredKey, AuthMessage). */
export function proofFits(keys: ScramKeys, authMessage: string, proof: Buffer): boolean {
  if (proof.length !== KEY_BYTES) return false;
  const signature = hmac(keys.storedKey, authMessage);
  const clientKey = Buffer.from(proof.map((byte, i) => byte ^ signature.readUInt8(i)));
  return timingSafeEqual(sha256(clientKey), keys.storedKey);
}

/** What proves to the client that we have its keys. */
export function serverSignature(keys: ScramKeys, authMessage: string): Buffer {
  return hmac(keys.serverKey, authMessage);
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
