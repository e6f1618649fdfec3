-- The whole schema as of the first release. Everything down to "By hand" is what `prisma migrate
-- diff` writes from schema.prisma, except PARTITION BY on mail_event and NULLS NOT DISTINCT on
-- grant; what Prisma cannot say follows.

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "role" AS ENUM ('operator', 'domain_admin', 'auditor');

-- CreateEnum
CREATE TYPE "dkim_algorithm" AS ENUM ('rsa_sha256', 'ed25519_sha256');

-- CreateEnum
CREATE TYPE "dkim_key_state" AS ENUM ('publishing', 'visible', 'signing', 'retiring', 'safe_to_delete');

-- CreateEnum
CREATE TYPE "mta_sts_mode" AS ENUM ('none', 'testing', 'enforce');

-- CreateEnum
CREATE TYPE "job_state" AS ENUM ('waiting', 'running', 'done', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "queue_state" AS ENUM ('waiting', 'delivered', 'failed', 'cancelled');

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grant" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "role" NOT NULL,
    "domain_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "mailbox_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "remote_ip" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "domain" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),
    "mta_sts_mode" "mta_sts_mode" NOT NULL DEFAULT 'testing',
    "mta_sts_max_age" INTEGER NOT NULL DEFAULT 604800,
    "mta_sts_id" TEXT NOT NULL,

    CONSTRAINT "domain_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dkim_key" (
    "id" UUID NOT NULL,
    "domain_id" UUID NOT NULL,
    "selector" TEXT NOT NULL,
    "algorithm" "dkim_algorithm" NOT NULL,
    "public_key" TEXT NOT NULL,
    "private_key" BYTEA NOT NULL,
    "state" "dkim_key_state" NOT NULL DEFAULT 'signing',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dkim_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mailbox" (
    "id" UUID NOT NULL,
    "domain_id" UUID NOT NULL,
    "local_part" TEXT NOT NULL,
    "display_name" TEXT NOT NULL DEFAULT '',
    "password_hash" TEXT NOT NULL,
    "scram_sha256" TEXT NOT NULL,
    "quota_bytes" BIGINT NOT NULL DEFAULT 5368709120,
    "used_bytes" BIGINT NOT NULL DEFAULT 0,
    "last_uid_validity" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "suspended_at" TIMESTAMPTZ(3),
    "last_sign_in_at" TIMESTAMPTZ(3),

    CONSTRAINT "mailbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alias" (
    "id" UUID NOT NULL,
    "domain_id" UUID NOT NULL,
    "local_part" TEXT NOT NULL,
    "targets" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "alias_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "certificate" (
    "id" UUID NOT NULL,
    "names" TEXT[],
    "chain_pem" TEXT NOT NULL,
    "private_key" BYTEA NOT NULL,
    "source" TEXT NOT NULL,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "not_after" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "certificate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "blob" (
    "id" BIGSERIAL NOT NULL,
    "sha256" BYTEA NOT NULL,
    "size" BIGINT NOT NULL,
    "head" BYTEA NOT NULL,
    "structure" JSON NOT NULL,
    "preview" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "blob_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "blob_chunk" (
    "blob_id" BIGINT NOT NULL,
    "seq" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "blob_chunk_pkey" PRIMARY KEY ("blob_id","seq")
);

-- CreateTable
CREATE TABLE "folder" (
    "id" BIGSERIAL NOT NULL,
    "mailbox_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "special_use" TEXT,
    "uid_validity" BIGINT NOT NULL,
    "uid_next" BIGINT NOT NULL DEFAULT 1,
    "highest_modseq" BIGINT NOT NULL DEFAULT 1,
    "messages" INTEGER NOT NULL DEFAULT 0,
    "unseen" INTEGER NOT NULL DEFAULT 0,
    "deleted" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "expunged_floor" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "folder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscription" (
    "mailbox_id" UUID NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("mailbox_id","name")
);

-- CreateTable
CREATE TABLE "message" (
    "folder_id" BIGINT NOT NULL,
    "uid" BIGINT NOT NULL,
    "modseq" BIGINT NOT NULL,
    "blob_id" BIGINT NOT NULL,
    "flags" INTEGER NOT NULL DEFAULT 0,
    "keywords" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "size" BIGINT NOT NULL,
    "internal_date" TIMESTAMPTZ(3) NOT NULL,
    "save_date" TIMESTAMPTZ(3) NOT NULL,
    "email_id" UUID NOT NULL,
    "thread_id" UUID NOT NULL,

    CONSTRAINT "message_pkey" PRIMARY KEY ("folder_id","uid")
);

-- CreateTable
CREATE TABLE "expunged" (
    "folder_id" BIGINT NOT NULL,
    "uid" BIGINT NOT NULL,
    "modseq" BIGINT NOT NULL,

    CONSTRAINT "expunged_pkey" PRIMARY KEY ("folder_id","uid")
);

-- CreateTable
CREATE TABLE "queue_message" (
    "id" UUID NOT NULL,
    "trace_id" UUID NOT NULL,
    "blob_id" BIGINT,
    "reverse_path" TEXT NOT NULL,
    "mailbox_id" UUID,
    "size" BIGINT NOT NULL,
    "smtputf8" BOOLEAN NOT NULL DEFAULT false,
    "eight_bit" BOOLEAN NOT NULL DEFAULT false,
    "require_tls" BOOLEAN NOT NULL DEFAULT false,
    "dsn_ret" TEXT,
    "dsn_envid" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "queue_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "queue_recipient" (
    "id" BIGSERIAL NOT NULL,
    "message_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "destination" TEXT NOT NULL,
    "state" "queue_state" NOT NULL DEFAULT 'waiting',
    "hold" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "leased_by" TEXT,
    "leased_until" TIMESTAMPTZ(3),
    "dsn_notify" TEXT,
    "dsn_orcpt" TEXT,
    "delay_notice_at" TIMESTAMPTZ(3),
    "last_code" INTEGER,
    "last_enhanced" TEXT,
    "last_text" TEXT,
    "last_mx" TEXT,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "queue_recipient_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "queue_attempt" (
    "id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "destination" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ms" INTEGER NOT NULL,
    "mx" TEXT,
    "remote_ip" TEXT,
    "tls" JSONB,
    "results" JSONB NOT NULL,
    "transcript" TEXT NOT NULL,

    CONSTRAINT "queue_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mail_event" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "trace_id" UUID,
    "session_id" TEXT,
    "mailbox_id" UUID,
    "domain_id" UUID,
    "sender" TEXT,
    "recipient" TEXT,
    "message_id" TEXT,
    "remote_ip" TEXT,
    "code" INTEGER,
    "enhanced" TEXT,
    "text" TEXT,
    "detail" JSONB,

    CONSTRAINT "mail_event_pkey" PRIMARY KEY ("at","id")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "domain_id" UUID,
    "changes" JSONB,
    "remote_ip" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "domain_id" UUID,
    "mailbox_id" UUID,
    "asked_by_id" UUID,
    "asked_by_name" TEXT NOT NULL,
    "state" "job_state" NOT NULL DEFAULT 'waiting',
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL DEFAULT 0,
    "log" JSONB NOT NULL DEFAULT '[]',
    "result" JSONB,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "cancel_asked_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "engine_heartbeat" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "listeners" JSONB NOT NULL,

    CONSTRAINT "engine_heartbeat_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE INDEX "grant_domain_id_idx" ON "grant"("domain_id");

-- CreateIndex
CREATE UNIQUE INDEX "grant_user_id_role_domain_id_key" ON "grant"("user_id", "role", "domain_id") NULLS NOT DISTINCT;

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "session_mailbox_id_idx" ON "session"("mailbox_id");

-- CreateIndex
CREATE INDEX "session_expires_at_idx" ON "session"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "domain_name_key" ON "domain"("name");

-- CreateIndex
CREATE UNIQUE INDEX "dkim_key_domain_id_selector_key" ON "dkim_key"("domain_id", "selector");

-- CreateIndex
CREATE UNIQUE INDEX "mailbox_domain_id_local_part_key" ON "mailbox"("domain_id", "local_part");

-- CreateIndex
CREATE UNIQUE INDEX "alias_domain_id_local_part_key" ON "alias"("domain_id", "local_part");

-- CreateIndex
CREATE UNIQUE INDEX "blob_sha256_key" ON "blob"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "folder_mailbox_id_name_key" ON "folder"("mailbox_id", "name");

-- CreateIndex
CREATE INDEX "message_folder_id_modseq_idx" ON "message"("folder_id", "modseq");

-- CreateIndex
CREATE INDEX "message_blob_id_idx" ON "message"("blob_id");

-- CreateIndex
CREATE INDEX "expunged_folder_id_modseq_idx" ON "expunged"("folder_id", "modseq");

-- CreateIndex
CREATE INDEX "queue_message_trace_id_idx" ON "queue_message"("trace_id");

-- CreateIndex
CREATE INDEX "queue_message_blob_id_idx" ON "queue_message"("blob_id");

-- CreateIndex
CREATE INDEX "queue_recipient_message_id_idx" ON "queue_recipient"("message_id");

-- CreateIndex
CREATE INDEX "queue_attempt_message_id_idx" ON "queue_attempt"("message_id");

-- CreateIndex
CREATE INDEX "mail_event_trace_id_idx" ON "mail_event"("trace_id");

-- CreateIndex
CREATE INDEX "mail_event_recipient_at_idx" ON "mail_event"("recipient", "at");

-- CreateIndex
CREATE INDEX "mail_event_sender_at_idx" ON "mail_event"("sender", "at");

-- CreateIndex
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at");

-- CreateIndex
CREATE INDEX "audit_entry_domain_id_at_idx" ON "audit_entry"("domain_id", "at");

-- CreateIndex
CREATE INDEX "job_created_at_idx" ON "job"("created_at");

-- CreateIndex
CREATE INDEX "job_asked_by_id_created_at_idx" ON "job"("asked_by_id", "created_at");

-- AddForeignKey
ALTER TABLE "grant" ADD CONSTRAINT "grant_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grant" ADD CONSTRAINT "grant_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_mailbox_id_fkey" FOREIGN KEY ("mailbox_id") REFERENCES "mailbox"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dkim_key" ADD CONSTRAINT "dkim_key_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mailbox" ADD CONSTRAINT "mailbox_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alias" ADD CONSTRAINT "alias_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "domain"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "blob_chunk" ADD CONSTRAINT "blob_chunk_blob_id_fkey" FOREIGN KEY ("blob_id") REFERENCES "blob"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "folder" ADD CONSTRAINT "folder_mailbox_id_fkey" FOREIGN KEY ("mailbox_id") REFERENCES "mailbox"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_mailbox_id_fkey" FOREIGN KEY ("mailbox_id") REFERENCES "mailbox"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_folder_id_fkey" FOREIGN KEY ("folder_id") REFERENCES "folder"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_blob_id_fkey" FOREIGN KEY ("blob_id") REFERENCES "blob"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "expunged" ADD CONSTRAINT "expunged_folder_id_fkey" FOREIGN KEY ("folder_id") REFERENCES "folder"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "queue_message" ADD CONSTRAINT "queue_message_blob_id_fkey" FOREIGN KEY ("blob_id") REFERENCES "blob"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "queue_recipient" ADD CONSTRAINT "queue_recipient_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "queue_message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "queue_attempt" ADD CONSTRAINT "queue_attempt_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "queue_message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_asked_by_id_fkey" FOREIGN KEY ("asked_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- ── By hand ─────────────────────────────────────────────────────────────────────────────────────

-- A slice of a large value is read without its neighbours only when it is not compressed.
ALTER TABLE "blob" ALTER COLUMN "head" SET STORAGE EXTERNAL;
ALTER TABLE "blob_chunk" ALTER COLUMN "data" SET STORAGE EXTERNAL;

-- Rows that say nothing else refuses.
ALTER TABLE "grant" ADD CONSTRAINT "grant_domain_check"
  CHECK ("role" <> 'domain_admin' OR "domain_id" IS NOT NULL);
ALTER TABLE "session" ADD CONSTRAINT "session_owner_check"
  CHECK (num_nonnulls("user_id", "mailbox_id") = 1);
ALTER TABLE "domain" ADD CONSTRAINT "domain_name_check" CHECK ("name" = lower("name") AND "name" <> '');
ALTER TABLE "mailbox" ADD CONSTRAINT "mailbox_numbers_check"
  CHECK ("quota_bytes" >= 0 AND "used_bytes" >= 0);
ALTER TABLE "mailbox" ADD CONSTRAINT "mailbox_local_part_check"
  CHECK ("local_part" = lower("local_part") AND "local_part" NOT IN ('', '*'));
ALTER TABLE "alias" ADD CONSTRAINT "alias_local_part_check"
  CHECK ("local_part" = lower("local_part") AND "local_part" <> '');
ALTER TABLE "alias" ADD CONSTRAINT "alias_targets_check" CHECK (cardinality("targets") > 0);
ALTER TABLE "blob" ADD CONSTRAINT "blob_sha256_check" CHECK (length("sha256") = 32);
ALTER TABLE "blob_chunk" ADD CONSTRAINT "blob_chunk_seq_check" CHECK ("seq" >= 1);
ALTER TABLE "folder" ADD CONSTRAINT "folder_counters_check" CHECK (
  "uid_next" BETWEEN 1 AND 4294967296 AND "uid_validity" BETWEEN 1 AND 4294967295
  AND "messages" >= 0 AND "unseen" BETWEEN 0 AND "messages" AND "deleted" BETWEEN 0 AND "messages"
  AND "bytes" >= 0
);
ALTER TABLE "queue_recipient" ADD CONSTRAINT "queue_recipient_finished_check"
  CHECK (("state" = 'waiting') = ("finished_at" IS NULL));
ALTER TABLE "queue_recipient" ADD CONSTRAINT "queue_recipient_lease_check"
  CHECK (("leased_by" IS NULL) = ("leased_until" IS NULL));

-- One folder per special use (RFC 6154 allows several; clients then disagree about which).
CREATE UNIQUE INDEX "folder_special_use_once" ON "folder"("mailbox_id", "special_use")
  WHERE "special_use" IS NOT NULL;

-- The queue: finished rows stay for the trace and must not slow claims down.
CREATE INDEX "queue_recipient_due" ON "queue_recipient"("next_attempt_at", "id")
  WHERE "state" = 'waiting' AND NOT "hold";
CREATE INDEX "queue_recipient_waiting" ON "queue_recipient"("id") WHERE "state" = 'waiting';
CREATE INDEX "queue_recipient_waiting_destination" ON "queue_recipient"("destination")
  WHERE "state" = 'waiting';

-- Hot rows: room for updates in place, and vacuum long before a fifth of the table is dead.
ALTER TABLE "folder" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE "mailbox" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE "message" SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_insert_scale_factor = 0.1);
ALTER TABLE "queue_recipient" SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

-- mail_event: a partition per UTC day in a schema of its own, so that retention is DROP TABLE and
-- the public schema stays readable. The default partition takes what no day covers (clock jumps).
CREATE SCHEMA IF NOT EXISTS "partitions";
CREATE TABLE "partitions"."mail_event_default" PARTITION OF "mail_event" DEFAULT;

-- Makes the partitions from yesterday to `days` ahead. Rows of such a day that wait in the default
-- partition move into it. Safe to run at any time by any number of processes.
CREATE FUNCTION "ensure_mail_event_partitions"("days" INTEGER) RETURNS INTEGER
LANGUAGE plpgsql AS $$
DECLARE
  day DATE;
  today DATE := (now() AT TIME ZONE 'UTC')::date;
  name TEXT;
  lower_bound TIMESTAMPTZ;
  upper_bound TIMESTAMPTZ;
  made INTEGER := 0;
BEGIN
  -- Only one maker at a time; the others find the work done.
  PERFORM pg_advisory_xact_lock(hashtext('posthorn.mail_event_partitions'));
  FOR day IN SELECT generate_series(today - 1, today + "days", '1 day')::date LOOP
    name := 'mail_event_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass('partitions.' || name) IS NOT NULL;
    lower_bound := day::timestamp AT TIME ZONE 'UTC';
    upper_bound := (day + 1)::timestamp AT TIME ZONE 'UTC';
    EXECUTE format('CREATE TABLE partitions.%I (LIKE public.mail_event INCLUDING ALL)', name);
    EXECUTE format(
      'WITH moved AS (DELETE FROM partitions.mail_event_default WHERE at >= $1 AND at < $2 RETURNING *)
       INSERT INTO partitions.%I SELECT * FROM moved', name) USING lower_bound, upper_bound;
    EXECUTE format('ALTER TABLE public.mail_event ATTACH PARTITION partitions.%I FOR VALUES FROM (%L) TO (%L)',
      name, lower_bound, upper_bound);
    made := made + 1;
  END LOOP;
  RETURN made;
END
$$;

-- Drops whole days before `before`; answers how many.
CREATE FUNCTION "drop_mail_event_partitions"("before" DATE) RETURNS INTEGER
LANGUAGE plpgsql AS $$
DECLARE
  name TEXT;
  dropped INTEGER := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('posthorn.mail_event_partitions'));
  FOR name IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.mail_event'::regclass
      AND c.relname ~ '^mail_event_[0-9]{8}$'
      AND to_date(right(c.relname, 8), 'YYYYMMDD') < "before"
  LOOP
    EXECUTE format('DROP TABLE partitions.%I', name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$$;

SELECT "ensure_mail_event_partitions"(3);

-- The audit trail can be added to and nothing else, TRUNCATE included.
CREATE FUNCTION "refuse_change"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER "audit_entry_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- Every process caches who is who (lib/storage/directory.ts) and forgets it when told so; sent by
-- the database so that no writer can forget. PostgreSQL folds equal notices of one transaction.
-- Counters and sign-in times of a mailbox change all the time and are not directory news.
CREATE FUNCTION "notify_directory"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('posthorn_directory', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER "domain_changed" AFTER INSERT OR UPDATE OR DELETE ON "domain"
  FOR EACH STATEMENT EXECUTE FUNCTION "notify_directory"();
CREATE TRIGGER "alias_changed" AFTER INSERT OR UPDATE OR DELETE ON "alias"
  FOR EACH STATEMENT EXECUTE FUNCTION "notify_directory"();
CREATE TRIGGER "dkim_key_changed" AFTER INSERT OR UPDATE OR DELETE ON "dkim_key"
  FOR EACH STATEMENT EXECUTE FUNCTION "notify_directory"();
CREATE TRIGGER "mailbox_changed" AFTER INSERT OR DELETE ON "mailbox"
  FOR EACH STATEMENT EXECUTE FUNCTION "notify_directory"();
CREATE TRIGGER "mailbox_identity_changed"
  AFTER UPDATE OF "domain_id", "local_part", "password_hash", "scram_sha256", "suspended_at", "quota_bytes"
  ON "mailbox" FOR EACH STATEMENT EXECUTE FUNCTION "notify_directory"();
