-- AlterTable
ALTER TABLE "share_link" ADD COLUMN     "created_by_id" UUID;

-- CreateIndex
CREATE INDEX "share_link_created_by_id_idx" ON "share_link"("created_by_id");

-- AddForeignKey
ALTER TABLE "share_link" ADD CONSTRAINT "share_link_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- By hand: links of before know their maker by name alone. Whoever has another name now has to make a new one.
UPDATE "share_link" l SET "created_by_id" = u."id" FROM "user" u WHERE u."email" = l."created_by";
UPDATE "share_link" SET "revoked_at" = now()
  WHERE "created_by_id" IS NULL AND "created_by" <> 'cli' AND "revoked_at" IS NULL;
