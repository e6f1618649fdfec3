/**
 * A self-signed certificate (RFC 5280), ECDSA P-256 unless a key is given, for the time before the first real
 * one: STARTTLS on port 25 works with it, because other servers do not verify unless DANE or MTA-STS asks
 * them to.
 */
import { createPrivateKey, createPublicKey, randomBytes, type KeyObject } from "node:crypto";
import { isIP } from "node:net";

const P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
/** As OpenSSL and Web Crypto call them. */
const CURVES = new Map([
  ["prime256v1", "P-256"],
  ["secp384r1", "P-384"],
  ["secp521r1", "P-521"],
]);
const YEAR_MS = 365 * 86_400_000;
/** Clocks of peers may be behind ours. */
const BACKDATE_MS = 3_600_000;

/** A chain and its key, as TLS servers take them. */
export interface Certificate {
  /** Host names; "*.example.org" covers one label. */
  readonly names: readonly string[];
  /** The chain, leaf first. */
  readonly certPem: string;
  readonly keyPem: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface SelfSignedOptions {
  /** PKCS #8; absent: a new key. */
  readonly keyPem?: string;
  readonly lifetimeMs?: number;
}

/** Names or IP addresses; the first one is the subject. */
export async function selfSigned(
  names: readonly string[],
  { keyPem: given, lifetimeMs = YEAR_MS }: SelfSignedOptions = {},
): Promise<Certificate> {
  const { SubjectAlternativeNameExtension, X509CertificateGenerator } = await loadX509();
  const { algorithm, keys } = given === undefined ? await newKeys() : await importKeys(given);
  const now = Date.now();
  const notBefore = new Date(now - BACKDATE_MS);
  const notAfter = new Date(now + lifetimeMs);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [names[0] ?? "localhost"] }],
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys,
    extensions: [new SubjectAlternativeNameExtension(names.map(generalName))],
  });
  const keyPem = await pemOfKey(keys.privateKey);
  return { names, certPem: certificate.toString("pem"), keyPem, notBefore, notAfter };
}

/** Positive, 128 bit. */
export const serialNumber = () => `01${randomBytes(15).toString("hex")}`;

export async function pemOfKey(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", key));
  const made = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return made.export({ type: "pkcs8", format: "pem" }).toString();
}

/** ECDSA P-256. */
export async function newKeys() {
  return {
    algorithm: P256,
    keys: await crypto.subtle.generateKey(P256, true, ["sign", "verify"]),
  };
}

/** For signing with a key that is there already. */
export async function importKeys(pem: string) {
  const key = createPrivateKey(pem);
  const algorithm = signingAlgorithm(key);
  const [pkcs8, spki] = [
    key.export({ type: "pkcs8", format: "der" }),
    createPublicKey(key).export({ type: "spki", format: "der" }),
  ].map((der) => new Uint8Array(der));
  if (!pkcs8 || !spki) throw new TypeError("a key without halves");
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, true, ["sign"]);
  const publicKey = await crypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]);
  return { algorithm, keys: { privateKey, publicKey } };
}

function signingAlgorithm(key: KeyObject): typeof P256 | typeof RSA {
  if (key.asymmetricKeyType === "rsa") return RSA;
  const namedCurve = CURVES.get(key.asymmetricKeyDetails?.namedCurve ?? "");
  if (key.asymmetricKeyType !== "ec" || !namedCurve) throw new TypeError("not a key for TLS");
  return { ...P256, namedCurve };
}

/** When it is needed: once a year, and some ten megabytes. */
export async function loadX509() {
  await import("reflect-metadata"); // @peculiar/x509 will not load without it
  return import("@peculiar/x509");
}

export function generalName(value: string): { type: "dns" | "ip"; value: string } {
  return { type: isIP(value) ? "ip" : "dns", value };
}
