-- CreateTable
CREATE TABLE "folder_acl" (
    "id" BIGSERIAL NOT NULL,
    "folder_id" BIGINT NOT NULL,
    "grantee_id" UUID,
    "negative" BOOLEAN NOT NULL DEFAULT false,
    "rights" INTEGER NOT NULL,

    CONSTRAINT "folder_acl_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "folder_acl_grantee_id_idx" ON "folder_acl"("grantee_id");

-- CreateIndex
CREATE UNIQUE INDEX "folder_acl_folder_id_grantee_id_negative_key" ON "folder_acl"("folder_id", "grantee_id", "negative") NULLS NOT DISTINCT;

-- AddForeignKey
ALTER TABLE "folder_acl" ADD CONSTRAINT "folder_acl_folder_id_fkey" FOREIGN KEY ("folder_id") REFERENCES "folder"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "folder_acl" ADD CONSTRAINT "folder_acl_grantee_id_fkey" FOREIGN KEY ("grantee_id") REFERENCES "mailbox"("id") ON DELETE CASCADE ON UPDATE CASCADE;

