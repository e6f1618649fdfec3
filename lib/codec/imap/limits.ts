/**
 * Bounds of what a client may make us read or build. Grammar without bounds is an invitation:
 * RFC 9051 §9 allows lists without end and lists within lists without end.
 */

/** Bytes of one line after sign-in. RFC 7162 §4 asks clients to stay below 8192; long UID sets do not. */
export const MAX_LINE = 64 * 1024;
/** Before sign-in nothing longer than a token in an initial response (RFC 7628) is to be expected. */
export const MAX_LINE_BEFORE_AUTH = 16 * 1024;

/** A literal held in memory (mailbox names, search strings, ID values), after and before sign-in. */
export const MAX_ARGUMENT_LITERAL = 64 * 1024;
export const MAX_ARGUMENT_LITERAL_BEFORE_AUTH = 4 * 1024;

/** All lines and in-memory literals of one command together. */
export const MAX_COMMAND = 256 * 1024;
export const MAX_COMMAND_BEFORE_AUTH = 32 * 1024;

/** Literals in one command: each makes us parse the command from its start again. */
export const MAX_LITERALS = 64;

/** Parentheses, NOT and OR within each other. Real searches stay below ten. */
export const MAX_NESTING = 50;
/** Members of one parenthesised list. */
export const MAX_LIST = 1000;
/** Keys of one SEARCH, at all levels together. */
export const MAX_SEARCH_KEYS = 1000;
/** Ranges of one sequence set: more than fit a line of two-byte entries are not sent by accident. */
export const MAX_RANGES = 32 * 1024;
/** Numbers of a body section ("1.2.3"): as deep as the parser of messages ever goes. */
export const MAX_SECTION_DEPTH = 100;

/** RFC 2971 §3.3: at most 30 pairs, names of 30 octets, values of 1024. */
export const MAX_ID_PAIRS = 30;
export const MAX_ID_NAME = 30;
export const MAX_ID_VALUE = 1024;

/** Longer strings leave as literals: some clients read a quoted string into a small buffer. */
export const MAX_QUOTED = 1024;

/** RFC 9051 §9 number: 32 bits; number64: 63 bits, of which JavaScript counts 53 exactly. */
export const MAX_NUMBER = 0xffffffff;
export const MAX_NUMBER64 = Number.MAX_SAFE_INTEGER;
