/**
 * Certificate chains by host name, for web and engines alike. The private key is sealed for its row
 * (secret-box.ts); what is shown to clients is the newest valid chain per name.
 */
import { newId } from "../mail/ids.ts";
import { selfSigned, type Certificate } from "../mail/self-signed.ts";
import type { Db } from "./client.ts";
import type { SecretBox } from "./secret-box.ts";

/** NOTIFY channel: certificates were added, renewed or removed. */
export const CERTIFICATE_CHANNEL = "posthorn_certificate";

export type CertificateSource = "self-signed" | "uploaded" | "acme";

/** A self-signed one is made anew when it has less than this left. */
const RENEW_MS = 30 * 86_400_000;

/** What the key of a row is sealed for. */
const sealedFor = (id: string) => `certificate:${id}`;

/** All that are valid now, those signed by somebody else first, newest first. */
export async function loadCertificates(db: Db, secrets: SecretBox): Promise<Certificate[]> {
  const rows = await db.certificate.findMany({
    where: { notAfter: { gt: new Date() } },
    select: {
      id: true,
      names: true,
      chainPem: true,
      privateKey: true,
      source: true,
      notBefore: true,
      notAfter: true,
    },
    orderBy: { notBefore: "desc" },
  });
  const open = rows.map(({ id, chainPem, privateKey, source, ...row }) => ({
    ...row,
    source,
    certPem: chainPem,
    keyPem: secrets.open(privateKey, sealedFor(id)).toString(),
  }));
  return [
    ...open.filter(({ source }) => source !== "self-signed"),
    ...open.filter(({ source }) => source === "self-signed"),
  ];
}

export async function addCertificate(
  db: Db,
  secrets: SecretBox,
  { certificate, source }: { certificate: Certificate; source: CertificateSource },
): Promise<void> {
  const id = newId();
  const { names, certPem, keyPem, notBefore, notAfter } = certificate;
  const privateKey = new Uint8Array(secrets.seal(Buffer.from(keyPem), sealedFor(id)));
  await db.certificate.create({
    data: { id, names: [...names], chainPem: certPem, privateKey, source, notBefore, notAfter },
    select: { id: true },
  });
}

/** Makes and keeps a self-signed certificate for a name that has none; true when it made one. */
export async function ensureSelfSigned(db: Db, secrets: SecretBox, name: string): Promise<boolean> {
  const where = { names: { has: name }, notAfter: { gt: new Date(Date.now() + RENEW_MS) } };
  if ((await db.certificate.count({ where })) > 0) return false;
  await addCertificate(db, secrets, { certificate: await selfSigned([name]), source: "self-signed" });
  return true;
}
