/**
 * Signing keys as engines move them on (lib/mail/dns/key-life.ts), on `pg`: the keys of a domain with what
 * the checks last saw of them, and what changed written back. The console's side is dkim-keys.ts.
 */
import type { DkimAlgorithm } from "../mail/dkim-keys.ts";
import { RETIRE_MS, type LifeKey, type LifeRotation } from "../mail/dns/key-life.ts";
import type { RotationFacts } from "../mail/dns/key-rotation.ts";
import { newId } from "../mail/ids.ts";
import { DIRECTORY_CHANNEL } from "./directory-expand.ts";
import { DNS_CHANNEL } from "./dns-channels.ts";
import { statement, translated, type Sql } from "./sql.ts";

export interface KeyRow extends LifeKey {
  readonly algorithm: DkimAlgorithm;
  readonly publicKey: string;
  readonly source: "generated" | "imported";
  /** The name at which this server publishes it itself, behind a CNAME. */
  readonly target: string | null;
  readonly createdAt: Date;
  readonly lookedAt: Date | null;
  readonly lastSeenAt: Date | null;
  readonly publishTriedAt: Date | null;
  /** Of the last check of its record (`dns_check`): `ShownAnswer[]`, and when. */
  readonly answers: unknown;
  readonly checkedAt: Date | null;
}

export interface RotationRow extends LifeRotation, RotationFacts {}

export interface DomainLife {
  readonly domainId: string;
  readonly domain: string;
  readonly mode: "txt" | "cname";
  readonly rotateDays: number | null;
  readonly keys: readonly KeyRow[];
  /** Those that are under way. */
  readonly rotations: readonly RotationRow[];
}

const selectDomain = statement<Omit<DomainLife, "keys" | "rotations">>(
  "key-life.domain",
  `SELECT id AS "domainId", name AS domain, dkim_mode AS mode, dkim_rotate_days AS "rotateDays"
   FROM domain WHERE id = $1`,
);
const lockDomain = statement("key-life.lock", "SELECT 1 FROM domain WHERE id = $1 FOR UPDATE");
const selectKeys = statement<KeyRow>(
  "key-life.keys",
  `SELECT k.id, k.selector, k.algorithm, k.public_key AS "publicKey", k.state, k.source, k.target,
     k.created_at AS "createdAt", k.visible_since AS "visibleSince", k.signing_since AS "signingSince",
     k.retiring_since AS "retiringSince", k.safe_since AS "safeSince", k.revoked_at AS "revokedAt",
     k.looked_at AS "lookedAt", k.last_seen_at AS "lastSeenAt", k.seen_ttl AS "seenTtl",
     k.publish_tried_at AS "publishTriedAt", k.rotation_id AS "rotationId",
     k.retired_by_id AS "retiredById", c.answers, c.checked_at AS "checkedAt"
   FROM dkim_key k
   LEFT JOIN dns_check c ON c.domain_id = k.domain_id AND c.key = 'dkim:' || k.selector
   WHERE k.domain_id = $1 AND k.deleted_at IS NULL ORDER BY k.created_at, k.algorithm, k.selector`,
);
const selectRotations = statement<RotationRow>(
  "key-life.rotations",
  `SELECT id, scheduled, switched_at AS "switchedAt", finished_at AS "finishedAt",
     cancelled_at AS "cancelledAt" FROM dkim_rotation
   WHERE domain_id = $1 AND finished_at IS NULL AND cancelled_at IS NULL ORDER BY started_at`,
);

/** In a transaction with `lock`: nobody else changes them until it ends. */
export async function readLife(
  db: Sql,
  domainId: string,
  { lock = false } = {},
): Promise<DomainLife | null> {
  if (lock) await lockDomain(db, domainId);
  const [domain] = await translated(selectDomain(db, domainId));
  if (!domain) return null;
  const keys = await translated(selectKeys(db, domainId));
  const rotations = await translated(selectRotations(db, domainId));
  return { ...domain, keys, rotations };
}

/**
 * Domains with keys that time or a look can move: what waits to be seen is looked at often while it is
 * young; what signs, or is prepared for a later day, needs nobody.
 */
const selectMoving = statement<{ id: string }>(
  "key-life.moving",
  `SELECT d.id FROM domain d, (SELECT $1::timestamptz AS now) t
   WHERE d.disabled_at IS NULL AND EXISTS (
     SELECT 1 FROM dkim_key k LEFT JOIN dkim_rotation r ON r.id = k.rotation_id AND r.switched_at IS NULL
     WHERE k.domain_id = d.id AND k.deleted_at IS NULL AND (
       (k.state IN ('publishing', 'safe_to_delete') AND (k.looked_at IS NULL OR k.looked_at <= t.now
         - CASE WHEN coalesce(k.safe_since, k.created_at) > t.now - interval '1 hour'
             THEN interval '1 minute'
           WHEN coalesce(k.safe_since, k.created_at) > t.now - interval '3 days'
             THEN interval '30 minutes'
           ELSE interval '6 hours' END))
       OR (k.state = 'visible' AND (r.id IS NULL OR NOT r.scheduled))
       OR (k.state = 'retiring' AND k.retiring_since <= t.now - $2::float8 * interval '1 ms')
       OR k.revoked_at > t.now - interval '1 hour'))
   ORDER BY random() LIMIT $3`,
);
/** Domains whose day has come, or which have no next keys prepared behind their CNAMEs. */
const selectDue = statement<{ id: string }>(
  "key-life.due",
  `SELECT d.id FROM (SELECT $1::timestamptz AS now) t CROSS JOIN domain d
     CROSS JOIN LATERAL (SELECT max(k.signing_since) FILTER (WHERE k.state = 'signing') AS signing,
         bool_or(k.target IS NOT NULL) AS behind, bool_or(k.target IS NOT NULL
           AND k.state IN ('retiring', 'safe_to_delete')) AS leaving
       FROM dkim_key k WHERE k.domain_id = d.id AND k.deleted_at IS NULL) k
     CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE scheduled) AS prepared,
         count(*) FILTER (WHERE switched_at IS NULL AND NOT scheduled) AS waiting
       FROM dkim_rotation WHERE domain_id = d.id AND finished_at IS NULL AND cancelled_at IS NULL) o
   WHERE d.disabled_at IS NULL AND (
     (d.dkim_mode = 'cname' AND k.behind AND NOT k.leaving AND o.prepared = 0)
     OR (k.signing <= t.now - d.dkim_rotate_days * interval '1 day' AND o.waiting = 0))
   ORDER BY random() LIMIT $2`,
);

export async function listMoving(db: Sql, now: Date, limit: number): Promise<string[]> {
  const moving = await translated(selectMoving(db, now, RETIRE_MS, limit));
  const due = await translated(selectDue(db, now, limit));
  return [...new Set([...moving, ...due].map(({ id }) => id))];
}

/** A key after its moves; deleted, it loses its private half. */
export interface KeyAfter extends LifeKey {
  readonly lookedAt: Date | null;
  readonly lastSeenAt: Date | null;
  readonly deletedAt: Date | null;
}

const updateKey = statement(
  "key-life.update",
  `UPDATE dkim_key SET state = $2::dkim_key_state, visible_since = $3, signing_since = $4,
     retiring_since = $5, safe_since = $6, retired_by_id = $7, looked_at = $8, last_seen_at = $9,
     seen_ttl = $10, deleted_at = $11::timestamptz,
     private_key = CASE WHEN $11::timestamptz IS NULL THEN private_key ELSE '' END
   WHERE id = $1`,
);

export async function writeKey(tx: Sql, key: KeyAfter): Promise<void> {
  await updateKey(
    tx,
    ...[key.id, key.state, key.visibleSince, key.signingSince, key.retiringSince, key.safeSince],
    ...[key.retiredById, key.lookedAt, key.lastSeenAt, key.seenTtl, key.deletedAt],
  );
}

const setSwitched = statement(
  "key-life.switched",
  "UPDATE dkim_rotation SET switched_at = $2 WHERE id = $1",
);
const setFinished = statement(
  "key-life.finished",
  "UPDATE dkim_rotation SET finished_at = $2 WHERE id = $1",
);
export const markSwitched = async (tx: Sql, id: string, at: Date) =>
  void (await setSwitched(tx, id, at));
export const markFinished = async (tx: Sql, id: string, at: Date) =>
  void (await setFinished(tx, id, at));

/** Whoever gets `true` looks; others have looked a moment ago. */
const claim = statement<{ id: string }>(
  "key-life.claim",
  `UPDATE dkim_key SET looked_at = $2 WHERE id = ANY($1) AND (looked_at IS NULL OR looked_at < $2)
   RETURNING id`,
);
export async function claimLook(db: Sql, ids: readonly string[], now: Date): Promise<string[]> {
  return (await translated(claim(db, ids, now))).map(({ id }) => id);
}

const PUBLISH_AGAIN_MS = 10 * 60_000;
const claimPublishing = statement<{ id: string }>(
  "key-life.claim-publish",
  `UPDATE dkim_key SET publish_tried_at = $2 WHERE id = ANY($1) AND deleted_at IS NULL
     AND (publish_tried_at IS NULL OR publish_tried_at <= $3) RETURNING id`,
);
export async function claimPublish(db: Sql, ids: readonly string[], now: Date): Promise<string[]> {
  const before = new Date(now.getTime() - PUBLISH_AGAIN_MS);
  return (await translated(claimPublishing(db, ids, now, before))).map(({ id }) => id);
}

const setPublishError = statement(
  "key-life.publish-error",
  "UPDATE dkim_key SET publish_error = $2 WHERE id = ANY($1)",
);
/** How it went: null is good. */
export async function notePublished(
  db: Sql,
  ids: readonly string[],
  error: object | null,
): Promise<void> {
  await translated(setPublishError(db, ids, error && JSON.stringify(error)));
}

const insertRotation = statement(
  "key-life.rotation",
  `INSERT INTO dkim_rotation (id, domain_id, started_at, started_by, scheduled)
   VALUES ($1, $2, $3, 'system', $4)`,
);
const insertKey = statement(
  "key-life.key",
  `INSERT INTO dkim_key (id, domain_id, selector, algorithm, public_key, private_key, mode, target,
     rotation_id, created_at)
   VALUES ($1, $2, $3, $4::dkim_algorithm, $5, $6, $7::dkim_mode, $8, $9, $10)`,
);

export interface PreparedKey {
  readonly id: string;
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  readonly publicKey: string;
  readonly privateKey: Uint8Array;
  readonly target: string | null;
}

/** A rotation that nobody asked for: it was the day. */
export async function addRotation(
  tx: Sql,
  rotation: { domainId: string; scheduled: boolean; now: Date; keys: readonly PreparedKey[] },
): Promise<void> {
  const { domainId, scheduled, now, keys } = rotation;
  const id = newId();
  await insertRotation(tx, id, domainId, now, scheduled);
  for (const key of keys) {
    await insertKey(
      tx,
      ...[key.id, domainId, key.selector, key.algorithm, key.publicKey],
      ...[Buffer.from(key.privateKey), key.target === null ? "txt" : "cname", key.target, id, now],
    );
  }
}

const selectUsed = statement<{ selector: string }>(
  "key-life.used",
  "SELECT selector FROM dkim_key WHERE domain_id = $1",
);
export async function everySelector(db: Sql, domainId: string): Promise<string[]> {
  return (await translated(selectUsed(db, domainId))).map(({ selector }) => selector);
}

const insertAudit = statement(
  "key-life.audit",
  `INSERT INTO audit_entry (id, actor, actor_name, action, subject, domain_id, changes)
   VALUES ($1, 'system', 'system', $2, $3, $4, $5)`,
);
export interface SystemLine {
  readonly action: string;
  readonly subject: string;
  /** Null: it concerns the server. */
  readonly domainId: string | null;
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}
export async function auditSystem(tx: Sql, line: SystemLine): Promise<void> {
  const { action, subject, domainId, changes } = line;
  await insertAudit(tx, newId(), action, subject, domainId, JSON.stringify(changes));
}

const notifyAll = statement(
  "key-life.notify",
  `SELECT pg_notify('${DIRECTORY_CHANNEL}', '-'), pg_notify('${DNS_CHANNEL}', '- ' || $1::text)`,
);
/** Engines sign with what they hear of, open pages are drawn again; heard when the transaction commits. */
export async function tellOfKeys(tx: Sql, domainId: string): Promise<void> {
  await notifyAll(tx, domainId);
}
