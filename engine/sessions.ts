/**
 * Signed-in sessions of this process, so that one mailbox's can be ended: password changed, mailbox
 * suspended, "Sign out all devices", an app password revoked. One that signed in by an app password ends
 * with it. Other engine processes keep their own; the job tells them all.
 */
import type { UsedAppPassword } from "../lib/mail/ports.ts";

export interface LiveSession {
  readonly id: string;
  readonly mailboxId: string;
  /** The device's own password by which it signed in; absent for the mailbox's. */
  readonly appPassword?: UsedAppPassword | undefined;
  readonly protocol: "smtp" | "imap" | "pop3";
  readonly remoteAddress: string;
  /** Ends it politely (BYE, 421, -ERR) and soon. */
  end(reason: string): void;
}

/** Timers cannot wait longer (2^31 ms); no connection lasts so long either. */
const LONGEST_TIMER_MS = 2_147_483_647;

export class Sessions {
  readonly #byMailbox = new Map<string, Set<LiveSession>>();

  /** Adds a session at sign-in; the returned function takes it off again. */
  add(session: LiveSession): () => void {
    const set = this.#byMailbox.get(session.mailboxId) ?? new Set();
    this.#byMailbox.set(session.mailboxId, set.add(session));
    const expiry = endAtExpiry(session);
    return () => {
      clearTimeout(expiry);
      set.delete(session);
      if (set.size === 0 && this.#byMailbox.get(session.mailboxId) === set) {
        this.#byMailbox.delete(session.mailboxId);
      }
    };
  }

  of(mailboxId: string): readonly LiveSession[] {
    return [...(this.#byMailbox.get(mailboxId) ?? [])];
  }

  /** Ends all sessions of a mailbox, or those of one app password; answers how many there were. */
  drop(mailboxId: string, reason: string, appPasswordId?: string): number {
    const sessions = this.of(mailboxId).filter(
      ({ appPassword }) => appPasswordId === undefined || appPassword?.id === appPasswordId,
    );
    for (const session of sessions) session.end(reason);
    return sessions.length;
  }
}

/** Clients stay connected for weeks: an app password that expires meanwhile ends what it began. */
function endAtExpiry(session: LiveSession): NodeJS.Timeout | undefined {
  const expiresAt = session.appPassword?.expiresAt;
  if (!expiresAt) return undefined;
  const left = Math.max(0, expiresAt.getTime() - Date.now());
  if (left > LONGEST_TIMER_MS) return undefined;
  return setTimeout(() => session.end("App password expired"), left).unref();
}
