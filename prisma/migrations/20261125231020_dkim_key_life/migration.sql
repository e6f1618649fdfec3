-- CreateEnum
CREATE TYPE "dkim_mode" AS ENUM ('txt', 'cname');

-- CreateEnum
CREATE TYPE "dkim_source" AS ENUM ('generated', 'imported');

-- DropIndex
DROP INDEX "dkim_key_domain_id_selector_key";

-- AlterTable
ALTER TABLE "dkim_key" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3),
ADD COLUMN     "last_seen_at" TIMESTAMPTZ(3),
ADD COLUMN     "mode" "dkim_mode" NOT NULL DEFAULT 'txt',
ADD COLUMN     "publish_error" JSONB,
ADD COLUMN     "publish_tried_at" TIMESTAMPTZ(3),
ADD COLUMN     "retired_by_id" UUID,
ADD COLUMN     "retiring_since" TIMESTAMPTZ(3),
ADD COLUMN     "revoked_at" TIMESTAMPTZ(3),
ADD COLUMN     "rotation_id" UUID,
ADD COLUMN     "safe_since" TIMESTAMPTZ(3),
ADD COLUMN     "seen_ttl" INTEGER,
ADD COLUMN     "signing_since" TIMESTAMPTZ(3),
ADD COLUMN     "source" "dkim_source" NOT NULL DEFAULT 'generated',
ADD COLUMN     "target" TEXT,
ADD COLUMN     "visible_since" TIMESTAMPTZ(3),
ALTER COLUMN "state" SET DEFAULT 'publishing';

-- AlterTable
ALTER TABLE "domain" ADD COLUMN     "dkim_mode" "dkim_mode" NOT NULL DEFAULT 'txt',
ADD COLUMN     "dkim_rotate_days" INTEGER;

-- CreateTable
CREATE TABLE "dkim_rotation" (
    "id" UUID NOT NULL,
    "domain_id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "started_by" TEXT NOT NULL,
    "scheduled" BOOLEAN NOT NULL DEFAULT false,
    "switched_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    "cancelled_by" TEXT,

    CONSTRAINT "dkim_rotation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "dkim_rotation_domain_id_started_at_idx" ON "dkim_rotation"("domain_id", "started_at");

-- CreateIndex
CREATE INDEX "dkim_key_domain_id_selector_idx" ON "dkim_key"("domain_id", "selector");

-- CreateIndex
CREATE INDEX "dkim_key_rotation_id_idx" ON "dkim_key"("rotation_id");

-- CreateIndex
CREATE INDEX "dkim_key_retired_by_id_idx" ON "dkim_key"("retired_by_id");

-- AddForeignKey
ALTER TABLE "dkim_key" ADD CONSTRAINT "dkim_key_rotation_id_fkey" FOREIGN KEY ("rotation_id") REFERENCES "dkim_rotation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dkim_key" ADD CONSTRAINT "dkim_key_retired_by_id_fkey" FOREIGN KEY ("retired_by_id") REFERENCES "dkim_rotation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dkim_rotation" ADD CONSTRAINT "dkim_rotation_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- By hand

-- A deleted key's row stays; in CNAME mode its selector is used again.
CREATE UNIQUE INDEX "dkim_key_live_selector" ON "dkim_key"("domain_id", "selector")
  WHERE "deleted_at" IS NULL;
-- One replacement under way, and one prepared for its day.
CREATE UNIQUE INDEX "dkim_rotation_open_once" ON "dkim_rotation"("domain_id", "scheduled")
  WHERE "finished_at" IS NULL AND "cancelled_at" IS NULL;
ALTER TABLE "dkim_key" ADD CONSTRAINT "dkim_key_target_check"
  CHECK (("mode" = 'cname') = ("target" IS NOT NULL));
ALTER TABLE "domain" ADD CONSTRAINT "domain_dkim_rotate_days_check"
  CHECK ("dkim_rotate_days" BETWEEN 7 AND 3650);

-- Keys used to sign from the start, seen or not. Those that were seen go on; the others wait until they are.
UPDATE "dkim_key" k SET "visible_since" = c."first_ok_at", "last_seen_at" = c."last_ok_at",
    "signing_since" = k."created_at"
  FROM "dns_check" c
  WHERE c."domain_id" = k."domain_id" AND c."key" = 'dkim:' || k."selector"
    AND c."last_ok_at" IS NOT NULL AND c."first_ok_at" IS NOT NULL AND k."state" = 'signing';
UPDATE "dkim_key" SET "state" = 'publishing' WHERE "state" = 'signing' AND "visible_since" IS NULL;
