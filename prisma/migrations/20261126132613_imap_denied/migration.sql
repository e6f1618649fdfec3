-- AlterTable
ALTER TABLE "mailbox" ADD COLUMN     "imap_denied" TEXT[] DEFAULT ARRAY[]::TEXT[];

