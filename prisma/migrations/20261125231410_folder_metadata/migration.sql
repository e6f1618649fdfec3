-- CreateTable
CREATE TABLE "folder_metadata" (
    "id" BIGSERIAL NOT NULL,
    "mailbox_id" UUID NOT NULL,
    "folder_id" BIGINT,
    "entry" TEXT NOT NULL,
    "value" BYTEA NOT NULL,

    CONSTRAINT "folder_metadata_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "folder_metadata_folder_id_idx" ON "folder_metadata"("folder_id");

-- CreateIndex
CREATE UNIQUE INDEX "folder_metadata_mailbox_id_folder_id_entry_key" ON "folder_metadata"("mailbox_id", "folder_id", "entry") NULLS NOT DISTINCT;

-- AddForeignKey
ALTER TABLE "folder_metadata" ADD CONSTRAINT "folder_metadata_mailbox_id_fkey" FOREIGN KEY ("mailbox_id") REFERENCES "mailbox"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "folder_metadata" ADD CONSTRAINT "folder_metadata_folder_id_fkey" FOREIGN KEY ("folder_id") REFERENCES "folder"("id") ON DELETE CASCADE ON UPDATE CASCADE;

