/**
 * A certificate signing request (PKCS #10, RFC 2986) for a key of the host: what people take to an
 * authority of their own, so that the private key never leaves the server.
 */
import { generalName, importKeys, loadX509 } from "./self-signed.ts";

/** The first name is the subject; all are in the subject alternative name. */
export async function certificateRequest(
  names: readonly string[],
  privateKeyPem: string,
): Promise<string> {
  const { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } = await loadX509();
  const { algorithm, keys } = await importKeys(privateKeyPem);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [names[0] ?? ""] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension(names.map(generalName))],
  });
  return `${request.toString("pem").trim()}\n`;
}
