/**
 * Certificate chains by host name, for web and engines alike. The private key is sealed for its row
 * (secret-box.ts); what is shown to clients is the newest valid chain per name, one that was uploaded first.
 */
import { newId } from "../mail/ids.ts";
import { selfSigned, type Certificate } from "../mail/self-signed.ts";
import { canOpenCurrent, currentHostKey, type HostKey } from "./host-keys.ts";
import type { SecretBox } from "./secret-box.ts";
import { statement, translated, type Sql } from "./sql.ts";

export { CERTIFICATE_CHANNEL } from "./host-keys.ts";

export type CertificateSource = "self-signed" | "uploaded" | "acme";

/** A self-signed one is made anew when it has less than this left. */
const RENEW_MS = 30 * 86_400_000;

/** What the key of a row is sealed for. */
export const certificateContext = (id: string) => `certificate:${id}`;

interface Row {
  readonly id: string;
  readonly names: string[];
  readonly chainPem: string;
  readonly privateKey: Buffer;
  readonly source: CertificateSource;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly hostKeyId: string | null;
}
const COLUMNS = `id, names, chain_pem AS "chainPem", private_key AS "privateKey", source,
  not_before AS "notBefore", not_after AS "notAfter", host_key_id AS "hostKeyId"`;
const selectValid = statement<Row>(
  "certificate.valid",
  `SELECT ${COLUMNS} FROM certificate WHERE not_after > now() ORDER BY created_at DESC, not_before DESC`,
);
const selectOne = statement<Row>(
  "certificate.one",
  `SELECT ${COLUMNS} FROM certificate WHERE id = $1`,
);
const selectLasting = statement<Row>(
  "certificate.lasting",
  `SELECT ${COLUMNS} FROM certificate WHERE $1 = ANY(names) AND not_after > $2`,
);
const insert = statement(
  "certificate.insert",
  `INSERT INTO certificate (id, names, chain_pem, private_key, source, not_before, not_after,
     host_key_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
);

/** What a person brought is shown before what was asked for by itself. */
const PREFERENCE: readonly CertificateSource[] = ["uploaded", "acme", "self-signed"];

/**
 * All that are valid now, in the order of preference, newest first. A key that was sealed with
 * another secret is of no use: its certificate is passed over, so that a server whose secret was lost
 * still starts (`posthorn doctor` names them).
 */
export async function loadCertificates(db: Sql, secrets: SecretBox): Promise<Certificate[]> {
  const rows = await translated(selectValid(db));
  const usable = rows.flatMap((row) => toCertificate(row, secrets));
  return PREFERENCE.flatMap((wanted) => usable.filter(({ source }) => source === wanted));
}

const deleteReplaced = statement(
  "certificate.drop-replaced",
  "DELETE FROM certificate WHERE id = $1 AND source = 'acme'",
);
/** One that an authority gave, when its successor is stored. */
export async function dropReplaced(tx: Sql, id: string): Promise<void> {
  await translated(deleteReplaced(tx, id));
}

/** Null: it is gone, or its key was sealed with another secret. */
export async function findCertificate(db: Sql, secrets: SecretBox, id: string) {
  const rows = await translated(selectOne(db, id));
  return rows.flatMap((row) => toCertificate(row, secrets))[0] ?? null;
}

function toCertificate({ id, chainPem, privateKey, ...row }: Row, secrets: SecretBox) {
  if (!secrets.canOpen(privateKey, certificateContext(id))) return [];
  const keyPem = secrets.open(privateKey, certificateContext(id)).toString();
  return [{ ...row, certPem: chainPem, keyPem }];
}

export interface NewCertificate {
  readonly certificate: Certificate;
  readonly source: CertificateSource;
  /** Whose key it is; absent: this row's alone. */
  readonly hostKeyId?: string;
}

/** Answers its id. */
export async function addCertificate(
  db: Sql,
  secrets: SecretBox,
  { certificate, source, hostKeyId }: NewCertificate,
): Promise<string> {
  const id = newId();
  const { names, certPem, keyPem, notBefore, notAfter } = certificate;
  const sealed = secrets.seal(Buffer.from(keyPem), certificateContext(id));
  const row = [id, names, certPem, sealed, source, notBefore, notAfter, hostKeyId ?? null] as const;
  await translated(insert(db, ...row));
  return id;
}

/**
 * Makes and keeps a self-signed certificate for a name of the host that has none; true when it made one.
 * It is made with the host's key, which outlives it. Where that key was sealed with another secret the
 * certificate has one of its own, so that the server still starts.
 */
export async function ensureSelfSigned(
  db: Sql,
  secrets: SecretBox,
  name: string,
): Promise<boolean> {
  const key = (await canOpenCurrent(db, secrets)) ? await currentHostKey(db, secrets) : null;
  const rows = await translated(selectLasting(db, name, new Date(Date.now() + RENEW_MS)));
  const isGood = ({ source, hostKeyId }: Row) =>
    source !== "self-signed" || key === null || hostKeyId === key.id;
  if (rows.filter(isGood).some((row) => toCertificate(row, secrets).length > 0)) return false;
  await addSelfSigned(db, secrets, { name, key });
  return true;
}

/** `key`: null for one of its own. */
export async function addSelfSigned(
  db: Sql,
  secrets: SecretBox,
  { name, key }: { name: string; key: HostKey | null },
): Promise<void> {
  const certificate = await selfSigned([name], key === null ? {} : { keyPem: key.privateKeyPem });
  const whose = key === null ? {} : { hostKeyId: key.id };
  await addCertificate(db, secrets, { certificate, source: "self-signed", ...whose });
}
