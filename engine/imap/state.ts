/**
 * The state of one IMAP connection: RFC 9051 §3. What a single command needs is passed to it, not
 * kept here.
 */
import type { Logger } from "pino";
import { MailError } from "../../lib/mail/errors.ts";
import type { Account, OpenFolder, Uid } from "../../lib/mail/ports.ts";
import { hasRights } from "../../lib/mail/rights.ts";
import type { EngineContext } from "../context.ts";
import { demand, findSeen, notPermitted } from "./access.ts";
import type { Seen } from "./access.ts";
import type { Connection } from "../net/types.ts";
import { plaintextAllowed } from "../sasl/mechanisms.ts";
import { IDLE_BEFORE_AUTH_MS, IDLE_MS } from "./limits.ts";
import { Output } from "./output.ts";
import type { Notify } from "./notify/notify.ts";
import { CommandReader } from "./reader.ts";
import { Selected } from "./selected.ts";

export type State = "stranger" | "authenticated" | "selected";

/** Who has signed in. */
export type Owner = Pick<Account, "mailboxId" | "address" | "appPassword" | "imapDenied">;

/** What ENABLE may switch on: RFC 5161. CONDSTORE may also switch itself on (RFC 7162 §3.1). */
export type Feature = "CONDSTORE" | "QRESYNC" | "UIDONLY" | "UTF8=ACCEPT" | "IMAP4rev2";

export class ImapSession {
  readonly connection: Connection;
  readonly context: EngineContext;
  readonly log: Logger;
  readonly out: Output;
  readonly reader: CommandReader;
  readonly enabled = new Set<Feature>();
  /** Commands in a row that were not understood. */
  mistakes = 0;
  /** LOGOUT was said: the next thing is the end. */
  leaving = false;
  #owner: Owner | null = null;
  #selected: Selected | null = null;
  #notify: Notify | null = null;
  /** Called when there may be news: whoever waits for a line listens. */
  wake: () => void = () => {};
  #release: () => void = () => {};

  constructor(connection: Connection, context: EngineContext) {
    this.connection = connection;
    this.context = context;
    this.log = context.log.child({ protocol: "imap", session: connection.id });
    this.out = new Output(connection);
    this.reader = new CommandReader(connection, this.out);
    connection.setIdleTimeout(IDLE_BEFORE_AUTH_MS);
  }

  get state(): State {
    if (this.#owner === null) return "stranger";
    return this.#selected === null ? "authenticated" : "selected";
  }

  /** May a password be sent on this connection? RFC 9051 §11.1. */
  get private(): boolean {
    return plaintextAllowed(this.connection, this.context.settings);
  }

  // ── Who ───────────────────────────────────────────────────────────────────────────────────────

  /** Of commands that are allowed only after sign-in. */
  get owner(): Owner {
    if (this.#owner === null) throw new MailError("authRequired", "Sign in first");
    return this.#owner;
  }

  signedIn({ mailboxId, address, appPassword, imapDenied }: Owner): void {
    const { connection, context } = this;
    const owner = { mailboxId, address, appPassword, imapDenied }; // no hash of a password stays
    this.#owner = owner;
    this.reader.trust();
    connection.authenticated();
    connection.setIdleTimeout(IDLE_MS);
    this.#release = context.sessions.add({
      id: connection.id,
      mailboxId: owner.mailboxId,
      appPassword: owner.appPassword,
      protocol: "imap",
      remoteAddress: connection.remoteAddress,
      end: (reason) => connection.interrupt(new MailError("shuttingDown", reason)),
    });
  }

  /** As if the connection were new (RFC 8437 §3). */
  signedOut(): void {
    this.close();
    this.#owner = null;
    this.enabled.clear();
    this.out.utf8 = false;
    this.reader.distrust();
    this.connection.setIdleTimeout(IDLE_BEFORE_AUTH_MS);
  }

  /** Capabilities that this account is denied; of strangers nobody knows. */
  get denied(): readonly string[] {
    return this.#owner?.imapDenied ?? [];
  }

  // ── Where ─────────────────────────────────────────────────────────────────────────────────────

  get selected(): Selected | null {
    return this.#selected;
  }

  /** Of commands that are allowed only in the selected state. */
  get mailbox(): Selected {
    if (this.#selected === null) throw new MailError("wrongState", "Select a mailbox first");
    return this.#selected;
  }

  /** `folder` is the mailbox as the session calls it. */
  select(open: OpenFolder, { folder, examined }: { folder: Seen; examined: boolean }): Selected {
    this.unselect();
    const selected = new Selected(open, {
      ...{ name: folder.name, rights: folder.rights, examined },
      wake: () => this.wake(),
    });
    this.#selected = selected;
    this.#watchKey(selected, folder);
    if (folder.mailboxId !== this.owner.mailboxId) this.#watchRights(selected, folder);
    return selected;
  }

  /** RFC 4467 §7: sessions of the same account hear of a new access key. */
  #watchKey(selected: Selected, folder: Seen): void {
    selected.onClose(
      this.context.store.watchAccessKeys(this.owner.mailboxId, (folderId) => {
        if (folderId !== null && folderId !== folder.id) return;
        selected.keyReset = true;
        this.wake();
      }),
    );
  }

  /** In somebody else's mailbox one may lose rights at any time. */
  #watchRights(selected: Selected, { mailboxId }: Seen): void {
    selected.onClose(
      this.context.store.watchMailbox(mailboxId, ({ rights }) => {
        if (!rights) return;
        selected.rightsChanged = true;
        this.wake();
      }),
    );
    selected.rightsChanged = true; // since they were asked for, until we listened
  }

  /** Rights in the selected mailbox, or a refusal. */
  demandHere(needs: string): void {
    if (!hasRights(this.mailbox.rights, needs)) throw notPermitted();
  }

  unselect(): void {
    const selected = this.#selected;
    this.#selected = null;
    if (selected === null) return;
    if (!selected.tracker.hasNews) this.#notify?.watch?.knows(selected.folder);
    selected.close();
  }

  /** The session itself has put messages into a folder. */
  brought(folder: Seen, uids: readonly Uid[]): void {
    if (this.#selected?.folder.id === folder.id) this.#selected.brought(uids);
    else this.#notify?.watch?.ownMessages(folder, uids);
  }

  // ── News ──────────────────────────────────────────────────────────────────────────────────────

  /** What NOTIFY said; null before the first one. */
  get notify(): Notify | null {
    return this.#notify;
  }

  /** In the place of the one before. */
  useNotify(notify: Notify | null): void {
    this.#notify?.watch?.close();
    this.#notify = notify;
  }

  /** A mailbox by name in which the session has the rights it needs, or a refusal. */
  async folder(name: string, { needs }: { needs: string }): Promise<Seen> {
    return demand(await findSeen(this, name), needs);
  }

  enable(feature: Feature): void {
    if (feature === "CONDSTORE") this.#followModseqs();
    this.enabled.add(feature);
    if (feature === "QRESYNC") this.enabled.add("CONDSTORE"); // RFC 7162 §3.2.3
    if (feature === "UTF8=ACCEPT" || feature === "IMAP4rev2") this.out.utf8 = true;
  }

  /** RFC 7162 §3.1: the first command that asks for modseqs is told where they stand. */
  #followModseqs(): void {
    const selected = this.#selected;
    if (selected === null || this.enabled.has("CONDSTORE")) return;
    this.out.status("OK", "Highest", `HIGHESTMODSEQ ${selected.settled}`);
  }

  /** The client speaks RFC 9051: what it removed is not said any more. */
  get rev2(): boolean {
    return this.enabled.has("IMAP4rev2");
  }

  /** Message numbers are neither said nor taken: RFC 9586. */
  get uidOnly(): boolean {
    return this.enabled.has("UIDONLY");
  }

  /** Gives back everything. Safe to call twice. */
  close(): void {
    this.useNotify(null);
    this.unselect();
    this.#release();
    this.#release = () => {};
  }
}
