-- CreateTable
CREATE TABLE "access_key" (
    "mailbox_id" UUID NOT NULL,
    "folder_id" BIGINT NOT NULL,
    "key" BYTEA NOT NULL,

    CONSTRAINT "access_key_pkey" PRIMARY KEY ("mailbox_id","folder_id")
);

-- CreateIndex
CREATE INDEX "access_key_folder_id_idx" ON "access_key"("folder_id");

-- AddForeignKey
ALTER TABLE "access_key" ADD CONSTRAINT "access_key_mailbox_id_fkey" FOREIGN KEY ("mailbox_id") REFERENCES "mailbox"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_key" ADD CONSTRAINT "access_key_folder_id_fkey" FOREIGN KEY ("folder_id") REFERENCES "folder"("id") ON DELETE CASCADE ON UPDATE CASCADE;

