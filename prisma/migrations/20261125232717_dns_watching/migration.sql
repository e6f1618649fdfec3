-- AlterTable
ALTER TABLE "alarm" ADD COLUMN     "closed_told_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "dns_check" ADD COLUMN     "suspect_looks" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "suspect_since" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "dns_watch" ADD COLUMN     "green_at" TIMESTAMPTZ(3),
ADD COLUMN     "green_told_at" TIMESTAMPTZ(3),
ADD COLUMN     "waiting_told" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "user" ADD COLUMN     "notify" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "second_email" TEXT;


-- AlterTable
ALTER TABLE "domain" ADD COLUMN     "mode" TEXT NOT NULL DEFAULT 'full';

-- By hand
ALTER TABLE "domain" ADD CONSTRAINT "domain_mode_check"
  CHECK ("mode" IN ('full', 'receive', 'send', 'reports'));
