/**
 * Private keys of the mail host, for web and engines alike: made once, certified again and again, and
 * replaced on purpose (lib/mail/dns/host-key-life.ts), because TLSA names them (RFC 7671 §5.1). The
 * private half is sealed for its row (secret-box.ts).
 */
import { generateHostKey, hostKeyFrom, privatePemOf, type HostKeyPair } from "../mail/host-key.ts";
import { newId } from "../mail/ids.ts";
import type { SecretBox } from "./secret-box.ts";
import { statement, translated, type Sql } from "./sql.ts";

/** NOTIFY channel: certificates were added, renewed or removed. */
export const CERTIFICATE_CHANNEL = "posthorn_certificate";

export type HostKeyState = "next" | "current" | "retired";

/** A key to certify something with. */
export interface HostKey {
  readonly id: string;
  /** "ecdsa-p256", "rsa-2048"; others came with an uploaded certificate. */
  readonly algorithm: string;
  /** PKCS #8. */
  readonly privateKeyPem: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
}

interface Row {
  readonly id: string;
  readonly algorithm: string;
  readonly privateKey: Buffer;
  readonly spki: Buffer;
  readonly readyAt: Date | null;
}

/** What the key of a row is sealed for. */
export const sealedHostKeyFor = (id: string) => `host-key:${id}`;

const selectByState = statement<Row>(
  "host-key.by-state",
  `SELECT id, algorithm, private_key AS "privateKey", spki, ready_at AS "readyAt"
   FROM host_key WHERE state = $1`,
);

/** Several processes may try at once: one of them wins, the others wait for its commit and do nothing. */
const insertCurrent = statement(
  "host-key.insert-current",
  `INSERT INTO host_key (id, algorithm, private_key, spki, state, used_since)
   VALUES ($1, $2, $3, $4, 'current', now())
   ON CONFLICT (state) WHERE state = 'current' DO NOTHING`,
);
/** The same with the key of a certificate that was there before host keys were. */
const adoptCurrent = statement(
  "host-key.adopt-current",
  `WITH made AS (
     INSERT INTO host_key (id, algorithm, private_key, spki, state, used_since)
     SELECT $1, $2, $3, $4, 'current', created_at FROM certificate WHERE id = $5
     ON CONFLICT (state) WHERE state = 'current' DO NOTHING RETURNING id)
   UPDATE certificate c SET host_key_id = made.id FROM made WHERE c.id = $5`,
);
const selectOwnKeys = statement<{ id: string; privateKey: Buffer }>(
  "host-key.own-keys",
  `SELECT id, private_key AS "privateKey" FROM certificate
   WHERE source = 'self-signed' AND host_key_id IS NULL AND not_after > now()
   ORDER BY not_before DESC`,
);

/**
 * The key that the host's certificates are made with. Made when there is none; where an earlier release
 * made a self-signed certificate, its key is taken over. Throws when it was sealed with another secret.
 */
export async function currentHostKey(db: Sql, secrets: SecretBox): Promise<HostKey> {
  const found = await readKey(db, secrets, "current");
  if (found) return found;
  await translated(addCurrent(db, secrets));
  const made = await readKey(db, secrets, "current");
  if (!made) throw new Error("the host key that was just made is gone");
  return made;
}

/** The one that is to take over, if one is prepared. */
export const nextHostKey = (db: Sql, secrets: SecretBox): Promise<HostKey | null> =>
  readKey(db, secrets, "next");

/**
 * The key to make the host's next certificate with: the next one, once it may take over, else the
 * current one. When the certificate is stored, `promoteWith` is called in the same transaction.
 */
export async function hostKeyToCertify(db: Sql, secrets: SecretBox): Promise<HostKey> {
  const [next] = await translated(selectByState(db, "next"));
  return next?.readyAt ? opened(next, secrets) : currentHostKey(db, secrets);
}

/** Whether the current key (if there is one) was sealed with this installation's secret. */
export async function canOpenCurrent(db: Sql, secrets: SecretBox): Promise<boolean> {
  const [row] = await translated(selectByState(db, "current"));
  return row === undefined || secrets.canOpen(row.privateKey, sealedHostKeyFor(row.id));
}

async function readKey(db: Sql, secrets: SecretBox, state: HostKeyState): Promise<HostKey | null> {
  const [row] = await translated(selectByState(db, state));
  return row ? opened(row, secrets) : null;
}

function opened({ id, algorithm, privateKey, spki }: Row, secrets: SecretBox): HostKey {
  const privateKeyPem = privatePemOf(secrets.open(privateKey, sealedHostKeyFor(id)));
  return { id, algorithm, privateKeyPem, spki };
}

async function addCurrent(db: Sql, secrets: SecretBox): Promise<void> {
  const id = newId();
  for (const row of await selectOwnKeys(db)) {
    const context = `certificate:${row.id}`;
    if (!secrets.canOpen(row.privateKey, context)) continue;
    const pair = hostKeyFrom(secrets.open(row.privateKey, context).toString());
    if (!pair) continue;
    await adoptCurrent(db, ...columns({ id, pair }, secrets), row.id);
    return;
  }
  const pair = await generateHostKey("ecdsa-p256");
  await insertCurrent(db, ...columns({ id, pair }, secrets));
}

function columns(
  { id, pair }: { id: string; pair: HostKeyPair },
  secrets: SecretBox,
): [string, string, Buffer, Buffer] {
  return [id, pair.algorithm, secrets.seal(pair.privateKey, sealedHostKeyFor(id)), pair.spki];
}

const lockAll = statement<{ id: string; state: HostKeyState; readyAt: Date | null }>(
  "host-key.lock",
  `SELECT id, state, ready_at AS "readyAt" FROM host_key WHERE state IN ('current', 'next')
   ORDER BY id FOR UPDATE`,
);
const retire = statement(
  "host-key.retire",
  "UPDATE host_key SET state = 'retired', retired_at = $2 WHERE id = $1",
);
const promote = statement(
  "host-key.promote",
  `UPDATE host_key SET state = 'current', used_since = $2, ready_at = NULL WHERE id = $1`,
);
/** What is shown is chosen among these rows: none with the old key may be left to choose. */
const dropCertificates = statement(
  "host-key.drop-certificates",
  "DELETE FROM certificate WHERE host_key_id = $1",
);
const notifyCertificates = statement(
  "host-key.notify",
  `SELECT pg_notify('${CERTIFICATE_CHANNEL}', '-')`,
);

/**
 * Called in the transaction that stores a certificate of the host, after it: if it was made with the next
 * key, that key becomes the current one, the one before is retired and its certificates go. False: the
 * key may not be shown (it was retired, cancelled, or is not ready any more), so roll back.
 */
export async function promoteWith(
  tx: Sql,
  { hostKeyId, now = new Date() }: { hostKeyId: string; now?: Date },
): Promise<boolean> {
  const rows = await lockAll(tx);
  const key = rows.find(({ id }) => id === hostKeyId);
  if (!key || (key.state === "next" && key.readyAt === null)) return false;
  if (key.state === "next") {
    for (const { id } of rows.filter(({ state }) => state === "current")) {
      await retire(tx, id, now);
      await dropCertificates(tx, id);
    }
    await promote(tx, hostKeyId, now);
  }
  await tellOfCertificates(tx);
  return true;
}

/** Web and engines read certificates again; heard when the transaction commits. */
export async function tellOfCertificates(tx: Sql): Promise<void> {
  await notifyCertificates(tx);
}
