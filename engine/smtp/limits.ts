/** Every bound of an SMTP session, with its reason. Sizes and counts that an operator may set are in Settings. */

/**
 * RFC 5321 §4.5.3.1.4 wants 512 octets, and room for parameters on top: SMTPUTF8 and ORCPT (500) are
 * the long ones. On a submission port AUTH may bring a token (RFC 4954 §4: 12,288).
 */
export const COMMAND_BYTES = 2_048;
export const AUTH_LINE_BYTES = 12_288;

/** RFC 5321 §4.5.3.2.7: at least five minutes for the next command. */
export const COMMAND_IDLE_MS = 5 * 60_000;
/** RFC 5321 §4.5.3.2.5: three minutes for the next block of a message. */
export const DATA_IDLE_MS = 3 * 60_000;
/** A message that drips in is given up: 50 MB at 120 kbit/s are through by then. */
export const DATA_TOTAL_MS = 60 * 60_000;
export const DATA_READ_BYTES = 64 * 1024;

/** Wrong words, wrong order, refused sign-ins. Nobody who means well comes near. */
export const MAX_ERRORS = 10;
/** Refused recipients of a stranger: a mailing with stale addresses passes, an address harvest ends. */
export const MAX_REFUSED_RECIPIENTS = 100;

/** RFC 5321 §6.3 asks for at least 100; each of ours passes once, so 50 is a loop already. */
export const MAX_RECEIVED = 50;
/**
 * Of those, ours. Two members of a group who both forward to it double each message at every turn: fifty
 * turns would be forever. Sent, listed, forwarded and forwarded again are four.
 */
export const MAX_RECEIVED_HERE = 5;
/** A thousand recipients in To: and a long chain of ARC sets fit four times over. */
export const MAX_HEADER_BYTES = 256 * 1024;
/**
 * Readers of headers, ours and others', take time by the square of folds and of white space without end.
 * Who folds To: at every one of two thousand addresses stays below.
 */
export const MAX_HEADER_LINES = 5_000;
export const MAX_HEADER_BLANK = 500;
/** Signatures that are looked at. Lists and forwarders together leave three or four. */
export const MAX_SIGNATURES = 20;
/** A trace field longer than this tells nothing. */
export const MAX_RECEIVED_BYTES = 4 * 1024;

/** SPF alone may take 20 s by RFC 7208 §4.6.4; a sender waits ten minutes for its 250 (§4.5.3.2.6). */
export const AUTHENTICATE_MS = 30_000;

/** A chunk that must be thrown away is read up to this much past what we would take, then we hang up. */
export const MAX_DISCARD_FACTOR = 2;
