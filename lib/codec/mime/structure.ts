/**
 * What a message is made of, as computed once per blob and stored beside it as JSON: the MIME tree
 * with byte ranges (RFC 2045, RFC 2046), and the envelope as IMAP shows it (RFC 9051 §7.5.2).
 *
 * Everything here survives JSON and PostgreSQL's jsonb: no undefined, no NUL, no lone surrogate.
 * Ranges count bytes of the message as stored. Strings are the field's own text, unfolded and not
 * decoded: encoded words stay encoded (encoded-word.ts decodes them for people). Octets that are
 * not UTF-8 are read as ISO-8859-1.
 *
 * A multipart has at least one part and a message/rfc822 has its message, or else they have neither
 * (no delimiter line found, base64 inside, a bound reached): such a leaf is *shown* as
 * application/octet-stream, since IMAP's grammar has no empty multipart. `shownType` says which.
 *
 * The builder is structure-parser.ts.
 */

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Parameters in the order given: lower-case name, value without quotes. Continuations are joined
 * (RFC 2231 §3, §6); an extended value keeps its name's "*" and its encoding: params.ts decodes it.
 */
export type Params = readonly (readonly [name: string, value: string])[];

/** Content-Disposition: RFC 2183. `type` is lower case. */
export interface Disposition {
  readonly type: string;
  readonly params: Params;
}

/** A body part, or the message itself. At most one of `parts` and `message` is there. */
export interface Part {
  /** The header with the empty line that ends it (§6.4.5 HEADER and MIME). */
  readonly header: ByteRange;
  readonly body: ByteRange;
  /** Line ends in the body, plus one for a last line that has none. */
  readonly lines: number;
  /** Lower case; "text/plain" with charset us-ascii, or "message/rfc822" in a digest, by default. */
  readonly type: string;
  readonly subtype: string;
  readonly params: Params;
  /** Lower case; "7bit" by default. */
  readonly encoding: string;
  readonly id?: string;
  readonly description?: string;
  readonly md5?: string;
  readonly disposition?: Disposition;
  readonly language?: readonly string[];
  readonly location?: string;
  /** multipart/*: in order, never empty. */
  readonly parts?: readonly Part[];
  /** message/rfc822 and message/global: the message inside. */
  readonly message?: NestedMessage;
}

export interface NestedMessage {
  readonly envelope: Envelope;
  readonly part: Part;
}

/**
 * An address as ENVELOPE lists it (RFC 9051 §7.5.2). A group starts with host null and its name as
 * mailbox, and ends with both null. `route` is the obsolete at-domain-list (RFC 5322 §4.4).
 */
export interface EnvelopeAddress {
  readonly name: string | null;
  readonly route: string | null;
  readonly mailbox: string | null;
  readonly host: string | null;
}

/** Null or empty: no such field. `sender` and `replyTo` are filled from `from` when missing. */
export interface Envelope {
  readonly date: string | null;
  readonly subject: string | null;
  readonly from: readonly EnvelopeAddress[];
  readonly sender: readonly EnvelopeAddress[];
  readonly replyTo: readonly EnvelopeAddress[];
  readonly to: readonly EnvelopeAddress[];
  readonly cc: readonly EnvelopeAddress[];
  readonly bcc: readonly EnvelopeAddress[];
  readonly inReplyTo: string | null;
  readonly messageId: string | null;
}

export interface Structure {
  /** Raised when stored structures must be computed anew. */
  readonly version: 1;
  readonly size: number;
  readonly envelope: Envelope;
  /** Message ids of References, without angle brackets, oldest first: what threads are made of. */
  readonly references: readonly string[];
  readonly root: Part;
  /** A bound was hit: something was left out of the tree or the envelope, never out of the ranges. */
  readonly truncated: boolean;
}

/** What BODYSTRUCTURE calls a part: its type, unless its inside could not be read. */
export function shownType(part: Part): Pick<Part, "type" | "subtype" | "params"> {
  const hollow =
    (part.type === "multipart" && part.parts === undefined) ||
    (isMessageType(part) && part.message === undefined);
  return hollow ? { type: "application", subtype: "octet-stream", params: [] } : part;
}

/** The types whose body is a message: RFC 2046 §5.2.1, RFC 6532 §3.7. */
export function isMessageType({ type, subtype }: Pick<Part, "type" | "subtype">): boolean {
  return type === "message" && (subtype === "rfc822" || subtype === "global");
}
