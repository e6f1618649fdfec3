/**
 * What the database throws, told apart once: what passes by itself (connection lost, server
 * restarting, disk full, lock not got in time) becomes MailError `unavailable` with its cause, so that
 * a peer hears 451 or NO [UNAVAILABLE] and comes back. Everything else goes through unchanged and ends
 * as `internal`.
 */
import { MailError } from "../mail/errors.ts";

/** SQLSTATE classes (PostgreSQL manual, appendix A) and single states that waiting may cure. */
const PASSING_CLASSES = new Set(["08", "53", "57", "58"]); // connection, resources, operator, I/O
const PASSING_STATES = new Set(["25006", "25P03", "40001", "40P01", "55P03"]);
const PASSING_SYSTEM = new Set(
  "ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH".split(" "),
);
/** `pg` gives these no code. */
const LOST_CONNECTION =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired|Query read timeout|Cannot use a pool after calling end)/;

const DEADLOCK_OR_SERIALIZATION = new Set(["40001", "40P01"]);

export function asStorageError(error: unknown): unknown {
  if (error instanceof MailError || !isPassing(error)) return error;
  return new MailError("unavailable", "Storage is not available, try again later", {
    cause: error,
  });
}

/** Rolled back by the server because of others; the same again may succeed at once. */
export function isWorthRepeating(error: unknown): boolean {
  return DEADLOCK_OR_SERIALIZATION.has(sqlState(error));
}

/** True when the statement was refused by the server, so its transaction has certainly not committed. */
export function isCertainlyRolledBack(error: unknown): boolean {
  if (error instanceof MailError) return isMailErrorRolledBack(error);
  return /^[0-9A-Z]{5}$/.test(sqlState(error)) && !/^(08|57P)/.test(sqlState(error));
}

/** A MailError thrown inside a transaction rolled it back, unless it wraps a lost connection. */
function isMailErrorRolledBack(error: MailError): boolean {
  return error.cause === undefined || isCertainlyRolledBack(error.cause);
}

function sqlState(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

function isConnecting(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && error.syscall === "connect";
}

function isPassing(error: unknown): boolean {
  const state = sqlState(error);
  if (PASSING_STATES.has(state) || PASSING_SYSTEM.has(state)) return true;
  if (state === "ENOENT" && isConnecting(error)) return true; // no socket: the server is not there now
  if (state.length === 5 && PASSING_CLASSES.has(state.slice(0, 2))) return true;
  // Node gathers the failures of several addresses of one host.
  if (error instanceof AggregateError) return error.errors.some(isPassing);
  return error instanceof Error && LOST_CONNECTION.test(error.message);
}
