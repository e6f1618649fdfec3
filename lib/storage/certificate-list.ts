/** Certificates for the console, on Prisma: those that people bring and take away. See certificates.ts. */
import { X509Certificate } from "node:crypto";
import type { Certificate } from "../mail/self-signed.ts";
import { spkiOf } from "../mail/host-key.ts";
import { newId } from "../mail/ids.ts";
import { CERTIFICATE_CHANNEL, certificateContext } from "./certificates.ts";
import type { Db } from "./client.ts";
import type { SecretBox } from "./secret-box.ts";

export interface CertificateView {
  readonly id: string;
  readonly names: readonly string[];
  readonly source: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly createdAt: Date;
  readonly hostKeyId: string | null;
  readonly chainPem: string;
}

const VIEW = {
  ...{ id: true, names: true, source: true, notBefore: true, notAfter: true, createdAt: true },
  ...{ hostKeyId: true, chainPem: true },
} as const;

/** The newest first. */
export async function listCertificates(db: Db): Promise<CertificateView[]> {
  return db.certificate.findMany({ select: VIEW, orderBy: [{ createdAt: "desc" }] });
}

export async function findCertificate(db: Db, id: string): Promise<CertificateView | null> {
  return db.certificate.findUnique({ where: { id }, select: VIEW });
}

export interface NewUpload extends Certificate {
  readonly hostKeyId: string | null;
}

export async function createUploaded(
  tx: Db,
  secrets: SecretBox,
  { names, certPem, keyPem, notBefore, notAfter, hostKeyId }: NewUpload,
): Promise<string> {
  const id = newId();
  const sealed = secrets.seal(Buffer.from(keyPem), certificateContext(id));
  await tx.certificate.create({
    data: {
      ...{ id, names: [...names], chainPem: certPem, source: "uploaded" },
      ...{ notBefore, notAfter, hostKeyId, privateKey: new Uint8Array(sealed) },
    },
    select: { id: true },
  });
  return id;
}

export async function deleteCertificates(tx: Db, ids: readonly string[]): Promise<void> {
  await tx.certificate.deleteMany({ where: { id: { in: [...ids] } } });
}

/** The key of a certificate that is kept here, by its public half; null: none, or it cannot be opened. */
export async function openCertificateKey(
  db: Db,
  secrets: SecretBox,
  spki: Buffer,
): Promise<string | null> {
  const rows = await db.certificate.findMany({ select: { ...VIEW, privateKey: true } });
  for (const { id, chainPem, privateKey } of rows) {
    if (!spkiOf(new X509Certificate(chainPem).publicKey).equals(spki)) continue;
    if (!secrets.canOpen(privateKey, certificateContext(id))) continue;
    return secrets.open(privateKey, certificateContext(id)).toString();
  }
  return null;
}

/** Web and engines read certificates again; heard when the transaction commits. */
export async function tellOfCertificates(tx: Db): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${CERTIFICATE_CHANNEL}, '-')`;
}

export interface Expiry {
  readonly name: string;
  readonly notAfter: Date;
}

/** Of the certificates that others signed and that count: which ends first. Renewed ones do not count. */
export async function findSoonestExpiry(db: Db, now: Date): Promise<Expiry | null> {
  const [row] = await db.$queryRaw<Expiry[]>`
    SELECT name, "notAfter" FROM (
      SELECT DISTINCT ON (n.name) n.name, c.not_after AS "notAfter"
      FROM certificate c, unnest(c.names) AS n(name)
      WHERE c.source <> 'self-signed' AND c.not_after > ${now}
      ORDER BY n.name, c.not_before DESC) AS newest
    ORDER BY "notAfter", name LIMIT 1`;
  return row ?? null;
}
