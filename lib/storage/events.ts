/**
 * Events that belong to no acceptance (refusals, sign-ins): gathered and written a few times a second,
 * never awaited by a reply. When the database is away they wait in memory up to a bound; beyond it the
 * oldest are dropped and counted, because a flood of refusals must not end the server.
 */
import type pg from "pg";
import type { MailEvent } from "../mail/events.ts";
import { EVENT_COLUMNS, insertEvents, toEvent, type EventRow } from "./event-rows.ts";
import { isCertainlyRolledBack } from "./errors.ts";
import { statement, translated, type Sql, type Value } from "./sql.ts";

const FLUSH_MS = 200;
const FLUSH_ROWS = 500;
const RETRY_MS = 2_000;
const MAX_WAITING = 50_000;
/** Partitions are made this many days ahead, and looked after this often. */
const DAYS_AHEAD = 3;
const PARTITIONS_EVERY_MS = 6 * 3_600_000;

const ensurePartitions = statement(
  "event.partitions",
  "SELECT ensure_mail_event_partitions($1::int)",
);

export class EventRecorder {
  readonly #pool: pg.Pool;
  readonly #onError: (error: unknown) => void;
  readonly #partitions: NodeJS.Timeout;
  #waiting: MailEvent[] = [];
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> = Promise.resolve();
  #busy = false;
  /** The database did not take the last batch: the timer tries again, new events only wait. */
  #away = false;

  constructor(pool: pg.Pool, onError: (error: unknown) => void) {
    this.#pool = pool;
    this.#onError = onError;
    this.#partitions = setInterval(() => void this.ensurePartitions(), PARTITIONS_EVERY_MS).unref();
  }

  /** Never throws. */
  record(events: readonly MailEvent[]): void {
    this.#waiting.push(...events);
    const surplus = this.#waiting.length - MAX_WAITING;
    if (surplus > 0) {
      this.#waiting.splice(0, surplus);
      this.#onError(new Error(`the trace lost ${surplus} events: the database does not take them`));
    }
    if (this.#waiting.length >= FLUSH_ROWS && !this.#away) void this.flush();
    else this.#later(FLUSH_MS);
  }

  /** Rows of days without a partition land in the default one, so a failure here loses nothing. */
  async ensurePartitions(): Promise<void> {
    await ensurePartitions(this.#pool, DAYS_AHEAD).catch(this.#onError);
  }

  /** Writes what is waiting. Never rejects. */
  flush(): Promise<void> {
    if (!this.#busy) {
      this.#busy = true;
      this.#flushing = this.#write().finally(() => (this.#busy = false));
    }
    return this.#flushing;
  }

  async close(): Promise<void> {
    clearInterval(this.#partitions);
    await this.flush();
    await this.flush(); // what came during the first
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #write(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, FLUSH_ROWS);
      try {
        await insertEvents(this.#pool, batch);
        this.#away = false;
      } catch (error) {
        this.#onError(error);
        if (isCertainlyRolledBack(error)) await this.#oneByOne(batch);
        else return this.#putBack(batch);
      }
    }
  }

  /** One row that the database refuses must not take the others along. */
  async #oneByOne(batch: readonly MailEvent[]): Promise<void> {
    for (const event of batch) await insertEvents(this.#pool, [event]).catch(this.#onError);
  }

  #putBack(batch: readonly MailEvent[]): void {
    this.#away = true;
    this.#waiting.unshift(...batch);
    this.#later(RETRY_MS);
  }

  #later(ms: number): void {
    this.#timer ??= setTimeout(() => void this.flush(), ms).unref();
  }
}

const selectByTrace = statement<EventRow>(
  "event.trace",
  `SELECT ${EVENT_COLUMNS} FROM mail_event WHERE trace_id = $1 ORDER BY at, id LIMIT $2`,
);

/** The life of one message, oldest first. */
export async function listTrace(db: Sql, traceId: string, limit = 1_000): Promise<MailEvent[]> {
  return (await translated(selectByTrace(db, traceId, limit))).map(toEvent);
}

export interface EventFilter {
  /** Exact address, as written in the event. */
  readonly recipient?: string | undefined;
  readonly sender?: string | undefined;
  readonly mailboxId?: string | undefined;
  readonly messageId?: string | undefined;
  readonly kinds?: readonly string[] | undefined;
  /** Only these domains: what the actor may see. */
  readonly domainIds?: readonly string[] | undefined;
  readonly from?: Date | undefined;
}

/** One page, newest first; `after` is the last event of the page before. */
export async function listEvents(
  db: Sql,
  filter: EventFilter,
  page: { after: Pick<MailEvent, "at" | "id"> | null; limit: number },
): Promise<MailEvent[]> {
  const values: Value[] = [];
  const bind = (value: Value) => `$${values.push(value)}`;
  const { recipient, sender, mailboxId, messageId, kinds, domainIds, from } = filter;
  const where = ["true"];
  if (recipient !== undefined) where.push(`recipient = ${bind(recipient)}`);
  if (sender !== undefined) where.push(`sender = ${bind(sender)}`);
  if (mailboxId !== undefined) where.push(`mailbox_id = ${bind(mailboxId)}`);
  if (messageId !== undefined) where.push(`message_id = ${bind(messageId)}`);
  if (kinds !== undefined) where.push(`kind = ANY(${bind(kinds)})`);
  if (domainIds !== undefined) where.push(`domain_id = ANY(${bind(domainIds)})`);
  if (from !== undefined) where.push(`at >= ${bind(from)}`);
  if (page.after !== null)
    where.push(`(at, id) < (${bind(page.after.at)}, ${bind(page.after.id)})`);
  // Not a named statement: each set of conditions wants a plan of its own.
  const text = `SELECT ${EVENT_COLUMNS} FROM mail_event WHERE ${where.join(" AND ")}
    ORDER BY at DESC, id DESC LIMIT ${bind(page.limit)}`;
  return (await translated(db.query<EventRow>(text, values))).rows.map(toEvent);
}
