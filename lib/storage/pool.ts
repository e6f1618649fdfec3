/**
 * The one `pg` pool of a process. Every connection commits synchronously, whatever the server's
 * default says: 250 and OK mean "on disk".
 */
import pg from "pg";

/** A statement that takes longer holds locks that others wait for. Prisma shares the pool. */
const STATEMENT_TIMEOUT = 60_000;
/** Longer waits for a row lock are told to the peer as "try again". */
const LOCK_TIMEOUT = 15_000;
/** A transaction whose owner went silent (a stalled spool read) is ended by the server. */
const IDLE_IN_TRANSACTION_TIMEOUT = 60_000;
const CONNECT_TIMEOUT = 10_000;
const DEFAULT_POOL_SIZE = 10;

/** Sent at connection start, so that no round trip is spent on it. */
export const SESSION_OPTIONS = [
  "synchronous_commit=on",
  `statement_timeout=${STATEMENT_TIMEOUT}`,
  `lock_timeout=${LOCK_TIMEOUT}`,
  `idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_TIMEOUT}`,
]
  .map((setting) => `-c ${setting}`)
  .join(" ");

const INT8 = 20;

/** bigint columns as numbers: ids, sizes and modseqs stay below 2^53; a larger one is a bug. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === INT8 && format !== "binary") return parseInt8;
    return pg.types.getTypeParser(oid, format);
  },
};

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint out of range: ${text}`);
  return value;
}

export interface PoolOptions {
  readonly databaseUrl: string;
  readonly size?: number | undefined;
  /** Told of connections that die while nobody uses them; the pool replaces them. */
  readonly onIdleError?: ((error: Error) => void) | undefined;
}

export function createPool({ databaseUrl, size, onIdleError }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: size ?? DEFAULT_POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    application_name: "posthorn",
    options: SESSION_OPTIONS,
    types,
    pipeline: true, // statements of a transaction need not wait for one another (sql.ts)
  });
  // Without listeners a lost connection would end the process: an idle one tells the pool, one that
  // is in somebody's hands (in a transaction, between two statements) only itself.
  pool.on("error", (error) => onIdleError?.(error));
  pool.on("connect", (client) => client.on("error", () => undefined)); // its next query tells
  return pool;
}
