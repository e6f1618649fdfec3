/**
 * Every refusal we can utter, in the four dialects that we speak.
 *
 * SMTP: reply code and enhanced code (RFC 5321 §4.2, RFC 3463). IMAP: status and response code
 * (RFC 9051 §7.1, RFC 5530). POP3: response code (RFC 2449 §8, RFC 3206) or null. HTTP: status.
 *
 * What nobody threw on purpose is `internal`: temporary for mail, 500 for HTTP, logged with its
 * cause, mute to the peer.
 */
import { NOTIFY_EVENTS } from "../codec/imap/notify-events.ts";

interface Reply {
  readonly smtp: readonly [code: number, enhanced: string];
  readonly imap: readonly [status: "NO" | "BAD", code: string | null];
  readonly pop3: string | null;
  readonly http: number;
}

const REPLIES = {
  // Recipients and relaying
  noSuchUser: reply([550, "5.1.1"], ["NO", "NONEXISTENT"], null, 404),
  noSuchDomain: reply([550, "5.1.2"], ["NO", "NONEXISTENT"], null, 404),
  badDestination: reply([553, "5.1.3"], ["NO", "CANNOT"], null, 400),
  badSender: reply([553, "5.1.7"], ["NO", "CANNOT"], null, 400),
  notReceivedHere: reply([550, "5.1.2"], ["NO", "CANNOT"], null, 409), // RFC 3463 §3.2: X.1.2, "incapable of accepting mail"
  sendingOff: reply([550, "5.7.1"], ["NO", "NOPERM"], null, 403),
  relayDenied: reply([550, "5.7.1"], ["NO", "NOPERM"], null, 403),
  senderNotOwned: reply([550, "5.7.1"], ["NO", "NOPERM"], null, 403),
  mailboxDisabled: reply([550, "5.2.1"], ["NO", "CONTACTADMIN"], null, 403),
  mailboxFull: reply([452, "4.2.2"], ["NO", "OVERQUOTA"], null, 409),
  mailboxBusy: reply([450, "4.2.1"], ["NO", "INUSE"], "IN-USE", 409),
  tooManyRecipients: reply([452, "4.5.3"], ["NO", "LIMIT"], null, 400),
  nullMx: reply([556, "5.1.10"], ["NO", "CANNOT"], null, 400),

  // The message
  messageTooBig: reply([552, "5.3.4"], ["NO", "TOOBIG"], null, 413),
  badMessage: reply([550, "5.6.0"], ["NO", "CANNOT"], null, 400),
  argumentTooBig: reply([500, "5.5.6"], ["BAD", "TOOBIG"], null, 413),
  bareLineEnd: reply([550, "5.6.11"], ["BAD", null], null, 400),
  loopDetected: reply([554, "5.4.6"], ["NO", "CANNOT"], null, 409),
  policyRefused: reply([550, "5.7.1"], ["NO", "NOPERM"], null, 403),
  dmarcRefused: reply([550, "5.7.26"], ["NO", "NOPERM"], null, 403),
  notSupported: reply([555, "5.5.4"], ["NO", "CANNOT"], null, 400),
  smtputf8Needed: reply([553, "5.6.7"], ["NO", "CANNOT"], null, 400),

  // The conversation
  syntax: reply([501, "5.5.4"], ["BAD", null], null, 400),
  unknownCommand: reply([500, "5.5.1"], ["BAD", null], null, 404),
  lineTooLong: reply([500, "5.5.6"], ["BAD", null], null, 400),
  wrongState: reply([503, "5.5.1"], ["BAD", null], null, 409),
  notImplemented: reply([502, "5.5.1"], ["BAD", null], null, 501),
  tooManyErrors: reply([421, "4.7.0"], ["BAD", null], null, 429),
  timeout: reply([421, "4.4.2"], ["NO", "UNAVAILABLE"], null, 408),
  tooManyConnections: reply([421, "4.7.0"], ["NO", "LIMIT"], "SYS/TEMP", 429),
  shuttingDown: reply([421, "4.3.2"], ["NO", "UNAVAILABLE"], "SYS/TEMP", 503),

  // Identity
  authRequired: reply([530, "5.7.0"], ["NO", "AUTHORIZATIONFAILED"], null, 401),
  authFailed: reply([535, "5.7.8"], ["NO", "AUTHENTICATIONFAILED"], "AUTH", 401),
  authTooWeak: reply([534, "5.7.9"], ["NO", "PRIVACYREQUIRED"], null, 403),
  encryptionNeeded: reply([538, "5.7.11"], ["NO", "PRIVACYREQUIRED"], null, 403),
  starttlsFirst: reply([530, "5.7.0"], ["NO", "PRIVACYREQUIRED"], null, 403),
  authCancelled: reply([501, "5.7.0"], ["BAD", null], null, 400),
  badMechanism: reply([504, "5.5.4"], ["NO", "CANNOT"], null, 400),
  rateLimited: reply([454, "4.7.0"], ["NO", "LIMIT"], "LOGIN-DELAY", 429),

  // Folders and messages
  noSuchFolder: reply([550, "5.2.0"], ["NO", "NONEXISTENT"], null, 404),
  tryCreate: reply([550, "5.2.0"], ["NO", "TRYCREATE"], null, 404),
  alreadyExists: reply([550, "5.2.0"], ["NO", "ALREADYEXISTS"], null, 409),
  useAttr: reply([550, "5.2.0"], ["NO", "USEATTR"], null, 409),
  hasChildren: reply([550, "5.2.0"], ["NO", "HASCHILDREN"], null, 409),
  cannot: reply([550, "5.2.0"], ["NO", "CANNOT"], null, 409),
  notPermitted: reply([550, "5.7.1"], ["NO", "NOPERM"], null, 403),
  readOnly: reply([550, "5.2.0"], ["NO", "READ-ONLY"], null, 409),
  badCharset: reply([501, "5.5.4"], ["NO", "BADCHARSET"], null, 400),
  unknownTransferEncoding: reply([550, "5.6.1"], ["NO", "UNKNOWN-CTE"], null, 400),
  limit: reply([452, "4.5.3"], ["NO", "LIMIT"], null, 400),
  expungeIssued: reply([450, "4.2.1"], ["NO", "EXPUNGEISSUED"], null, 409),

  // The console and the API
  invalid: reply([501, "5.5.4"], ["BAD", null], null, 422),
  notFound: reply([550, "5.1.1"], ["NO", "NONEXISTENT"], null, 404),
  metadataTooMany: reply([452, "4.5.3"], ["NO", "METADATA TOOMANY"], null, 409), // RFC 5464 §4.3
  metadataTooBig: reply([552, "5.3.4"], ["NO", "METADATA MAXSIZE 65536"], null, 413),
  badEvent: reply([555, "5.5.4"], ["NO", `BADEVENT (${NOTIFY_EVENTS.join(" ")})`], null, 400), // RFC 5465 §3.1
  notificationOverflow: reply([452, "4.5.3"], ["NO", "NOTIFICATIONOVERFLOW"], null, 429),
  tooFew: reply([452, "4.5.3"], ["NO", "TOOFEW"], null, 400), // RFC 10022 §3.1.3.2
  clientBug: reply([501, "5.5.4"], ["BAD", "CLIENTBUG"], null, 400),
  uidRequired: reply([501, "5.5.4"], ["BAD", "UIDREQUIRED"], null, 400),
  compressionActive: reply([503, "5.5.1"], ["NO", "COMPRESSIONACTIVE"], null, 409),
  conflict: reply([450, "4.2.1"], ["NO", "INUSE"], null, 409),

  // Ours to mend
  unavailable: reply([451, "4.3.0"], ["NO", "UNAVAILABLE"], "SYS/TEMP", 503),
  internal: reply([451, "4.3.0"], ["NO", "SERVERBUG"], "SYS/TEMP", 500),
} as const satisfies Record<string, Reply>;

/** Keeps each row on one line and checks its shape. */
function reply(smtp: Reply["smtp"], imap: Reply["imap"], pop3: Reply["pop3"], http: number): Reply {
  return { smtp, imap, pop3, http };
}

export type Refusal = keyof typeof REPLIES;

/** A refusal on purpose. `message` is shown to the peer: it never names our configuration. */
export class MailError extends Error {
  readonly kind: Refusal;

  constructor(kind: Refusal, text: string, options?: ErrorOptions) {
    super(text, options);
    this.name = "MailError";
    this.kind = kind;
  }

  get smtp(): Reply["smtp"] {
    return REPLIES[this.kind].smtp;
  }
  get imap(): Reply["imap"] {
    return REPLIES[this.kind].imap;
  }
  get pop3(): Reply["pop3"] {
    return REPLIES[this.kind].pop3;
  }
  get http(): number {
    return REPLIES[this.kind].http;
  }
  /** True when trying the same again later may work: 4yz replies. */
  get temporary(): boolean {
    return this.smtp[0] < 500;
  }
}

/** Any throw as a refusal we may utter. The caller logs `cause`, then answers. */
export function asMailError(error: unknown): MailError {
  if (error instanceof MailError) return error;
  return new MailError("internal", "Internal error, try again later", { cause: error });
}
