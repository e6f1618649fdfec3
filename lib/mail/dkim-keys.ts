/**
 * Signing keys: RSA of 2048 bits (RFC 6376, RFC 8301 §3.2) and Ed25519 (RFC 8463), as a pair that
 * signs side by side. Generated off the event loop: RSA takes a good part of a second.
 *
 * The private half is PKCS#8 DER; it leaves this module only to be sealed. The public half is what
 * `p=` says: base64 of SubjectPublicKeyInfo for RSA, of the 32 raw octets for Ed25519 (RFC 8463 §4).
 */
import { createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
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
const RSA_BITS = 2048;
/** The raw key is the end of its SubjectPublicKeyInfo (RFC 8410 §4). */
const ED25519_OCTETS = 32;

const generate = promisify(generateKeyPair);

async function generateDkimKey(algorithm: DkimAlgorithm): Promise<DkimKeyPair> {
  const { privateKey } =
    algorithm === "rsa_sha256"
      ? await generate("rsa", { modulusLength: RSA_BITS, publicExponent: 0x10001 })
      : await generate("ed25519", {});
  return { algorithm, ...halves(privateKey, algorithm) };
}

/** A pair of new keys, RSA first, with selectors that are not among `taken`. */
export async function generateDkimKeys(
  now: Date = new Date(),
  taken: readonly string[] = [],
): Promise<NewDkimPair[]> {
  const algorithms: DkimAlgorithm[] = ["rsa_sha256", "ed25519_sha256"];
  return Promise.all(
    algorithms.map(async (algorithm) => ({
      selector: newSelector(algorithm, now, taken),
      ...(await generateDkimKey(algorithm)),
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

/** The TXT record (RFC 6376 §3.6.1). */
export function dkimText({
  algorithm,
  publicKey,
}: Pick<DkimKeyPair, "algorithm" | "publicKey">): string {
  const type = algorithm === "rsa_sha256" ? "rsa" : "ed25519";
  return `v=DKIM1; k=${type}; p=${publicKey}`;
}

function halves(privateKey: KeyObject, algorithm: DkimAlgorithm): Omit<DkimKeyPair, "algorithm"> {
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const octets = algorithm === "rsa_sha256" ? spki : spki.subarray(-ED25519_OCTETS);
  return {
    privateKey: privateKey.export({ format: "der", type: "pkcs8" }),
    publicKey: octets.toString("base64"),
  };
}
