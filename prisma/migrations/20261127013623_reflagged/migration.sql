-- DropIndex
DROP INDEX "message_folder_id_modseq_idx";

-- CreateTable
CREATE TABLE "reflagged" (
    "folder_id" BIGINT NOT NULL,
    "modseq" BIGINT NOT NULL,
    "firsts" BIGINT[],
    "lasts" BIGINT[],

    CONSTRAINT "reflagged_pkey" PRIMARY KEY ("folder_id","modseq")
);

-- AddForeignKey
ALTER TABLE "reflagged" ADD CONSTRAINT "reflagged_folder_id_fkey" FOREIGN KEY ("folder_id") REFERENCES "folder"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- ── By hand ─────────────────────────────────────────────────────────────────────────────────────

-- Room in every page for a second version of each of its rows: a change of flags stays in its page.
ALTER TABLE "message" SET (fillfactor = 50);
