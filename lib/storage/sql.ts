/**
 * The little that the hand-written SQL needs: named statements (parsed by the server once per
 * connection), transactions that repeat after a deadlock, and errors in our words.
 */
import type { Writable } from "node:stream";
import type pg from "pg";
import { asStorageError, isWorthRepeating } from "./errors.ts";

/** The pool, or one client of it in the middle of a transaction. */
export type Sql = Pick<pg.ClientBase, "query">;

/** The client of a transaction. */
export interface Transaction extends Sql {
  /**
   * Statements, sent already, that nothing in the transaction waits for: COMMIT may follow at once, and
   * what becomes of all is awaited together. One that fails takes the COMMIT with it: the server rolls
   * back.
   */
  unawaited(statements: Promise<unknown>): void;
}

/** A parameter: what `pg` knows how to send. Arrays become PostgreSQL arrays, Buffers bytea. */
export type Value = string | number | boolean | Date | Buffer | null | readonly Value[];

/** A statement with a name: call it with the pool or a transaction and its values. */
export function statement<Row extends object>(name: string, text: string) {
  return async (db: Sql, ...values: Value[]): Promise<Row[]> => {
    const result = await db.query<Row & pg.QueryResultRow>({ name, text, values });
    return result.rows;
  };
}

/** Deadlocks are ended by the server after a second; three in a row mean something else is wrong. */
const MAX_TRIES = 4;

/**
 * Runs `work` in a transaction. `work` must be safe to run again: after a deadlock or serialization
 * failure it is. Resolves after commit.
 */
export function inTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return repeated(pool, "BEGIN", work);
}

/** The same, for reading: every statement sees what was there at the first one. */
export function inSnapshot<T>(pool: pg.Pool, work: (tx: Sql) => Promise<T>): Promise<T> {
  return repeated(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", work);
}

async function repeated<T>(
  pool: pg.Pool,
  begin: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(pool, begin, work);
    } catch (error) {
      if (attempt < MAX_TRIES && isWorthRepeating(error)) continue;
      throw asStorageError(error);
    }
  }
}

async function once<T>(
  pool: pg.Pool,
  begin: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const sent: Promise<unknown>[] = [];
  const unawaited = (statements: Promise<unknown>) => {
    statements.catch(() => undefined); // awaited below
    sent.push(statements);
  };
  let over = false;
  const query = (...values: Parameters<Sql["query"]>) => {
    if (over) throw new Error("A statement after the COMMIT of its transaction");
    return together(client).query(...values);
  };
  try {
    unawaited(together(client).query(begin)); // the first statement follows without waiting for its answer
    const result = await work({ query: query as Sql["query"], unawaited });
    over = true;
    unawaited(together(client).query("COMMIT"));
    await Promise.all(sent);
    return result;
  } catch (error) {
    // A connection that cannot even roll back is not given to the next one.
    await client.query("ROLLBACK").catch((failure: Error) => (broken = failure));
    throw (await firstFailure(sent)) ?? error;
  } finally {
    client.release(broken);
  }
}

const held = new WeakSet<Writable>();

/** Statements of one turn leave in one packet: each write costs a system call and wakes the server. */
function together(client: pg.PoolClient): pg.PoolClient {
  const { stream } = (client as { connection?: { stream?: Writable } }).connection ?? {};
  if (stream === undefined || held.has(stream)) return client;
  held.add(stream);
  stream.cork();
  process.nextTick(() => {
    held.delete(stream);
    stream.uncork();
  });
  return client;
}

/** After it everything fails, and says less about why. */
async function firstFailure(sent: readonly Promise<unknown>[]): Promise<unknown> {
  const settled = await Promise.allSettled(sent);
  const failed = settled.find((one) => one.status === "rejected");
  return failed?.reason;
}

/** Runs one query outside a transaction, with errors in our words. */
export async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asStorageError(error);
  }
}

const notify = statement("sql.notify", "SELECT pg_notify($1, '-')");

/** Without words; in a transaction it is heard when that commits. */
export async function notifyNow(db: Sql, channel: string): Promise<void> {
  await translated(notify(db, channel));
}
