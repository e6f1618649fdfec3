-- AlterTable
ALTER TABLE "domain" ADD COLUMN     "dns_host" TEXT;

