-- CreateTable
CREATE TABLE "dns_check" (
    "id" UUID NOT NULL,
    "domain_id" UUID,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "group" TEXT NOT NULL,
    "need" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "reasons" JSONB NOT NULL,
    "fix" JSONB,
    "expected" TEXT[],
    "found" TEXT[],
    "answers" JSONB NOT NULL,
    "facts" JSONB NOT NULL,
    "first_asked_at" TIMESTAMPTZ(3) NOT NULL,
    "first_ok_at" TIMESTAMPTZ(3),
    "last_ok_at" TIMESTAMPTZ(3),
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "ack_by_name" TEXT,
    "ack_note" TEXT,
    "ack_at" TIMESTAMPTZ(3),
    "ack_found" TEXT[],

    CONSTRAINT "dns_check_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dns_change" (
    "id" UUID NOT NULL,
    "domain_id" UUID,
    "key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "verdict_before" TEXT,
    "verdict" TEXT NOT NULL,
    "found_before" TEXT[],
    "found" TEXT[],
    "reasons" JSONB NOT NULL,

    CONSTRAINT "dns_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dns_watch" (
    "id" UUID NOT NULL,
    "domain_id" UUID,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "next_full_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "viewed_until" TIMESTAMPTZ(3),
    "asked_at" TIMESTAMPTZ(3),
    "early_looks" INTEGER NOT NULL DEFAULT 0,
    "checked_at" TIMESTAMPTZ(3),
    "full_checked_at" TIMESTAMPTZ(3),
    "ms" INTEGER,
    "zone" JSONB,
    "leased_by" TEXT,
    "leased_until" TIMESTAMPTZ(3),

    CONSTRAINT "dns_watch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alarm" (
    "id" UUID NOT NULL,
    "domain_id" UUID,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "verdict" TEXT NOT NULL,
    "before" TEXT[],
    "after" TEXT[],
    "reasons" JSONB NOT NULL,
    "fix" JSONB,
    "message_id" TEXT,
    "notified_at" TIMESTAMPTZ(3),

    CONSTRAINT "alarm_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "share_link" (
    "id" UUID NOT NULL,
    "domain_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "share_link_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "dns_check_domain_id_key_key" ON "dns_check"("domain_id", "key") NULLS NOT DISTINCT;

-- CreateIndex
CREATE INDEX "dns_change_domain_id_at_idx" ON "dns_change"("domain_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "dns_watch_domain_id_key" ON "dns_watch"("domain_id") NULLS NOT DISTINCT;

-- CreateIndex
CREATE INDEX "dns_watch_next_at_idx" ON "dns_watch"("next_at");

-- CreateIndex
CREATE INDEX "alarm_domain_id_opened_at_idx" ON "alarm"("domain_id", "opened_at");

-- CreateIndex
CREATE UNIQUE INDEX "share_link_token_hash_key" ON "share_link"("token_hash");

-- CreateIndex
CREATE INDEX "share_link_domain_id_idx" ON "share_link"("domain_id");

-- AddForeignKey
ALTER TABLE "dns_check" ADD CONSTRAINT "dns_check_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dns_change" ADD CONSTRAINT "dns_change_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dns_watch" ADD CONSTRAINT "dns_watch_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alarm" ADD CONSTRAINT "alarm_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "share_link" ADD CONSTRAINT "share_link_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- By hand

-- One open alarm about one thing.
CREATE UNIQUE INDEX "alarm_open_once" ON "alarm"("domain_id", "key") NULLS NOT DISTINCT
  WHERE "closed_at" IS NULL;
ALTER TABLE "dns_watch" ADD CONSTRAINT "dns_watch_lease_check"
  CHECK (("leased_by" IS NULL) = ("leased_until" IS NULL));

-- The server itself, and the domains that are there already, are looked at as soon as an engine runs.
INSERT INTO "dns_watch" ("id", "domain_id", "next_at", "next_full_at", "started_at")
  SELECT gen_random_uuid(), NULL, now(), now(), now()
  UNION ALL SELECT gen_random_uuid(), "id", now(), now(), now() FROM "domain";
