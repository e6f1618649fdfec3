/**
 * Signed-in sessions of this process, so that one mailbox's can be ended: password changed, mailbox
 * suspended, "Sign out all devices". Other engine processes keep their own; the job tells them all.
 */
export interface LiveSession {
  readonly id: string;
  readonly mailboxId: string;
  readonly protocol: "smtp" | "imap" | "pop3";
  readonly remoteAddress: string;
  /** Ends it politely (BYE, 421, -ERR) and soon. */
  end(reason: string): void;
}

export class Sessions {
  readonly #byMailbox = new Map<string, Set<LiveSession>>();

  /** Adds a session at sign-in; the returned function takes it off again. */
  add(session: LiveSession): () => void {
    const set = this.#byMailbox.get(session.mailboxId) ?? new Set();
    this.#byMailbox.set(session.mailboxId, set.add(session));
    return () => {
      set.delete(session);
      if (set.size === 0 && this.#byMailbox.get(session.mailboxId) === set) {
        this.#byMailbox.delete(session.mailboxId);
      }
    };
  }

  of(mailboxId: string): readonly LiveSession[] {
    return [...(this.#byMailbox.get(mailboxId) ?? [])];
  }

  /** Ends all sessions of a mailbox; answers how many there were. */
  drop(mailboxId: string, reason: string): number {
    const sessions = this.of(mailboxId);
    for (const session of sessions) session.end(reason);
    return sessions.length;
  }
}
