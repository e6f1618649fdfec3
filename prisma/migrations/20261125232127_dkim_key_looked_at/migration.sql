-- AlterTable
ALTER TABLE "dkim_key" ADD COLUMN     "looked_at" TIMESTAMPTZ(3);

