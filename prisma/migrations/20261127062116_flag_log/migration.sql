-- AlterTable
ALTER TABLE "folder" ADD COLUMN     "folded_modseq" BIGINT NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "reflagged" ADD COLUMN     "given" INTEGER,
ADD COLUMN     "kept" INTEGER;


-- ── By hand ─────────────────────────────────────────────────────────────────────────────────────

-- So far every change stands in its row.
UPDATE "folder" SET "folded_modseq" = "highest_modseq";

-- What the log of a folder says comes into its rows (lib/storage/mail/flag-log.ts). The caller has locked the
-- folder.
CREATE FUNCTION "fold_flags"("of_folder" BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  entry RECORD;
  entries INTEGER := 0;
BEGIN
  FOR entry IN
    SELECT r.* FROM reflagged r JOIN folder f ON f.id = r.folder_id
    WHERE f.id = "of_folder" AND r.modseq > f.folded_modseq AND r.kept IS NOT NULL ORDER BY r.modseq
  LOOP
    UPDATE message m SET modseq = entry.modseq, flags = (m.flags & entry.kept) | entry.given
    FROM unnest(entry.firsts, entry.lasts) AS s(first, last)
    WHERE m.folder_id = "of_folder" AND m.uid BETWEEN s.first AND s.last AND m.modseq < entry.modseq;
    entries := entries + 1;
  END LOOP;
  IF entries > 0 THEN
    UPDATE folder SET folded_modseq = highest_modseq WHERE id = "of_folder";
  END IF;
END
$$;

-- The flags of a message whose row says `result` as of a modseq.
CREATE FUNCTION "flags_now"("of_folder" BIGINT, "of_uid" BIGINT, "as_of" BIGINT, "result" INTEGER)
RETURNS INTEGER LANGUAGE plpgsql STABLE AS $$
DECLARE
  entry RECORD;
BEGIN
  FOR entry IN
    SELECT r.kept, r.given FROM reflagged r
    WHERE r.folder_id = "of_folder" AND r.modseq > "as_of" AND r.kept IS NOT NULL
      AND EXISTS (
        SELECT 1 FROM unnest(r.firsts, r.lasts) AS s(first, last) WHERE "of_uid" BETWEEN s.first AND s.last)
    ORDER BY r.modseq
  LOOP
    "result" := ("result" & entry.kept) | entry.given;
  END LOOP;
  RETURN "result";
END
$$;
