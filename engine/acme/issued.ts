/**
 * What an authority gave for a request: the key that was asked for, the name, a time that has begun; and how
 * it is asked about the certificate's renewal.
 */
import { createPublicKey, X509Certificate } from "node:crypto";
import { certificateBlocks } from "../../lib/mail/pem.ts";
import { loadX509, type Certificate } from "../../lib/mail/self-signed.ts";

/** A chain is a handful. */
const MAX_CHAIN = 10;
/** Clocks of the authority may be ahead of ours. */
const SLACK_MS = 10 * 60_000;

/** Null: not for this name, this key or this time. */
export function certificateFrom(
  chainPem: string,
  { name, keyPem, now }: { name: string; keyPem: string; now: Date },
): Certificate | null {
  const parts = certificateBlocks(chainPem);
  if (parts.length === 0 || parts.length > MAX_CHAIN) return null;
  const leaf = leafOf(parts[0] ?? "");
  if (!leaf || leaf.checkHost(name, { subject: "never" }) === undefined) return null;
  const spki = createPublicKey(keyPem).export({ type: "spki", format: "der" });
  if (!leaf.publicKey.export({ type: "spki", format: "der" }).equals(spki)) return null;
  const [notBefore, notAfter] = [leaf.validFromDate, leaf.validToDate];
  if (notBefore.getTime() > now.getTime() + SLACK_MS || notAfter <= now) return null;
  const certPem = `${parts.join("\n")}\n`;
  return { names: [name], certPem, keyPem, notBefore, notAfter };
}

function leafOf(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

/** How renewal information is asked for (RFC 9773 §4.1); null: it names no issuer's key. */
export async function renewalIdOf(chainPem: string): Promise<string | null> {
  const x509 = await loadX509();
  const leaf = new x509.X509Certificate(certificateBlocks(chainPem)[0] ?? "");
  const issuer = leaf.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId;
  if (issuer === undefined) return null;
  const [key, serial] = [Buffer.from(issuer, "hex"), Buffer.from(leaf.serialNumber, "hex")];
  return `${key.toString("base64url")}.${derInteger(serial).toString("base64url")}`;
}

/** The content octets of the DER INTEGER: positive (§4.1 shows one with the zero in front). */
function derInteger(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = first < 0 ? Buffer.of(0) : bytes.subarray(first);
  return (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), short]) : short;
}
