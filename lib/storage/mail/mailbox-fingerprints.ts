/** Has anything in these mailboxes changed? One text per mailbox, another one after every change. */
import { statement, translated, type Sql } from "../sql.ts";

const selectFingerprints = statement<{ mailboxId: string; fingerprint: string }>(
  "mailbox.fingerprints",
  `SELECT m.id AS "mailboxId", concat_ws(' ',
     (SELECT sum(hashtextextended(f.id || f.name, f.highest_modseq)) FROM folder f
      WHERE f.mailbox_id = m.id),
     '/', (SELECT sum(hashtextextended(s.name, 0)) FROM subscription s WHERE s.mailbox_id = m.id),
     '/', (SELECT sum(hashtextextended(concat(a.entry, md5(a.value)), coalesce(a.folder_id, 0)))
      FROM folder_metadata a WHERE a.mailbox_id = m.id),
     '/', (SELECT sum(hashtextextended(concat(r.grantee_id, r.negative, r.rights), r.folder_id))
      FROM folder_acl r JOIN folder f ON f.id = r.folder_id JOIN mailbox o ON o.id = f.mailbox_id
      WHERE o.id = m.id OR r.grantee_id = m.id
        OR (r.grantee_id IS NULL AND o.domain_id = m.domain_id))) AS fingerprint
   FROM mailbox m WHERE m.id = ANY($1::uuid[])`,
);

export async function mailboxFingerprints(
  db: Sql,
  mailboxIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await translated(selectFingerprints(db, mailboxIds));
  return new Map(rows.map(({ mailboxId, fingerprint }) => [mailboxId, fingerprint]));
}
