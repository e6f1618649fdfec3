/** Has anything in these mailboxes changed? One text per mailbox, another one after every change. */
import { statement, translated, type Sql } from "../sql.ts";

/** What is granted to everybody of a domain is added up once per domain. */
const selectFingerprints = statement<{ mailboxId: string; fingerprint: string }>(
  "mailbox.fingerprints",
  `WITH anyone AS MATERIALIZED (
     SELECT o.domain_id, sum(hashtextextended(concat(r.negative, r.rights), r.folder_id)) AS rights
     FROM folder_acl r JOIN folder f ON f.id = r.folder_id JOIN mailbox o ON o.id = f.mailbox_id
     WHERE r.grantee_id IS NULL GROUP BY o.domain_id)
   SELECT m.id AS "mailboxId", concat_ws(' ',
     (SELECT sum(hashtextextended(f.id || f.name, f.highest_modseq)) FROM folder f
      WHERE f.mailbox_id = m.id),
     '/', (SELECT sum(hashtextextended(s.name, 0)) FROM subscription s WHERE s.mailbox_id = m.id),
     '/', (SELECT sum(hashtextextended(concat(a.entry, md5(a.value)), coalesce(a.folder_id, 0)))
      FROM folder_metadata a WHERE a.mailbox_id = m.id),
     '/', (SELECT sum(hashtextextended(concat(r.grantee_id, r.negative, r.rights), r.folder_id))
      FROM folder f JOIN folder_acl r ON r.folder_id = f.id WHERE f.mailbox_id = m.id),
     '/', (SELECT sum(hashtextextended(concat(r.negative, r.rights), r.folder_id))
      FROM folder_acl r WHERE r.grantee_id = m.id),
     '/', y.rights) AS fingerprint
   FROM mailbox m LEFT JOIN anyone y ON y.domain_id = m.domain_id WHERE m.id = ANY($1::uuid[])`,
);

export async function mailboxFingerprints(
  db: Sql,
  mailboxIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await translated(selectFingerprints(db, mailboxIds));
  return new Map(rows.map(({ mailboxId, fingerprint }) => [mailboxId, fingerprint]));
}
