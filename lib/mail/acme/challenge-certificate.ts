/**
 * The certificate that answers tls-alpn-01 (RFC 8737 §3): self-signed, for that name alone, with the digest
 * of the key authorization in a critical extension. Good for a day, shown for a minute.
 */
import { loadX509, newKeys, pemOfKey, serialNumber } from "../self-signed.ts";
import { tlsAnswer } from "./token.ts";

/** id-pe-acmeIdentifier. */
const ACME_IDENTIFIER = "1.3.6.1.5.5.7.1.31";
const OCTET_STRING = 4;
const DAY_MS = 86_400_000;

export const ACME_TLS = "acme-tls/1";

export async function challengeCertificate(
  name: string,
  keyAuthorization: string,
): Promise<{ cert: string; key: string }> {
  const { Extension, SubjectAlternativeNameExtension, X509CertificateGenerator } = await loadX509();
  const { algorithm, keys } = await newKeys();
  const digest = tlsAnswer(keyAuthorization);
  const value = Buffer.concat([Buffer.of(OCTET_STRING, digest.length), digest]);
  const now = Date.now();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: ["ACME challenge"] }],
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + DAY_MS),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
      new Extension(ACME_IDENTIFIER, true, new Uint8Array(value)),
    ],
  });
  return { cert: certificate.toString("pem"), key: await pemOfKey(keys.privateKey) };
}
