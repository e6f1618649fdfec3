/**
 * A self-signed ECDSA P-256 certificate (RFC 5280) for the time before the first real one: STARTTLS on
 * port 25 works with it, because other servers do not verify unless DANE or MTA-STS asks them to.
 */
import { createPrivateKey, randomBytes } from "node:crypto";
import { isIP } from "node:net";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
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

/** Names or IP addresses; the first one is the subject. */
export async function selfSigned(
  names: readonly string[],
  lifetimeMs = YEAR_MS,
): Promise<Certificate> {
  const { SubjectAlternativeNameExtension, X509CertificateGenerator } = await loadX509();
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const now = Date.now();
  const notBefore = new Date(now - BACKDATE_MS);
  const notAfter = new Date(now + lifetimeMs);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${randomBytes(15).toString("hex")}`, // positive, 128 bit
    name: [{ CN: [names[0] ?? "localhost"] }],
    notBefore,
    notAfter,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new SubjectAlternativeNameExtension(names.map(generalName))],
  });
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const keyPem = key.export({ type: "pkcs8", format: "pem" }).toString();
  return { names, certPem: certificate.toString("pem"), keyPem, notBefore, notAfter };
}

/** When it is needed: once a year, and some ten megabytes. */
async function loadX509() {
  await import("reflect-metadata"); // @peculiar/x509 will not load without it
  return import("@peculiar/x509");
}

function generalName(value: string): { type: "dns" | "ip"; value: string } {
  return { type: isIP(value) ? "ip" : "dns", value };
}
