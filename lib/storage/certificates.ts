/**
 * Certificate chains by host name, for web and engines alike. The private key is sealed for its row
 * (secret-box.ts); what is shown to clients is the newest valid chain per name.
 */
import { newId } from "../mail/ids.ts";
import { selfSigned, type Certificate } from "../mail/self-signed.ts";
import type { SecretBox } from "./secret-box.ts";
import { statement, translated, type Sql } from "./sql.ts";

/** NOTIFY channel: certificates were added, renewed or removed. */
export const CERTIFICATE_CHANNEL = "posthorn_certificate";

export type CertificateSource = "self-signed" | "uploaded" | "acme";

/** A self-signed one is made anew when it has less than this left. */
const RENEW_MS = 30 * 86_400_000;

/** What the key of a row is sealed for. */
const sealedFor = (id: string) => `certificate:${id}`;

interface Row {
  readonly id: string;
  readonly names: string[];
  readonly chainPem: string;
  readonly privateKey: Buffer;
  readonly source: CertificateSource;
  readonly notBefore: Date;
  readonly notAfter: Date;
}
const COLUMNS = `id, names, chain_pem AS "chainPem", private_key AS "privateKey", source,
  not_before AS "notBefore", not_after AS "notAfter"`;
const selectValid = statement<Row>(
  "certificate.valid",
  `SELECT ${COLUMNS} FROM certificate WHERE not_after > now() ORDER BY not_before DESC`,
);
const selectLasting = statement<Row>(
  "certificate.lasting",
  `SELECT ${COLUMNS} FROM certificate WHERE $1 = ANY(names) AND not_after > $2`,
);
const insert = statement(
  "certificate.insert",
  `INSERT INTO certificate (id, names, chain_pem, private_key, source, not_before, not_after)
   VALUES ($1, $2, $3, $4, $5, $6, $7)`,
);

/**
 * All that are valid now, those signed by somebody else first, newest first. A key that was sealed with
 * another secret is of no use: its certificate is passed over, so that a server whose secret was lost
 * still starts (`posthorn doctor` names them).
 */
export async function loadCertificates(db: Sql, secrets: SecretBox): Promise<Certificate[]> {
  const rows = await translated(selectValid(db));
  const usable = rows.flatMap((row) => toCertificate(row, secrets));
  return [
    ...usable.filter(({ source }) => source !== "self-signed"),
    ...usable.filter(({ source }) => source === "self-signed"),
  ];
}

function toCertificate({ id, chainPem, privateKey, ...row }: Row, secrets: SecretBox) {
  if (!secrets.canOpen(privateKey, sealedFor(id))) return [];
  const keyPem = secrets.open(privateKey, sealedFor(id)).toString();
  return [{ ...row, certPem: chainPem, keyPem }];
}

export async function addCertificate(
  db: Sql,
  secrets: SecretBox,
  { certificate, source }: { certificate: Certificate; source: CertificateSource },
): Promise<void> {
  const id = newId();
  const { names, certPem, keyPem, notBefore, notAfter } = certificate;
  const sealed = secrets.seal(Buffer.from(keyPem), sealedFor(id));
  await translated(insert(db, id, names, certPem, sealed, source, notBefore, notAfter));
}

/** Makes and keeps a self-signed certificate for a name that has none; true when it made one. */
export async function ensureSelfSigned(
  db: Sql,
  secrets: SecretBox,
  name: string,
): Promise<boolean> {
  const rows = await translated(selectLasting(db, name, new Date(Date.now() + RENEW_MS)));
  if (rows.some((row) => toCertificate(row, secrets).length > 0)) return false;
  const certificate = await selfSigned([name]);
  await addCertificate(db, secrets, { certificate, source: "self-signed" });
  return true;
}
