-- AlterTable
ALTER TABLE "host_key" ADD COLUMN     "last_seen_at" TIMESTAMPTZ(3),
ADD COLUMN     "publish_error" JSONB,
ADD COLUMN     "publish_tried_at" TIMESTAMPTZ(3),
ADD COLUMN     "ready_at" TIMESTAMPTZ(3),
ADD COLUMN     "released_at" TIMESTAMPTZ(3);


-- By hand

-- Keys that people bring with their certificates, as well as those that are made here.
ALTER TABLE "host_key" DROP CONSTRAINT "host_key_algorithm_check";
ALTER TABLE "host_key" ADD CONSTRAINT "host_key_algorithm_check"
  CHECK ("algorithm" ~ '^(ecdsa-p(256|384|521)|rsa-[0-9]{4,5})$');
ALTER TABLE "host_key" ADD CONSTRAINT "host_key_ready_check"
  CHECK ("ready_at" IS NULL OR "state" = 'next');
ALTER TABLE "host_key" ADD CONSTRAINT "host_key_released_check"
  CHECK ("released_at" IS NULL OR "state" = 'retired');
