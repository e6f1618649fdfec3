/**
 * Certificate chains by host name, for web and engines alike. The private key is sealed for its row
 * (secret-box.ts); what is shown to clients is the newest valid chain per name.
 */
import { newId } from "../mail/ids.ts";
import { selfSigned, type Certificate } from "../mail/self-signed.ts";
import type { Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "./client.ts";
import type { SecretBox } from "./secret-box.ts";

/** NOTIFY channel: certificates were added, renewed or removed. */
export const CERTIFICATE_CHANNEL = "posthorn_certificate";

export type CertificateSource = "self-signed" | "uploaded" | "acme";

/** A self-signed one is made anew when it has less than this left. */
const RENEW_MS = 30 * 86_400_000;

/** What the key of a row is sealed for. */
const sealedFor = (id: string) => `certificate:${id}`;

/**
 * All that are valid now, those signed by somebody else first, newest first. A key that was sealed with
 * another secret is of no use: its certificate is passed over, so that a server whose secret was lost
 * still starts (`posthorn doctor` names them).
 */
export async function loadCertificates(db: Db, secrets: SecretBox): Promise<Certificate[]> {
  const rows = await db.certificate.findMany({
    where: { notAfter: { gt: new Date() } },
    select: columns,
    orderBy: { notBefore: "desc" },
  });
  const usable = rows.flatMap((row) => toCertificate(row, secrets));
  return [
    ...usable.filter(({ source }) => source !== "self-signed"),
    ...usable.filter(({ source }) => source === "self-signed"),
  ];
}

const columns = {
  id: true,
  names: true,
  chainPem: true,
  privateKey: true,
  source: true,
  notBefore: true,
  notAfter: true,
} as const;
type Row = Prisma.CertificateGetPayload<{ select: typeof columns }>;

function toCertificate({ id, chainPem, privateKey, ...row }: Row, secrets: SecretBox) {
  if (!secrets.canOpen(privateKey, sealedFor(id))) return [];
  const keyPem = secrets.open(privateKey, sealedFor(id)).toString();
  return [{ ...row, certPem: chainPem, keyPem }];
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
  const lasting = { gt: new Date(Date.now() + RENEW_MS) };
  const rows = await db.certificate.findMany({
    where: { names: { has: name }, notAfter: lasting },
    select: columns,
  });
  if (rows.some((row) => toCertificate(row, secrets).length > 0)) return false;
  await addCertificate(db, secrets, {
    certificate: await selfSigned([name]),
    source: "self-signed",
  });
  return true;
}
