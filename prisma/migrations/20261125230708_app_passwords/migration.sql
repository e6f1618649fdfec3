-- CreateTable
CREATE TABLE "app_password" (
    "id" UUID NOT NULL,
    "mailbox_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "protocols" TEXT[],
    "lookup" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "last_used_protocol" TEXT,
    "last_used_network" TEXT,

    CONSTRAINT "app_password_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_link" (
    "id" UUID NOT NULL,
    "mailbox_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "app_password_id" UUID,

    CONSTRAINT "device_link_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "app_password_lookup_key" ON "app_password"("lookup");

-- CreateIndex
CREATE INDEX "app_password_mailbox_id_idx" ON "app_password"("mailbox_id");

-- CreateIndex
CREATE UNIQUE INDEX "device_link_token_hash_key" ON "device_link"("token_hash");

-- CreateIndex
CREATE INDEX "device_link_mailbox_id_idx" ON "device_link"("mailbox_id");

-- AddForeignKey
ALTER TABLE "app_password" ADD CONSTRAINT "app_password_mailbox_id_fkey" FOREIGN KEY ("mailbox_id") REFERENCES "mailbox"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_link" ADD CONSTRAINT "device_link_mailbox_id_fkey" FOREIGN KEY ("mailbox_id") REFERENCES "mailbox"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- By hand: what Prisma cannot say.
ALTER TABLE "app_password" ADD CONSTRAINT "app_password_protocols_check"
  CHECK (cardinality("protocols") > 0 AND "protocols" <@ ARRAY['imap', 'pop3', 'smtp']);
