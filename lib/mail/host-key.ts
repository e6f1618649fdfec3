/**
 * Private keys of the mail host: ECDSA P-256, or RSA of 2048 bits for peers that know nothing newer
 * (RFC 8446 §9.1 has both); others come with uploaded certificates. TLSA names the public half by its
 * SubjectPublicKeyInfo (RFC 6698 §2.1.2), which stays the same however often it is certified.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
} from "node:crypto";
import { promisify } from "node:util";
import type { TlsaRecord } from "./ports.ts";

/** Those that are made here. */
export const HOST_KEY_CHOICES = ["ecdsa-p256", "rsa-2048"] as const;
export type HostKeyChoice = (typeof HOST_KEY_CHOICES)[number];

export interface HostKeyPair {
  /** "ecdsa-p256", "rsa-2048". */
  readonly algorithm: string;
  /** PKCS #8, DER. */
  readonly privateKey: Buffer;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
}

/** As OpenSSL calls the curves of RFC 8422 §5.1.1 that certificates are issued for. */
const CURVES = new Map([
  ["prime256v1", "ecdsa-p256"],
  ["secp384r1", "ecdsa-p384"],
  ["secp521r1", "ecdsa-p521"],
]);

const generate = promisify(generateKeyPair);

export async function generateHostKey(choice: HostKeyChoice): Promise<HostKeyPair> {
  const { privateKey } =
    choice === "rsa-2048"
      ? await generate("rsa", { modulusLength: 2048, publicExponent: 0x10001 })
      : await generate("ec", { namedCurve: "P-256" });
  return halves(privateKey, choice);
}

/** From PEM; null for kinds of keys that no certificate is shown with. */
export function hostKeyFrom(privatePem: string): HostKeyPair | null {
  const key = createPrivateKey(privatePem);
  const algorithm = algorithmOf(key);
  return algorithm === null ? null : halves(key, algorithm);
}

/** Of a private or a public key. */
export function algorithmOf(key: KeyObject): string | null {
  const { namedCurve = "", modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "ec") return CURVES.get(namedCurve) ?? null;
  return key.asymmetricKeyType === "rsa" ? `rsa-${modulusLength}` : null;
}

function halves(key: KeyObject, algorithm: string): HostKeyPair {
  const privateKey = key.export({ type: "pkcs8", format: "der" });
  return { algorithm, privateKey, spki: spkiOf(createPublicKey(key)) };
}

export const spkiOf = (publicKey: KeyObject): Buffer =>
  publicKey.export({ type: "spki", format: "der" });

export function privatePemOf(pkcs8: Buffer): string {
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** DANE-EE, the public key, SHA-256: what RFC 7672 §3.1.1 recommends to publish. */
export function tlsaOf(spki: Uint8Array): TlsaRecord {
  const data = createHash("sha256").update(spki).digest();
  return { usage: 3, selector: 1, matchingType: 1, data };
}
