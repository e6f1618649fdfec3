/** Rows of mail_event: how an event is written and read. */
import type { EventKind, MailEvent } from "../mail/events.ts";
import { statement, type Sql } from "./sql.ts";

/** Reply texts and addresses come from strangers; the trace is not a place to store novels. */
const MAX_TEXT = 2_000;

const insertRows = statement(
  "event.insert",
  "INSERT INTO mail_event SELECT * FROM json_populate_recordset(NULL::mail_event, $1::json)",
);

export async function insertEvents(tx: Sql, events: readonly MailEvent[]): Promise<void> {
  if (events.length > 0) await insertRows(tx, JSON.stringify(events.map(toRow)));
}

/** Keys are column names. */
function toRow(event: MailEvent) {
  return {
    id: event.id,
    at: event.at,
    kind: event.kind,
    trace_id: event.traceId,
    session_id: clean(event.sessionId),
    mailbox_id: event.mailboxId,
    domain_id: event.domainId,
    sender: clean(event.sender),
    recipient: clean(event.recipient),
    message_id: clean(event.messageId),
    remote_ip: clean(event.remoteIp),
    code: event.code,
    enhanced: clean(event.enhanced),
    text: clean(event.text),
    detail: event.detail && cleanDetail(event.detail),
  };
}

/** PostgreSQL text holds neither NUL nor half a surrogate pair. */
export function clean(text: string | undefined): string | undefined {
  return text?.slice(0, MAX_TEXT).replaceAll("\0", "\uFFFD").toWellFormed();
}

function cleanDetail(detail: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify(detail), (_key, value: unknown) =>
    typeof value === "string" ? clean(value) : value,
  );
}

export interface EventRow {
  readonly id: string;
  readonly at: Date;
  readonly kind: EventKind;
  readonly traceId: string | null;
  readonly sessionId: string | null;
  readonly mailboxId: string | null;
  readonly domainId: string | null;
  readonly sender: string | null;
  readonly recipient: string | null;
  readonly messageId: string | null;
  readonly remoteIp: string | null;
  readonly code: number | null;
  readonly enhanced: string | null;
  readonly text: string | null;
  readonly detail: Record<string, unknown> | null;
}

export const EVENT_COLUMNS = `id, at, kind, trace_id AS "traceId", session_id AS "sessionId",
  mailbox_id AS "mailboxId", domain_id AS "domainId", sender, recipient, message_id AS "messageId",
  remote_ip AS "remoteIp", code, enhanced, text, detail`;

/** Null columns left out, as lib/mail/events.ts has it. */
export function toEvent(row: EventRow): MailEvent {
  const { id, at, kind, ...rest } = row;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  return { id, at, kind, ...given };
}
