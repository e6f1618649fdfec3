-- CreateTable
CREATE TABLE "blob_text" (
    "blob_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "signature" BYTEA,

    CONSTRAINT "blob_text_pkey" PRIMARY KEY ("blob_id")
);

-- CreateTable
CREATE TABLE "text_segment" (
    "segment" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "known" BYTEA NOT NULL,
    "bits" BYTEA NOT NULL,

    CONSTRAINT "text_segment_pkey" PRIMARY KEY ("segment")
);

-- AddForeignKey
ALTER TABLE "blob_text" ADD CONSTRAINT "blob_text_blob_id_fkey" FOREIGN KEY ("blob_id") REFERENCES "blob"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- A slice of 256 octets is read without the rest, and nothing here can be compressed.
ALTER TABLE "blob_text" ALTER COLUMN "signature" SET STORAGE EXTERNAL;
ALTER TABLE "text_segment" ALTER COLUMN "bits" SET STORAGE EXTERNAL;
