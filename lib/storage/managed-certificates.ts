/**
 * Names that shall have a certificate from the authority, as engines work on them, on `pg`: which names
 * follows from rows; they are claimed with SKIP LOCKED and a lease, so that any number of engines share them.
 */
import type { AcmeMethod } from "../mail/acme/authorities.ts";
import type { AcmeReason } from "../mail/acme/reasons.ts";
import { newId } from "../mail/ids.ts";
import { ACME_CHANNEL } from "./acme-channels.ts";
import { DNS_CHANNEL } from "./dns-channels.ts";
import { statement, translated, type Sql } from "./sql.ts";

export type ManagedState = "waiting" | "issuing" | "issued" | "failed";

export interface ManagedRow {
  readonly id: string;
  /** Null: the server's own name. */
  readonly domainId: string | null;
  readonly name: string;
  readonly certificateId: string | null;
  readonly renewFrom: Date | null;
  readonly renewUntil: Date | null;
  readonly renewSource: string | null;
  readonly state: ManagedState;
  readonly failures: number;
  readonly orderUrl: string | null;
  readonly method: string | null;
  /** As it was when the row was claimed: another time means that somebody asked meanwhile. */
  readonly nextAt: Date;
}

export interface LogLine {
  readonly at: Date;
  readonly text: string;
}

/** An attempt has five minutes (engine/acme/attempt.ts); an engine that died is forgotten after this. */
const LEASE_MS = 10 * 60_000;
/** Of an attempt with three kinds of proof some forty lines come. */
const MAX_LINES = 100;

/** Names that an uploaded certificate covers, by a wildcard too (RFC 9525 §6.3), are not asked for. */
const wantedNames = `WITH names AS (
     SELECT $1::text AS name, NULL::uuid AS domain_id
     UNION ALL SELECT 'mta-sts.' || name, id FROM domain WHERE disabled_at IS NULL
       AND mta_sts_mode <> 'none' AND mode IN ('full', 'receive')
     UNION ALL SELECT prefix || name, id
       FROM domain, unnest(ARRAY['autoconfig.', 'autodiscover.']) AS prefix
       WHERE disabled_at IS NULL AND mode IN ('full', 'receive')),
   wanted AS (
     SELECT DISTINCT ON (name) name, domain_id FROM names WHERE NOT EXISTS (
       SELECT 1 FROM certificate c WHERE c.source = 'uploaded' AND c.not_after > now()
         AND (name = ANY(c.names) OR regexp_replace(name, '^[^.]+', '*') = ANY(c.names)))
     ORDER BY name, domain_id NULLS FIRST)`;

const addWanted = statement<{ id: string }>(
  "managed.add",
  `${wantedNames}
   INSERT INTO managed_certificate (id, domain_id, names, next_at)
   SELECT gen_random_uuid(), domain_id, ARRAY[name], $2 FROM wanted
   WHERE NOT EXISTS (SELECT 1 FROM managed_certificate m WHERE m.names[1] = name)
   ON CONFLICT ((names[1])) DO NOTHING RETURNING id`,
);
const removeUnwanted = statement<{ id: string }>(
  "managed.remove",
  `${wantedNames}
   DELETE FROM managed_certificate m
   WHERE NOT EXISTS (SELECT 1 FROM wanted w WHERE w.name = m.names[1])
     AND (m.leased_until IS NULL OR m.leased_until < $2) RETURNING id`,
);
/** What ended long ago is of no use, nor what a newer one of the same name has followed for a while. */
const removeEnded = statement(
  "managed.remove-ended",
  "DELETE FROM certificate WHERE source = 'acme' AND not_after < $1::timestamptz - interval '7 days'",
);

/** Makes the rows those that follow from the others; true when there are new ones. */
export async function syncManaged(db: Sql, hostName: string, now: Date): Promise<boolean> {
  await translated(removeUnwanted(db, hostName, now));
  await translated(removeEnded(db, now));
  return (await translated(addWanted(db, hostName, now))).length > 0;
}

const claimDue = statement<ManagedRow>(
  "managed.claim",
  `UPDATE managed_certificate m SET leased_by = $1, leased_until = $3
   WHERE m.id IN (SELECT d.id FROM managed_certificate d LEFT JOIN domain o ON o.id = d.domain_id
     WHERE d.next_at <= $2 AND (d.leased_until IS NULL OR d.leased_until <= $2)
       AND o.disabled_at IS NULL
     ORDER BY d.domain_id NULLS FIRST, d.next_at LIMIT $4 FOR UPDATE OF d SKIP LOCKED)
   RETURNING m.id, m.domain_id AS "domainId", m.names[1] AS name,
     m.certificate_id AS "certificateId", m.renew_from AS "renewFrom",
     m.renew_until AS "renewUntil", m.renew_source AS "renewSource", m.state, m.failures,
     m.order_url AS "orderUrl", m.method, m.next_at AS "nextAt"`,
);
const giveBack = statement(
  "managed.giveback",
  "UPDATE managed_certificate SET leased_by = NULL, leased_until = NULL WHERE leased_by = $1",
);
const selectNext = statement<{ due: Date | null }>(
  "managed.next",
  `SELECT min(GREATEST(m.next_at, coalesce(m.leased_until, m.next_at))) AS due
   FROM managed_certificate m LEFT JOIN domain o ON o.id = m.domain_id WHERE o.disabled_at IS NULL`,
);

export interface Claim {
  readonly worker: string;
  readonly now: Date;
  readonly limit: number;
}

/** The server's own name first. */
export function claimManaged(db: Sql, { worker, now, limit }: Claim): Promise<ManagedRow[]> {
  const until = new Date(now.getTime() + LEASE_MS);
  return translated(claimDue(db, worker, now, until, limit));
}

export async function giveBackManaged(db: Sql, worker: string): Promise<void> {
  await translated(giveBack(db, worker));
}

export async function nextManagedDue(db: Sql): Promise<Date | null> {
  const [row] = await translated(selectNext(db));
  return row?.due ?? null;
}

/** Whose row it is while it works. */
export interface Holder {
  readonly id: string;
  readonly worker: string;
}

const begin = statement(
  "managed.begin",
  `UPDATE managed_certificate SET state = 'issuing', last_attempt_at = $3, log = '[]'
   WHERE id = $1 AND leased_by = $2`,
);
/** An attempt begins: its log follows that of the last one. */
export async function beginAttempt(db: Sql, { id, worker }: Holder, now: Date): Promise<void> {
  await translated(begin(db, id, worker, now));
}

const appendLog = statement(
  "managed.log",
  `WITH told AS (SELECT pg_notify('${DNS_CHANNEL}', '- ' || coalesce($4, 'server')))
   UPDATE managed_certificate SET log = log || $3::jsonb FROM told
   WHERE id = $1 AND leased_by = $2 AND jsonb_array_length(log) < ${MAX_LINES}`,
);
/** A line for people; open pages show it. No secrets. */
export async function noteLine(
  db: Sql,
  { id, worker, domainId }: Holder & { readonly domainId: string | null },
  line: LogLine,
): Promise<void> {
  const text = JSON.stringify([{ at: line.at.toISOString(), text: line.text.slice(0, 500) }]);
  await translated(appendLog(db, id, worker, text, domainId));
}

const setOrder = statement(
  "managed.order",
  "UPDATE managed_certificate SET order_url = $3 WHERE id = $1 AND leased_by = $2",
);
/** So that whoever goes on after a crash takes the order up again. */
export async function noteOrder(
  db: Sql,
  { id, worker }: Holder,
  url: string | null,
): Promise<void> {
  await translated(setOrder(db, id, worker, url));
}

const notifyDone = `pg_notify('${DNS_CHANNEL}', '- ' || coalesce(domain_id::text, 'server'))`;

const putOff = statement<{ id: string }>(
  "managed.put-off",
  `UPDATE managed_certificate SET leased_by = NULL, leased_until = NULL, state = $3,
     last_error = $4, failures = $5, next_at = $6
   WHERE id = $1 AND leased_by = $2 RETURNING id, ${notifyDone}`,
);

export interface PutOff {
  readonly state: "waiting" | "failed";
  readonly reason: AcmeReason;
  readonly failures: number;
  readonly nextAt: Date;
}

/** Nothing was issued; false: the lease ran out, and somebody else has it. */
export async function putOffManaged(
  db: Sql,
  { id, worker }: Holder,
  { state, reason, failures, nextAt }: PutOff,
): Promise<boolean> {
  const error = JSON.stringify(reason);
  return (await translated(putOff(db, id, worker, state, error, failures, nextAt))).length > 0;
}

const finish = statement<{ id: string }>(
  "managed.issued",
  `UPDATE managed_certificate SET leased_by = NULL, leased_until = NULL, state = 'issued',
     certificate_id = $3, method = $4, last_success_at = $5, next_at = $5, failures = 0,
     last_error = NULL, order_url = NULL, renew_from = $6, renew_until = $7,
     renew_source = 'lifetime', renew_reason_url = NULL
   WHERE id = $1 AND leased_by = $2 RETURNING id, ${notifyDone}`,
);

export interface Issued {
  readonly certificateId: string;
  readonly method: AcmeMethod | null;
  readonly at: Date;
  readonly renewFrom: Date;
  readonly renewUntil: Date;
}

export async function finishManaged(
  tx: Sql,
  { id, worker }: Holder,
  issued: Issued,
): Promise<boolean> {
  const { certificateId, method, at, renewFrom, renewUntil } = issued;
  const rows = finish(tx, id, worker, certificateId, method, at, renewFrom, renewUntil);
  return (await translated(rows)).length > 0;
}

const setWindow = statement(
  "managed.window",
  `UPDATE managed_certificate SET leased_by = NULL, leased_until = NULL,
     next_at = CASE WHEN next_at = $8 THEN $3 ELSE next_at END,
     renew_source = CASE WHEN renew_source = 'asked' THEN 'asked' ELSE $6 END,
     renew_from = $4, renew_until = $5, renew_reason_url = $7
   WHERE id = $1 AND leased_by = $2 RETURNING ${notifyDone}`,
);

export interface Planned {
  readonly nextAt: Date;
  readonly from: Date;
  readonly until: Date;
  readonly source: "ari" | "lifetime";
  readonly reasonUrl: string | null;
}

/**
 * When it is renewed, and when the authority is asked about that again. Whoever asked for it meanwhile is
 * not put off.
 */
export async function planManaged(
  db: Sql,
  { id, worker, claimed }: Holder & { readonly claimed: Date },
  plan: Planned,
): Promise<void> {
  const { nextAt, from, until, source, reasonUrl } = plan;
  await translated(setWindow(db, id, worker, nextAt, from, until, source, reasonUrl, claimed));
}

const hurry = statement(
  "managed.hurry",
  `WITH due AS (UPDATE managed_certificate m SET next_at = now()
     WHERE m.state = 'waiting' AND m.domain_id IS NOT DISTINCT FROM $1::uuid AND m.next_at > now()
       AND EXISTS (SELECT 1 FROM dns_check c WHERE c.domain_id IS NOT DISTINCT FROM $1::uuid
         AND c.name = m.names[1] AND c.type IN ('A', 'AAAA', 'CNAME')
         AND c.verdict IN ('ok', 'weak', 'accepted', 'partial')
         AND c.changed_at > coalesce(m.last_attempt_at, m.created_at))
     RETURNING m.id)
   SELECT pg_notify('${ACME_CHANNEL}', '-') FROM due LIMIT 1`,
);
/** The checks see a name move: what waited for it does not wait on. */
export async function hurryWaiting(db: Sql, domainId: string | null): Promise<void> {
  await translated(hurry(db, domainId));
}

// ── What somebody has to know ─────────────────────────────────────────────────────────────────────

const openAlarm = statement<{ id: string }>(
  "managed.alarm",
  `INSERT INTO alarm (id, domain_id, key, kind, opened_at, verdict, before, after, reasons, fix)
   VALUES ($1, $2, $3, 'certificate', $4, 'different', '{}', $5, $6, NULL)
   ON CONFLICT DO NOTHING RETURNING id`,
);
const closeAlarm = statement<{ id: string }>(
  "managed.alarm-over",
  `UPDATE alarm SET closed_at = $3 WHERE domain_id IS NOT DISTINCT FROM $1::uuid AND key = $2
     AND closed_at IS NULL RETURNING id`,
);

export interface EndingCertificate {
  readonly domainId: string | null;
  readonly name: string;
  readonly notAfter: Date;
  readonly reason: AcmeReason;
  readonly now: Date;
}

const alarmKey = (name: string) => `certificate:${name}`;

/** True: it was not open yet. */
export async function alarmOfEnd(db: Sql, ending: EndingCertificate): Promise<boolean> {
  const { domainId, name, notAfter, reason, now } = ending;
  const after = [`${name} ${notAfter.toISOString().slice(0, 10)}`];
  const reasons = JSON.stringify([reason]);
  const row = openAlarm(db, newId(), domainId, alarmKey(name), now, after, reasons);
  return (await translated(row)).length > 0;
}

/** True: there was one. */
export async function endAlarm(
  db: Sql,
  { domainId, name, now }: Pick<EndingCertificate, "domainId" | "name" | "now">,
): Promise<boolean> {
  return (await translated(closeAlarm(db, domainId, alarmKey(name), now))).length > 0;
}
