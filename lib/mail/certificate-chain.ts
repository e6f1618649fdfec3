/**
 * A certificate chain and its key as people bring them (RFC 5280, as PEM of RFC 7468): put in the order
 * that TLS wants (RFC 8446 §4.4.2), without roots and strangers, and refused with a reason where no client
 * would take it: another key, out of its time, no names (RFC 9525 §6.3 reads names from SAN alone), weak keys and
 * SHA-1 (RFC 9155), certificates of authorities. What is missing above it is a warning: some clients find
 * intermediates by themselves. Pure, but for the public roots that Node brings.
 */
import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { rootCertificates } from "node:tls";
import { algorithmOf, spkiOf } from "./host-key.ts";

/** Real chains have two to four; what is longer is no chain. */
const MAX_CERTIFICATES = 10;
/** CA/Browser Forum Baseline Requirements §6.1.5; clients refuse less. */
const MIN_RSA_BITS = 2048;
/** id-kp-serverAuth and anyExtendedKeyUsage, RFC 5280 §4.2.1.12. */
const SERVER_AUTH: readonly string[] = ["1.3.6.1.5.5.7.3.1", "2.5.29.37.0"];
/** Renewal is due before that. */
const SOON_MS = 14 * 86_400_000;

/** Sentences: `upload.problem.*`. */
export type ChainProblem =
  | "noCertificate"
  | "tooMany"
  | "unreadable"
  | "keyMissing"
  | "keyUnreadable"
  | "keyEncrypted"
  | "keyMismatch"
  | "keyKind"
  | "weakKey"
  | "weakSignature"
  | "authority"
  | "notForServers"
  | "expired"
  | "notYet"
  | "chainExpired"
  | "noNames";

/** Sentences: `upload.warning.*`. */
export type ChainWarning = "incomplete" | "notPublic" | "unrelated" | "soon";

export type Params = Readonly<Record<string, string | number>>;
export interface Said<Key extends string> {
  readonly key: Key;
  readonly params: Params;
}

export interface Chain {
  /** From SAN, lower case; "*.example.org" covers one label. */
  readonly names: readonly string[];
  /** The leaf first, roots left out. */
  readonly chainPem: string;
  readonly keyPem: string;
  readonly spki: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly warnings: readonly Said<ChainWarning>[];
}

export type ChainResult = { readonly chain: Chain } | { readonly problem: Said<ChainProblem> };

export interface ChainInput {
  /** Certificates in any order; the key may stand among them. */
  readonly pem: string;
  /** May be empty. */
  readonly key: string;
  /** The key of a certificate that comes without one, if it is kept here: by its SPKI. */
  readonly knownKey: (spki: Buffer) => string | null;
  readonly now: Date;
}

class Refused extends Error {
  readonly problem: Said<ChainProblem>;
  constructor(key: ChainProblem, params: Params = {}) {
    super(key);
    this.problem = { key, params };
  }
}

export function readChain(input: ChainInput): ChainResult {
  try {
    return { chain: chainOf(input) };
  } catch (error) {
    if (error instanceof Refused) return { problem: error.problem };
    throw error;
  }
}

/** The public keys for which a chain without key could be meant. */
export function publicKeysIn(pem: string): Buffer[] {
  try {
    return certificatesIn(pem).map(({ publicKey }) => spkiOf(publicKey));
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}

function chainOf({ pem, key: keyText, knownKey, now }: ChainInput): Chain {
  const certificates = certificatesIn(pem);
  const given = keyIn(`${keyText}\n${pem}`);
  const { leaf, key } = given
    ? { leaf: certificates.find((one) => one.checkPrivateKey(given)), key: given }
    : withKnownKey(certificates, knownKey);
  if (!leaf) throw new Refused("keyMismatch");
  const others = certificates.filter((one) => one !== leaf);
  const path = pathFrom(leaf, others);
  refuseLeaf(leaf, now);
  for (const one of path) refuseWeak(one, now);
  const names = namesOf(leaf);
  if (names.length === 0) throw new Refused("noNames");
  const sent = path.filter((one) => one === leaf || !isSelfIssued(one));
  return {
    names,
    chainPem: sent.map((one) => one.toString().trim()).join("\n") + "\n",
    keyPem: key.export({ type: "pkcs8", format: "pem" }).toString(),
    spki: spkiOf(leaf.publicKey),
    notBefore: leaf.validFromDate,
    notAfter: leaf.validToDate,
    warnings: warningsOf({ leaf, path, strangers: others.length - path.length + 1, now }),
  };
}

// ── Blocks ──────────────────────────────────────────────────────────────────────────────────────────

const blocks = (pem: string, label: string) =>
  pem.match(new RegExp(`-----BEGIN ${label}-----[^-]*-----END ${label}-----`, "g")) ?? [];

function certificatesIn(pem: string): X509Certificate[] {
  const texts = blocks(pem, "(?:X509 |TRUSTED )?CERTIFICATE");
  if (texts.length === 0) throw new Refused("noCertificate");
  if (texts.length > MAX_CERTIFICATES) throw new Refused("tooMany", { n: MAX_CERTIFICATES });
  const all = texts.map((text, at) => {
    try {
      return new X509Certificate(text);
    } catch {
      throw new Refused("unreadable", { n: at + 1 });
    }
  });
  const seen = new Set<string>();
  return all.filter(({ fingerprint256 }) => !seen.has(fingerprint256) && seen.add(fingerprint256));
}

function keyIn(pem: string): KeyObject | null {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem))
    throw new Refused("keyEncrypted");
  const [text] = blocks(pem, "(?:RSA |EC )?PRIVATE KEY");
  if (text === undefined) {
    if (/PRIVATE KEY/.test(pem)) throw new Refused("keyUnreadable");
    return null;
  }
  try {
    return createPrivateKey(text);
  } catch {
    throw new Refused("keyUnreadable");
  }
}

function withKnownKey(
  certificates: readonly X509Certificate[],
  knownKey: ChainInput["knownKey"],
): { leaf: X509Certificate; key: KeyObject } {
  for (const leaf of certificates) {
    const pem = leaf.ca ? null : knownKey(spkiOf(leaf.publicKey));
    if (pem !== null) return { leaf, key: createPrivateKey(pem) };
  }
  throw new Refused("keyMissing");
}

// ── The chain ───────────────────────────────────────────────────────────────────────────────────────

const isIssuedBy = (one: X509Certificate, issuer: X509Certificate) =>
  one.checkIssued(issuer) && one.verify(issuer.publicKey);
const isSelfIssued = (one: X509Certificate) => isIssuedBy(one, one);

function pathFrom(leaf: X509Certificate, others: readonly X509Certificate[]): X509Certificate[] {
  const path = [leaf];
  for (let last = leaf; !isSelfIssued(last);) {
    const issuer = others.find((one) => !path.includes(one) && isIssuedBy(last, one));
    if (!issuer) break;
    path.push(issuer);
    last = issuer;
  }
  return path;
}

function refuseLeaf(leaf: X509Certificate, now: Date): void {
  if (leaf.ca && !isSelfIssued(leaf)) throw new Refused("authority");
  // Node calls extended key usage keyUsage.
  const usages: readonly string[] | undefined = leaf.keyUsage;
  if (usages !== undefined && !usages.some((usage) => SERVER_AUTH.includes(usage)))
    throw new Refused("notForServers");
  if (leaf.validToDate <= now) throw new Refused("expired", { date: dateOf(leaf.validToDate) });
  if (leaf.validFromDate > now) throw new Refused("notYet", { date: dateOf(leaf.validFromDate) });
  if (algorithmOf(leaf.publicKey) === null) throw new Refused("keyKind");
}

/** A root's own signature means nothing: it is trusted for being there. */
function refuseWeak(one: X509Certificate, now: Date): void {
  const name = nameOf(one);
  const { modulusLength } = one.publicKey.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined && modulusLength < MIN_RSA_BITS)
    throw new Refused("weakKey", { name, bits: modulusLength });
  if (isSelfIssued(one)) return;
  if (one.validToDate <= now)
    throw new Refused("chainExpired", { name, date: dateOf(one.validToDate) });
  if (/sha-?1|md5|md2/i.test(one.signatureAlgorithm ?? ""))
    throw new Refused("weakSignature", { name });
}

/** "DNS:mail.example.org, DNS:*.example.org" */
function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
  const names = subjectAltName.split(", ").flatMap((part) => /^DNS:(.+)$/.exec(part)?.[1] ?? []);
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

interface Seen {
  readonly leaf: X509Certificate;
  readonly path: readonly X509Certificate[];
  readonly strangers: number;
  readonly now: Date;
}

function warningsOf({ leaf, path, strangers, now }: Seen): Said<ChainWarning>[] {
  const warnings: Said<ChainWarning>[] = [];
  const last = path.at(-1) ?? leaf;
  if (!isPublic(last))
    warnings.push(
      isSelfIssued(last)
        ? { key: "notPublic", params: { name: nameOf(last) } }
        : { key: "incomplete", params: { name: issuerOf(last) } },
    );
  if (strangers > 0) warnings.push({ key: "unrelated", params: { n: strangers } });
  if (leaf.validToDate.getTime() - now.getTime() < SOON_MS)
    warnings.push({ key: "soon", params: { date: dateOf(leaf.validToDate) } });
  return warnings;
}

let roots: X509Certificate[] | undefined;

/** It is a public root, or signed by one. */
function isPublic(one: X509Certificate): boolean {
  roots ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return roots.some((root) => root.fingerprint256 === one.fingerprint256 || isIssuedBy(one, root));
}

const commonName = (subject: string | undefined) =>
  /^CN=(.*)$/m.exec(subject ?? "")?.[1] ?? (subject ?? "").replaceAll("\n", ", ");
const nameOf = ({ subject, subjectAltName = "" }: X509Certificate) =>
  commonName(subject) || (/DNS:([^,]+)/.exec(subjectAltName)?.[1] ?? "");
const issuerOf = ({ issuer }: X509Certificate) => commonName(issuer);
const dateOf = (date: Date) => date.toISOString().slice(0, 10);

/** Whether one of these names is, or covers, `host`. */
export function coversName(names: readonly string[], host: string): boolean {
  return names.includes(host) || names.includes(host.replace(/^[^.]*/, "*"));
}
