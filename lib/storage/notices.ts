/** Who is to be told about the checks of a domain, and what they have not been told yet. */
import type { Fix } from "../mail/dns/check.ts";
import type { Reason } from "../mail/dns/reasons.ts";
import { statement, translated, type Sql } from "./sql.ts";

export interface NoticeReader {
  readonly id: string;
  readonly email: string;
  readonly secondEmail: string | null;
  readonly name: string;
  readonly locale: string;
  /** Sees the server's pages. */
  readonly operator: boolean;
}

const READER = `u.id, u.email, u.second_email AS "secondEmail", u.name, u.locale,
  EXISTS (SELECT 1 FROM "grant" o WHERE o.user_id = u.id AND o.role = 'operator') AS operator`;

/** Operators, and the admins of the domain; those who do not want these mails are left out. */
const selectReaders = statement<NoticeReader>(
  "notice.readers",
  `SELECT ${READER} FROM "user" u
   WHERE u.disabled_at IS NULL AND u.notify AND EXISTS (SELECT 1 FROM "grant" g
     WHERE g.user_id = u.id AND (g.role = 'operator'
       OR (g.role = 'domain_admin' AND g.domain_id = $1::uuid)))
   ORDER BY u.id`,
);

export const listNoticeReaders = (db: Sql, domainId: string | null): Promise<NoticeReader[]> =>
  translated(selectReaders(db, domainId));

export interface PendingAlarm {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly before: string[];
  readonly after: string[];
  readonly reasons: Reason[];
  readonly fix: Fix | null;
  readonly notifiedAt: Date | null;
  /** Ids of the alarms that were told of in the same mail: what a recovery refers to. */
  readonly toldWith: string | null;
}

/** Alarms whose beginning, or whose end, nobody was told of; one that nobody heard of ends in silence. */
const selectPending = statement<PendingAlarm>(
  "notice.pending",
  `SELECT id, key, kind, opened_at AS "openedAt", closed_at AS "closedAt", before, after, reasons,
     fix, notified_at AS "notifiedAt", message_id AS "toldWith" FROM alarm
   WHERE domain_id IS NOT DISTINCT FROM $1::uuid AND (
     (notified_at IS NULL AND closed_at IS NULL)
     OR (notified_at IS NOT NULL AND closed_at IS NOT NULL AND closed_told_at IS NULL))
   ORDER BY id`,
);

export const listPendingAlarms = (db: Sql, domainId: string | null): Promise<PendingAlarm[]> =>
  translated(selectPending(db, domainId));

const markOpenedTold = statement(
  "notice.told",
  "UPDATE alarm SET notified_at = coalesce(notified_at, $2), message_id = $3 WHERE id = ANY($1::uuid[])",
);
const markClosedTold = statement(
  "notice.closed-told",
  "UPDATE alarm SET closed_told_at = $2 WHERE id = ANY($1::uuid[])",
);

export async function markAlarmsTold(
  db: Sql,
  { opened, closed, at }: { opened: readonly string[]; closed: readonly string[]; at: Date },
): Promise<void> {
  if (opened.length > 0) await translated(markOpenedTold(db, [...opened], at, opened.join(",")));
  if (closed.length > 0) await translated(markClosedTold(db, [...closed], at));
}

/** The person who added a domain: "user:<id>" of its audit line. */
const selectAdder = statement<NoticeReader>(
  "notice.adder",
  `SELECT ${READER} FROM audit_entry a
   JOIN "user" u ON a.actor = 'user:' || u.id
   WHERE a.domain_id = $1::uuid AND a.action = 'domain.create' AND u.disabled_at IS NULL AND u.notify
   ORDER BY a.at DESC LIMIT 1`,
);

export async function findAdder(db: Sql, domainId: string): Promise<NoticeReader | null> {
  return (await translated(selectAdder(db, domainId)))[0] ?? null;
}

const selectWaiting = statement<{ kind: string; name: string; type: string; expected: string[] }>(
  "notice.waiting",
  `SELECT kind, name, type, expected FROM dns_check
   WHERE domain_id = $1::uuid AND verdict IN ('waiting', 'missing') AND need <> 'optional'
   ORDER BY key`,
);

export const listWaiting = (db: Sql, domainId: string) => translated(selectWaiting(db, domainId));
