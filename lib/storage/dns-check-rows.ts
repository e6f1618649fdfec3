/** Checks as the engine keeps them, on `pg`: one statement per look, never one per row. */
import type { CheckResult, Fix, Verdict } from "../mail/dns/check.ts";
import type { CheckChange, JudgedCheck, KeptCheck, Suspicion } from "../mail/dns/history.ts";
import type { Reason } from "../mail/dns/reasons.ts";
import { newId } from "../mail/ids.ts";
import { statement, translated, type Sql } from "./sql.ts";

export interface KeptRow extends KeptCheck {
  readonly key: string;
  readonly kind: string;
  readonly suspicion: Suspicion | null;
}

interface Row {
  readonly key: string;
  readonly kind: string;
  readonly verdict: Verdict;
  readonly reasons: Reason[];
  readonly expected: string[];
  readonly found: string[];
  readonly firstAskedAt: Date;
  readonly firstOkAt: Date | null;
  readonly lastOkAt: Date | null;
  readonly changedAt: Date;
  readonly ackAt: Date | null;
  readonly ackFound: string[];
  readonly suspectSince: Date | null;
  readonly suspectLooks: number;
}

const selectKept = statement<Row>(
  "check.kept",
  `SELECT key, kind, verdict, reasons, expected, found, first_asked_at AS "firstAskedAt",
     first_ok_at AS "firstOkAt", last_ok_at AS "lastOkAt", changed_at AS "changedAt",
     ack_at AS "ackAt", ack_found AS "ackFound", suspect_since AS "suspectSince",
     suspect_looks AS "suspectLooks"
   FROM dns_check WHERE domain_id IS NOT DISTINCT FROM $1::uuid`,
);

/** By key. */
export async function loadKept(db: Sql, domainId: string | null): Promise<Map<string, KeptRow>> {
  const rows = await translated(selectKept(db, domainId));
  return new Map(
    rows.map(({ ackAt, ackFound, suspectSince, suspectLooks, ...row }) => [
      row.key,
      {
        ...row,
        ackFound: ackAt === null ? null : ackFound,
        suspicion: suspectSince && { since: suspectSince, looks: suspectLooks },
      },
    ]),
  );
}

export interface CheckToKeep {
  readonly check: JudgedCheck;
  readonly suspicion: Suspicion | null;
}

const upsertAll = statement(
  "check.keep",
  `INSERT INTO dns_check AS c (id, domain_id, key, kind, scope, "group", need, name, type, verdict,
     reasons, fix, expected, found, answers, facts, first_asked_at, first_ok_at, last_ok_at,
     changed_at, checked_at, ack_found, suspect_since, suspect_looks)
   SELECT n.id, $1::uuid, n.key, n.kind, n.scope, n."group", n.need, n.name, n.type, n.verdict,
     n.reasons, n.fix, ARRAY(SELECT jsonb_array_elements_text(n.expected)),
     ARRAY(SELECT jsonb_array_elements_text(n.found)), n.answers, n.facts, n."firstAskedAt",
     n."firstOkAt", n."lastOkAt", n."changedAt", $2, '{}', n."suspectSince", n."suspectLooks"
   FROM jsonb_to_recordset($3::jsonb) AS n(id uuid, key text, kind text, scope text, "group" text,
     need text, name text, type text, verdict text, reasons jsonb, fix jsonb, expected jsonb,
     found jsonb, answers jsonb, facts jsonb, "firstAskedAt" timestamptz, "firstOkAt" timestamptz,
     "lastOkAt" timestamptz, "changedAt" timestamptz, "suspectSince" timestamptz, "suspectLooks" int)
   ON CONFLICT (domain_id, key) DO UPDATE SET kind = excluded.kind, scope = excluded.scope,
     "group" = excluded."group", need = excluded.need, name = excluded.name, type = excluded.type,
     verdict = excluded.verdict, reasons = excluded.reasons, fix = excluded.fix,
     expected = excluded.expected, found = excluded.found, answers = excluded.answers,
     facts = excluded.facts, first_asked_at = excluded.first_asked_at,
     first_ok_at = excluded.first_ok_at, last_ok_at = excluded.last_ok_at,
     changed_at = excluded.changed_at, checked_at = excluded.checked_at,
     suspect_since = excluded.suspect_since, suspect_looks = excluded.suspect_looks`,
);
/** Checks of what is not asked for any more: only kinds that this look would have brought. */
const removeOthers = statement(
  "check.remove-others",
  `DELETE FROM dns_check WHERE domain_id IS NOT DISTINCT FROM $1::uuid
     AND key <> ALL($2::text[]) AND kind <> ALL($3::text[])`,
);
const insertChanges = statement(
  "check.changes",
  `INSERT INTO dns_change (id, domain_id, key, at, verdict_before, verdict, found_before, found, reasons)
   SELECT n.id, $1::uuid, n.key, $2, n."verdictBefore", n.verdict,
     ARRAY(SELECT jsonb_array_elements_text(n."foundBefore")),
     ARRAY(SELECT jsonb_array_elements_text(n.found)), n.reasons
   FROM jsonb_to_recordset($3::jsonb) AS n(id uuid, key text, "verdictBefore" text, verdict text,
     "foundBefore" jsonb, found jsonb, reasons jsonb)`,
);

/** Writes a look. `keepKinds`: kinds that were not part of it, whose rows stay. */
export async function keepChecks(
  tx: Sql,
  domainId: string | null,
  look: { checks: readonly CheckToKeep[]; at: Date; keepKinds: readonly string[] },
): Promise<void> {
  const { checks, at, keepKinds } = look;
  const rows = checks.map(({ check, suspicion }) => ({
    id: newId(),
    ...check,
    suspectSince: suspicion?.since ?? null,
    suspectLooks: suspicion?.looks ?? 0,
  }));
  await upsertAll(tx, domainId, at, JSON.stringify(rows));
  const keys = checks.map(({ check }) => check.key);
  await removeOthers(tx, domainId, keys, [...keepKinds]);
}

export async function addChanges(
  tx: Sql,
  domainId: string | null,
  { changes, at }: { changes: readonly (CheckChange & { key: string })[]; at: Date },
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map((change) => ({ id: newId(), ...change }));
  await insertChanges(tx, domainId, at, JSON.stringify(rows));
}

// ── Alarms ────────────────────────────────────────────────────────────────────────────────────────

export interface NewAlarm {
  readonly key: string;
  readonly kind: CheckResult["kind"];
  readonly verdict: Verdict;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly reasons: readonly Reason[];
  readonly fix: Fix | null;
}

const insertAlarms = statement(
  "alarm.open",
  `INSERT INTO alarm (id, domain_id, key, kind, opened_at, verdict, before, after, reasons, fix)
   SELECT n.id, $1::uuid, n.key, n.kind, $2, n.verdict,
     ARRAY(SELECT jsonb_array_elements_text(n.before)),
     ARRAY(SELECT jsonb_array_elements_text(n.after)), n.reasons, n.fix
   FROM jsonb_to_recordset($3::jsonb) AS n(id uuid, key text, kind text, verdict text, before jsonb,
     after jsonb, reasons jsonb, fix jsonb)
   ON CONFLICT DO NOTHING`,
);
/** What is right again, and what is not asked for any more. */
const closeAlarms = statement<{ id: string }>(
  "alarm.close",
  `UPDATE alarm SET closed_at = $3 WHERE domain_id IS NOT DISTINCT FROM $1::uuid
     AND closed_at IS NULL AND (key = ANY($2::text[])
       OR (key <> ALL($4::text[]) AND kind <> ALL($5::text[])))
   RETURNING id`,
);
const oldestOpen = statement<{ since: Date | null }>(
  "alarm.oldest",
  `SELECT min(opened_at) AS since FROM alarm
   WHERE domain_id IS NOT DISTINCT FROM $1::uuid AND closed_at IS NULL`,
);

/** One that is open already stays as it is. */
export async function openAlarms(
  tx: Sql,
  domainId: string | null,
  { alarms, at }: { alarms: readonly NewAlarm[]; at: Date },
): Promise<void> {
  if (alarms.length === 0) return;
  const rows = alarms.map((alarm) => ({ id: newId(), ...alarm }));
  await insertAlarms(tx, domainId, at, JSON.stringify(rows));
}

export interface AlarmsToClose {
  /** Keys of checks that are right. */
  readonly right: readonly string[];
  /** Keys of all checks of the look. */
  readonly keys: readonly string[];
  /** Kinds that were not part of it. */
  readonly keepKinds: readonly string[];
  readonly at: Date;
}

export async function closeAlarmsOf(
  tx: Sql,
  domainId: string | null,
  { right, keys, keepKinds, at }: AlarmsToClose,
): Promise<void> {
  await closeAlarms(tx, domainId, [...right], at, [...keys], [...keepKinds]);
}

export async function oldestOpenAlarm(db: Sql, domainId: string | null): Promise<Date | null> {
  const [row] = await translated(oldestOpen(db, domainId));
  return row?.since ?? null;
}
