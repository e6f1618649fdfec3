-- AlterTable
ALTER TABLE "dns_publication" DROP COLUMN "with_host";

