/**
 * Signing keys: RSA of 2048 bits (RFC 6376, RFC 8301 §3.2) and Ed25519 (RFC 8463), as a pair that
 * signs side by side. Generated off the event loop: RSA takes a good part of a second.
 *
 * The private half is PKCS#8 DER; it leaves this module only to be sealed. The public half is what
 * `p=` says: base64 of SubjectPublicKeyInfo for RSA, of the 32 raw octets for Ed25519 (RFC 8463 §4).
 *
 * A key from elsewhere is taken as PEM, PKCS#8 or PKCS#1; RSA below 2048 bits is refused, although
 * RFC 8301 lets 1024 verify: 1024 bits are within reach of those who would pay for it.
 */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";

/** As the database spells them; in a signature's `a=` they have a dash. */
export type DkimAlgorithm = "rsa_sha256" | "ed25519_sha256";

export interface DkimKeyPair {
  readonly algorithm: DkimAlgorithm;
  /** PKCS#8 DER. */
  readonly privateKey: Buffer;
  readonly publicKey: string;
}

export interface NewDkimPair extends DkimKeyPair {
  readonly selector: string;
}

/** RFC 8301 §3.2: 2048 is what everybody verifies, and what fits a TXT record in two strings. */
export const RSA_LENGTHS = [2048, 3072, 4096] as const;
export type RsaLength = (typeof RSA_LENGTHS)[number];
const MIN_RSA_BITS = 2048;
/** RFC 6376 §3.3.3 lets verifiers stop at 2048; more than 4096 no verifier is known to take. */
const MAX_RSA_BITS = 4096;
/** The raw key is the end of its SubjectPublicKeyInfo (RFC 8410 §4). */
const ED25519_OCTETS = 32;
const ED25519_BITS = 256;

/** RSA first: it is what everybody verifies. */
export const DUAL: readonly DkimAlgorithm[] = ["rsa_sha256", "ed25519_sha256"];

const generate = promisify(generateKeyPair);

async function generateDkimKey(algorithm: DkimAlgorithm, bits: RsaLength): Promise<DkimKeyPair> {
  const { privateKey } =
    algorithm === "rsa_sha256"
      ? await generate("rsa", { modulusLength: bits, publicExponent: 0x10001 })
      : await generate("ed25519", {});
  return { algorithm, ...halves(privateKey, algorithm) };
}

export interface DkimChoice {
  readonly now?: Date;
  /** Selectors that are not to be used. */
  readonly taken?: readonly string[];
  readonly algorithms?: readonly DkimAlgorithm[];
  readonly rsaBits?: RsaLength;
  /** Names a key; by default `newSelector`. */
  readonly selectorOf?: (algorithm: DkimAlgorithm) => string;
}

/** New keys, RSA and Ed25519 unless told otherwise, with selectors that are not among `taken`. */
export async function generateDkimKeys({
  now = new Date(),
  taken = [],
  algorithms = DUAL,
  rsaBits = MIN_RSA_BITS,
  selectorOf = (algorithm) => newSelector(algorithm, now, taken),
}: DkimChoice = {}): Promise<NewDkimPair[]> {
  return Promise.all(
    algorithms.map(async (algorithm) => ({
      selector: selectorOf(algorithm),
      ...(await generateDkimKey(algorithm, rsaBits)),
    })),
  );
}

/**
 * "ph2611r": ours, of November 2026, RSA. A second one in a month is "ph2611r2". A selector that was
 * ever used is never given again: caches and receivers remember it.
 */
export function newSelector(
  algorithm: DkimAlgorithm,
  now: Date,
  taken: readonly string[] = [],
): string {
  const month = now.toISOString().slice(2, 7).replace("-", "");
  const base = `ph${month}${algorithm === "rsa_sha256" ? "r" : "e"}`;
  const used = new Set(taken.map((selector) => selector.toLowerCase()));
  let selector = base;
  for (let count = 2; used.has(selector); count++) selector = `${base}${count}`;
  return selector;
}

/** The TXT record (RFC 6376 §3.6.1). A revoked key is published without a value. */
export function dkimText({
  algorithm,
  publicKey,
  revoked = false,
}: Pick<DkimKeyPair, "algorithm" | "publicKey"> & { readonly revoked?: boolean }): string {
  const type = algorithm === "rsa_sha256" ? "rsa" : "ed25519";
  return `v=DKIM1; k=${type}; p=${revoked ? "" : publicKey}`;
}

export type KeyProblem =
  "notAKey" | "encrypted" | "publicOnly" | "otherKind" | "tooShort" | "tooLong";

/** A private key from elsewhere, or what is wrong with it. */
export function readDkimKey(pem: string): DkimKeyPair | KeyProblem {
  if (/-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem)) return "publicOnly";
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)) return "encrypted";
  const key = privateKeyOf(pem);
  if (key === null) return "notAKey";
  if (key.asymmetricKeyType === "ed25519")
    return { algorithm: "ed25519_sha256", ...halves(key, "ed25519_sha256") };
  if (key.asymmetricKeyType !== "rsa") return "otherKind";
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MIN_RSA_BITS) return "tooShort";
  if (bits > MAX_RSA_BITS) return "tooLong";
  return { algorithm: "rsa_sha256", ...halves(key, "rsa_sha256") };
}

function privateKeyOf(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null; // OpenSSL's words about it would help nobody, and might repeat parts of it
  }
}

/** Length of a public key as `p=` has it; null when it is none. */
export function keyBits(algorithm: DkimAlgorithm, publicKey: string): number | null {
  if (algorithm === "ed25519_sha256") return ED25519_BITS;
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, "base64"),
      format: "der",
      type: "spki",
    });
    return key.asymmetricKeyDetails?.modulusLength ?? null;
  } catch {
    return null;
  }
}

function halves(privateKey: KeyObject, algorithm: DkimAlgorithm): Omit<DkimKeyPair, "algorithm"> {
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const octets = algorithm === "rsa_sha256" ? spki : spki.subarray(-ED25519_OCTETS);
  return {
    privateKey: privateKey.export({ format: "der", type: "pkcs8" }),
    publicKey: octets.toString("base64"),
  };
}
