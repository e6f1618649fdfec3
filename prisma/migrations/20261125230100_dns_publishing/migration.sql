-- CreateEnum
CREATE TYPE "publication_state" AS ENUM ('previewing', 'previewed', 'applying', 'applied', 'undoing', 'undone', 'failed');

-- CreateTable
CREATE TABLE "dns_credential" (
    "id" UUID NOT NULL,
    "domain_id" UUID,
    "provider" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "zones" TEXT[],
    "settings" JSONB NOT NULL,
    "secret" BYTEA NOT NULL,
    "automatic" BOOLEAN NOT NULL DEFAULT true,
    "private_networks" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "tested_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "last_error" JSONB,

    CONSTRAINT "dns_credential_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dns_publication" (
    "id" UUID NOT NULL,
    "domain_id" UUID,
    "credential_id" UUID,
    "job_id" UUID,
    "state" "publication_state" NOT NULL,
    "zone" TEXT NOT NULL DEFAULT '',
    "replace" TEXT[],
    "with_host" BOOLEAN NOT NULL DEFAULT false,
    "changes" JSONB NOT NULL DEFAULT '[]',
    "questions" JSONB NOT NULL DEFAULT '[]',
    "kept" JSONB NOT NULL DEFAULT '[]',
    "problems" JSONB NOT NULL DEFAULT '[]',
    "error" JSONB,
    "asked_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),
    "verified_at" TIMESTAMPTZ(3),
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "dns_publication_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "dns_credential_domain_id_idx" ON "dns_credential"("domain_id");

-- CreateIndex
CREATE INDEX "dns_publication_domain_id_created_at_idx" ON "dns_publication"("domain_id", "created_at");

-- AddForeignKey
ALTER TABLE "dns_credential" ADD CONSTRAINT "dns_credential_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dns_publication" ADD CONSTRAINT "dns_publication_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dns_publication" ADD CONSTRAINT "dns_publication_credential_id_fkey" FOREIGN KEY ("credential_id") REFERENCES "dns_credential"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- In SQL: a provider we know.
ALTER TABLE "dns_credential" ADD CONSTRAINT "dns_credential_provider_known"
  CHECK ("provider" IN ('rfc2136', 'cloudflare', 'desec'));
