-- AlterTable
ALTER TABLE "mailbox" ADD COLUMN     "quota_messages" INTEGER,
ADD COLUMN     "used_messages" INTEGER NOT NULL DEFAULT 0;


-- ── By hand ─────────────────────────────────────────────────────────────────────────────────────

-- Nobody changes a number of messages without a lock on the mailbox's row: the table is locked already.
UPDATE "mailbox" m SET "used_messages" = f.messages
FROM (SELECT mailbox_id, sum(messages) AS messages FROM "folder" GROUP BY mailbox_id) f
WHERE f.mailbox_id = m.id AND f.messages > 0;

ALTER TABLE "mailbox" ADD CONSTRAINT "mailbox_messages_check"
  CHECK ("quota_messages" > 0 AND "used_messages" >= 0);

-- As in 20261127011500_open_parcels, where it is explained; mailboxes also say their messages.
CREATE OR REPLACE FUNCTION "open_parcels"(
  "sha256s" BYTEA[], "sizes" BIGINT[], "heads" BYTEA, "heads_at" INTEGER[], "head_sizes" INTEGER[],
  "structures" JSON[], "previews" TEXT[], "long_sha256s" BYTEA[],
  "mailbox_ids" UUID[], "folder_ids" BIGINT[], "owners" UUID[], "names" TEXT[]
) RETURNS JSON LANGUAGE plpgsql AS $$
DECLARE
  new_ids BIGINT[];
  new_hashes BYTEA[];
  old_ids BIGINT[] := '{}';
  old_hashes BYTEA[] := '{}';
  places BIGINT[];
  mailboxes JSON;
  folders JSON;
BEGIN
  LOOP
    WITH made AS (
      INSERT INTO blob (sha256, size, head, structure, preview)
      SELECT b.sha256, b.size, substring("heads" FROM b.head_at + 1 FOR b.head_size), b.structure, b.preview
      FROM unnest("sha256s", "sizes", "heads_at", "head_sizes", "structures", "previews")
        AS b(sha256, size, head_at, head_size, structure, preview)
      WHERE NOT b.sha256 = ANY(old_hashes)
      ON CONFLICT (sha256) DO NOTHING RETURNING id, sha256
    )
    SELECT coalesce(array_agg(id), '{}') || new_ids, coalesce(array_agg(sha256), '{}') || new_hashes
    INTO new_ids, new_hashes FROM made;
    EXIT WHEN cardinality(new_ids) = cardinality("sha256s") AND cardinality("long_sha256s") = 0;
    SELECT coalesce(array_agg(id), '{}'), coalesce(array_agg(sha256), '{}') INTO old_ids, old_hashes
    FROM (
      SELECT id, sha256 FROM blob
      WHERE sha256 = ANY("sha256s" || "long_sha256s") AND NOT sha256 = ANY(new_hashes)
      ORDER BY id FOR KEY SHARE
    ) AS locked;
    -- What was collected between the two steps is inserted again.
    EXIT WHEN "sha256s" <@ (new_hashes || old_hashes);
  END LOOP;

  SELECT json_agg(m) INTO mailboxes FROM (
    SELECT id, used_bytes AS "usedBytes", quota_bytes AS "quotaBytes",
      used_messages AS "usedMessages", quota_messages AS "quotaMessages"
    FROM mailbox WHERE id = ANY("mailbox_ids") ORDER BY id FOR NO KEY UPDATE
  ) AS m;

  places := "folder_ids" || ARRAY(
    SELECT f.id FROM unnest("owners", "names") AS n(owner, name)
    JOIN folder f ON f.mailbox_id = n.owner AND f.name = n.name
  );
  SELECT json_agg(f) INTO folders FROM (
    SELECT id, mailbox_id AS "mailboxId", name, special_use AS "specialUse",
      uid_validity AS "uidValidity", uid_next AS "uidNext", highest_modseq AS "highestModseq",
      messages, unseen, deleted, bytes
    FROM folder WHERE id = ANY(places) ORDER BY id FOR NO KEY UPDATE
  ) AS f;

  RETURN json_build_object(
    'ids', new_ids || old_ids,
    'hashes', (SELECT coalesce(json_agg(encode(h, 'hex')), '[]') FROM unnest(new_hashes || old_hashes) AS h),
    'mailboxes', coalesce(mailboxes, '[]'),
    'folders', coalesce(folders, '[]')
  );
END
$$;
