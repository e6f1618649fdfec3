/**
 * Certificate signing requests (PKCS #10, RFC 2986): what an authority is asked with (RFC 8555 §7.4), and
 * what people take to one of their own, so that the private key never leaves the server.
 */
import { generalName, importKeys, loadX509 } from "./self-signed.ts";

/**
 * PEM, as people take it. Some authorities want a subject: it is the first name; all are in the subject
 * alternative name.
 */
export async function certificateRequest(
  names: readonly string[],
  privateKeyPem: string,
): Promise<string> {
  const request = await requestOf(names, { keyPem: privateKeyPem, subject: names[0] ?? "" });
  return `${request.toString("pem").trim()}\n`;
}

/** DER, for ACME. Without a subject: CN has only 64 characters. */
export async function acmeRequest(name: string, keyPem: string): Promise<Buffer> {
  return Buffer.from((await requestOf([name], { keyPem, subject: null })).rawData);
}

async function requestOf(
  names: readonly string[],
  { keyPem, subject }: { keyPem: string; subject: string | null },
) {
  const { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } = await loadX509();
  const { algorithm, keys } = await importKeys(keyPem);
  return Pkcs10CertificateRequestGenerator.create({
    name: subject === null ? [] : [{ CN: [subject] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension(names.map(generalName))],
  });
}
