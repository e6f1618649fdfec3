/** What one POP3 connection knows: RFC 1939 §3 to §6. Commands read and change it. */
import type { Logger } from "pino";
import { MailError } from "../../lib/mail/errors.ts";
import type { Account } from "../../lib/mail/ports.ts";
import type { EngineContext } from "../context.ts";
import type { Connection } from "../net/types.ts";
import { IDLE_MS, LIST_CHUNK } from "./limits.ts";
import { Maildrop } from "./maildrop.ts";

export type State = "authorization" | "transaction";

export class Pop3Session {
  readonly ctx: EngineContext;
  readonly connection: Connection;
  readonly log: Logger;
  /** Name from USER, until PASS has used it. */
  user: string | null = null;
  errors = 0;
  /** The connection ends after this reply. */
  closing = false;
  #maildrop: Maildrop | null = null;
  #leave: () => void = () => undefined;

  constructor(ctx: EngineContext, connection: Connection) {
    this.ctx = ctx;
    this.connection = connection;
    this.log = ctx.log.child({ session: connection.id, protocol: "pop3" });
  }

  get state(): State {
    return this.#maildrop === null ? "authorization" : "transaction";
  }

  /** Commands of the TRANSACTION state have one: the dispatcher sees to it. */
  get maildrop(): Maildrop {
    if (!this.#maildrop) throw new MailError("wrongState", "Sign in first");
    return this.#maildrop;
  }

  /** Into the TRANSACTION state; answers what to say. */
  async enter({ mailboxId, address, appPassword }: Account): Promise<string> {
    const { ctx, connection } = this;
    this.#leave(); // a sign-in that failed at opening the maildrop
    this.#leave = ctx.sessions.add({
      id: connection.id,
      mailboxId,
      appPassword,
      protocol: "pop3",
      remoteAddress: connection.remoteAddress,
      end: (reason) => connection.interrupt(new MailError("shuttingDown", reason)),
    });
    this.#maildrop = await Maildrop.open(ctx.store, mailboxId);
    connection.authenticated();
    connection.setIdleTimeout(IDLE_MS);
    const { count, octets } = this.#maildrop.stat();
    return `Welcome ${address}, ${count} messages (${octets} octets)`;
  }

  /** RFC 1939 §3: a multi-line answer, dot-stuffed already and without its closing dot. */
  async writeLines(lines: Iterable<string>): Promise<void> {
    let text = "";
    for (const line of lines) {
      text += `${line}\r\n`;
      if (text.length < LIST_CHUNK) continue;
      await this.connection.write(text);
      text = "";
    }
    await this.connection.write(`${text}.\r\n`);
  }

  onClose(): void {
    this.#leave();
  }
}
