/** Limits and times of POP3. */

/** RFC 2449 §4 says 255; an AUTH with its initial response is longer (SCRAM, long passwords). */
export const COMMAND_BYTES = 4_096;
/** RFC 1939 §3: at least 10 minutes. */
export const IDLE_MS = 10 * 60_000;
/** Strangers get less: nobody types for so long, and their connections are counted. */
export const AUTHORIZATION_IDLE_MS = 2 * 60_000;
/** Mistakes until the connection is closed: robots guess, clients do not. */
export const MAX_ERRORS = 20;
/** Lists are written in pieces of about this size, each waiting for the peer to take it. */
export const LIST_CHUNK = 16 * 1024;
