-- AlterTable
ALTER TABLE "certificate" ADD COLUMN     "host_key_id" UUID;

-- CreateTable
CREATE TABLE "host_key" (
    "id" UUID NOT NULL,
    "algorithm" TEXT NOT NULL,
    "private_key" BYTEA NOT NULL,
    "spki" BYTEA NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "visible_since" TIMESTAMPTZ(3),
    "seen_ttl" INTEGER,
    "looked_at" TIMESTAMPTZ(3),
    "used_since" TIMESTAMPTZ(3),
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "host_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "acme_account" (
    "id" UUID NOT NULL,
    "directory_url" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "contact" TEXT NOT NULL DEFAULT '',
    "private_key" BYTEA NOT NULL,
    "account_url" TEXT,
    "eab_kid" TEXT,
    "eab_key" BYTEA,
    "roots_pem" TEXT NOT NULL DEFAULT '',
    "terms_url" TEXT,
    "terms_agreed_at" TIMESTAMPTZ(3),
    "terms_agreed_by" TEXT,
    "caa_identities" TEXT[],
    "methods" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "registered_at" TIMESTAMPTZ(3),
    "last_error" JSONB,

    CONSTRAINT "acme_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "managed_certificate" (
    "id" UUID NOT NULL,
    "domain_id" UUID,
    "names" TEXT[],
    "certificate_id" UUID,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "renew_from" TIMESTAMPTZ(3),
    "renew_until" TIMESTAMPTZ(3),
    "renew_source" TEXT,
    "renew_reason_url" TEXT,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_attempt_at" TIMESTAMPTZ(3),
    "last_success_at" TIMESTAMPTZ(3),
    "last_error" JSONB,
    "log" JSONB NOT NULL DEFAULT '[]',
    "order_url" TEXT,
    "method" TEXT,
    "leased_by" TEXT,
    "leased_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "managed_certificate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "acme_challenge" (
    "token" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "key_authorization" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "acme_challenge_pkey" PRIMARY KEY ("token")
);

-- CreateIndex
CREATE UNIQUE INDEX "acme_account_directory_url_key" ON "acme_account"("directory_url");

-- CreateIndex
CREATE INDEX "managed_certificate_domain_id_idx" ON "managed_certificate"("domain_id");

-- CreateIndex
CREATE INDEX "managed_certificate_next_at_idx" ON "managed_certificate"("next_at");

-- CreateIndex
CREATE INDEX "acme_challenge_name_idx" ON "acme_challenge"("name");

-- CreateIndex
CREATE INDEX "certificate_host_key_id_idx" ON "certificate"("host_key_id");

-- AddForeignKey
ALTER TABLE "certificate" ADD CONSTRAINT "certificate_host_key_id_fkey" FOREIGN KEY ("host_key_id") REFERENCES "host_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "managed_certificate" ADD CONSTRAINT "managed_certificate_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "managed_certificate" ADD CONSTRAINT "managed_certificate_certificate_id_fkey" FOREIGN KEY ("certificate_id") REFERENCES "certificate"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- By hand

ALTER TABLE "host_key" ADD CONSTRAINT "host_key_algorithm_check"
  CHECK ("algorithm" IN ('ecdsa-p256', 'rsa-2048'));
ALTER TABLE "host_key" ADD CONSTRAINT "host_key_state_check"
  CHECK ("state" IN ('next', 'current', 'retired'));
CREATE UNIQUE INDEX "host_key_current_key" ON "host_key"("state") WHERE "state" = 'current';
CREATE UNIQUE INDEX "host_key_next_key" ON "host_key"("state") WHERE "state" = 'next';

ALTER TABLE "acme_account" ADD CONSTRAINT "acme_account_eab_check"
  CHECK (("eab_kid" IS NULL) = ("eab_key" IS NULL));
ALTER TABLE "acme_account" ADD CONSTRAINT "acme_account_methods_check"
  CHECK ("methods" <@ ARRAY['http-01', 'tls-alpn-01', 'dns-01']);
CREATE UNIQUE INDEX "acme_account_active_key" ON "acme_account"("active") WHERE "active";

ALTER TABLE "managed_certificate" ADD CONSTRAINT "managed_certificate_state_check"
  CHECK ("state" IN ('waiting', 'issuing', 'issued', 'failed'));
ALTER TABLE "managed_certificate" ADD CONSTRAINT "managed_certificate_names_check"
  CHECK (cardinality("names") > 0);
ALTER TABLE "managed_certificate" ADD CONSTRAINT "managed_certificate_lease_check"
  CHECK (("leased_by" IS NULL) = ("leased_until" IS NULL));
CREATE UNIQUE INDEX "managed_certificate_name_key" ON "managed_certificate"(("names"[1]));

ALTER TABLE "acme_challenge" ADD CONSTRAINT "acme_challenge_kind_check"
  CHECK ("kind" IN ('http-01', 'tls-alpn-01'));
