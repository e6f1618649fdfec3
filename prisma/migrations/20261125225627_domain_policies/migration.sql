-- AlterTable
ALTER TABLE "domain" ADD COLUMN     "dmarc" JSONB,
ADD COLUMN     "dmarc_changed_at" TIMESTAMPTZ(3),
ADD COLUMN     "mta_sts_changed_at" TIMESTAMPTZ(3),
ADD COLUMN     "mta_sts_held_until" TIMESTAMPTZ(3),
ADD COLUMN     "mta_sts_mx" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "tls_reports_to" TEXT;

