-- AlterTable
ALTER TABLE "dns_publication" ADD COLUMN     "wanted" JSONB NOT NULL DEFAULT '[]';

