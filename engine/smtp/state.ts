/** What one SMTP session knows: RFC 5321 §3 and §4.1.4. Commands read and change it, dispatch.ts runs them. */
import type { Logger } from "pino";
import type { Address } from "../../lib/mail/address.ts";
import type { Account, LocalRecipient } from "../../lib/mail/ports.ts";
import type { ContentCheck } from "../../lib/codec/smtp/content-check.ts";
import type { EngineContext } from "../context.ts";
import type { Connection } from "../net/types.ts";
import type { Spool } from "./spool.ts";

/** Port 25, 587 (STARTTLS) and 465 (TLS from the first byte). Only the first takes mail from strangers. */
export type Role = "mx" | "submission" | "submissions";

/** What happened so far in the dialogue; a command names those in which it may come. */
export type State = "new" | "ready" | "sender" | "recipients" | "chunks";

/** From MAIL to the end of the message: RFC 5321 §3.3. */
export interface Transaction {
  /** Trace id: in every event of this message, in Received, and in our 250. */
  readonly id: string;
  /** Null: "<>". */
  readonly reversePath: Address | null;
  readonly declaredSize: number | null;
  readonly eightBit: boolean;
  readonly smtputf8: boolean;
  readonly requireTls: boolean;
  readonly ret: "FULL" | "HDRS" | null;
  readonly envid: string | null;
  readonly recipients: Recipient[];
  /** Refusals past the limit are answered, but told to the trace only once. */
  overflow: boolean;
  /** What BDAT has brought so far. */
  chunks: { readonly spool: Spool; readonly check: ContentCheck } | null;
}

/** One RCPT that we said 250 to, and what it leads to. */
export interface Recipient {
  readonly address: Address;
  /** Domain of ours; null when the address is elsewhere. */
  readonly domainId: string | null;
  readonly mailboxes: readonly LocalRecipient[];
  readonly elsewhere: readonly Address[];
  readonly notify: string | null;
  readonly orcpt: string | null;
}

export class SmtpSession {
  readonly ctx: EngineContext;
  readonly connection: Connection;
  readonly role: Role;
  readonly log: Logger;
  /** Name from EHLO or HELO. */
  helo: string | null = null;
  /** EHLO, not HELO: extensions may be used. */
  extended = false;
  account: Account | null = null;
  transaction: Transaction | null = null;
  errors = 0;
  refusedRecipients = 0;
  /** The connection ends after this reply. */
  closing = false;
  /** Takes the session off the list of live ones. */
  onClose: () => void = () => undefined;

  constructor(ctx: EngineContext, connection: Connection, role: Role) {
    this.ctx = ctx;
    this.connection = connection;
    this.role = role;
    this.log = ctx.log.child({ session: connection.id, protocol: "smtp", role });
  }

  get state(): State {
    const { helo, transaction } = this;
    if (transaction === null) return helo === null ? "new" : "ready";
    if (transaction.chunks !== null) return "chunks";
    return transaction.recipients.length > 0 ? "recipients" : "sender";
  }

  /** RFC 5321 §4.1.1.5: what RSET, EHLO and the end of a message do. */
  async reset(): Promise<void> {
    const chunks = this.transaction?.chunks;
    this.transaction = null;
    await chunks?.spool.dispose();
  }

  /** RFC 3207 §4.2: nothing said in clear counts afterwards. */
  async forget(): Promise<void> {
    await this.reset();
    this.helo = null;
    this.extended = false;
  }
}
