/** Times and counts of IMAP sessions. Sizes of commands: lib/codec/imap/limits.ts. */

/** RFC 9051 §5.4: at least 30 minutes once signed in. */
export const IDLE_MS = 30 * 60_000;
/** A stranger has a sign-in's worth of time per command. */
export const IDLE_BEFORE_AUTH_MS = 60_000;
/** While idling something is said now and then, so that address translators keep the connection. */
export const KEEP_ALIVE_MS = 4 * 60_000;

/** How often a command at work says so: RFC 9585 speaks of ten to fifteen seconds. */
export const PROGRESS_MS = 10_000;

/** Commands in a row that were not understood: then it is no IMAP client. */
export const MAX_MISTAKES = 20;
export const MAX_MISTAKES_BEFORE_AUTH = 5;

/** Octets of a refused non-synchronising literal that are read and thrown away; past it the connection ends. */
export const MAX_SKIPPED_BEFORE_AUTH = 64 * 1024;
export const MAX_SKIPPED = 64 * 1024 * 1024;

/** Text of responses is gathered up to this before it goes to the socket. */
export const OUTPUT_CHUNK = 32 * 1024;

/** Messages whose structures are held at once during FETCH and SEARCH. */
export const BATCH = 64;
/** Messages of no more octets are read together with their structures, a batch at once. */
export const MAX_BROUGHT_ALONG = 32 * 1024;
/** Octets of one message that are gathered before they are sent; larger sections are streamed. */
export const MAX_GATHERED = 64 * 1024;
/** Header fields of one message, over all items of a FETCH that ask for some. */
export const MAX_FIELDS_HELD = 2 * 1024 * 1024;
/** A message's header is filtered by field in memory up to this; what lies beyond is not looked at. */
export const MAX_FILTERED_HEADER = 1024 * 1024;
/** Messages whose texts one SORT or THREAD compares: their keys are held, some hundred octets each. */
export const MAX_COMPARED = 250_000;

/** Searches of one selected mailbox that are kept up to date: each holds the uids it has found. */
export const MAX_CONTEXTS = 4;
/** Results of a SORT that is kept up to date: whatever comes is put in order among them anew. */
export const MAX_SORTED_CONTEXT = 1000;

/** Messages of one APPEND (RFC 3502): each may keep 256 KiB in memory until all have come. */
export const MAX_APPENDED = 50;
/** Parts of all of them (RFC 4469), be they of no octets: each leaves a line of the command with us. */
export const MAX_PARTS = 1000;
/** Messages of one COPY, which takes two seconds by then: the mailboxes are locked while it lasts. */
export const MAX_COPIED = 100_000;
/** Characters of message ids and subjects that one THREAD holds: those of 100,000 usual messages. */
export const MAX_THREADED_TEXT = 64 * 1024 * 1024;

/** Groups of one NOTIFY, and names in them: each is asked about whatever has changed. */
export const MAX_EVENT_GROUPS = 64;
export const MAX_WATCHED_NAMES = 500;
/** Between two looks at mailboxes that are watched, however often they change. */
export const LOOK_PAUSE_MS = 500;
/** Responses of one look: who missed more than that is better off listing anew (RFC 5465 §5.8). */
export const MAX_TOLD_AT_ONCE = 1000;
