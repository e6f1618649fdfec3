/**
 * Times of sign-ins, of mailboxes and of their app passwords, gathered and written every few seconds:
 * nobody waits for them. Open pages that wait for a device's first sign-in hear of it by notice.
 */
import type pg from "pg";
import { networkText } from "../mail/network.ts";
import type { SignInNote } from "../mail/ports.ts";
import type { Notifications } from "./notifications.ts";
import { inTransaction, statement } from "./sql.ts";

/** NOTIFY channel: ids of mailboxes that signed in. */
export const SIGN_IN_CHANNEL = "posthorn_sign_in";

const WRITE_MS = 5_000;

/** In the order in which everybody locks mailboxes (mail/folder-rows.ts). */
const lockRows = statement(
  "signin.lock",
  "SELECT id FROM mailbox WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
);
const writeTimes = statement(
  "signin.write",
  `UPDATE mailbox m SET last_sign_in_at = GREATEST(m.last_sign_in_at, s.at)
   FROM unnest($1::uuid[], $2::timestamptz[]) AS s(id, at) WHERE m.id = s.id`,
);
const lockAppPasswords = statement(
  "signin.lockAppPasswords",
  "SELECT id FROM app_password WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
);
const writeAppPasswords = statement(
  "signin.appPasswords",
  `UPDATE app_password p SET last_used_at = s.at, last_used_protocol = s.protocol,
     last_used_network = s.network
   FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[])
     AS s(id, at, protocol, network)
   WHERE p.id = s.id AND (p.last_used_at IS NULL OR p.last_used_at < s.at)`,
);

interface Wiring {
  readonly pool: pg.Pool;
  readonly notifications: Notifications;
  readonly onError: (error: unknown) => void;
}

export class SignInNotes {
  readonly #wiring: Wiring;
  #byMailbox = new Map<string, SignInNote>();
  #byAppPassword = new Map<string, SignInNote>();
  #timer: NodeJS.Timeout | null = null;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  note(note: SignInNote): void {
    this.#byMailbox.set(note.mailboxId, note);
    if (note.appPasswordId !== undefined) this.#byAppPassword.set(note.appPasswordId, note);
    this.#timer ??= setTimeout(() => void this.#write(), WRITE_MS).unref();
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    await this.#write();
  }

  async #write(): Promise<void> {
    this.#timer = null;
    const { pool, notifications, onError } = this.#wiring;
    const [mailboxes, appPasswords] = [this.#byMailbox, this.#byAppPassword];
    if (mailboxes.size === 0) return;
    this.#byMailbox = new Map();
    this.#byAppPassword = new Map();
    const ids = [...mailboxes.keys()];
    const times = [...mailboxes.values()].map(({ at }) => at);
    try {
      await inTransaction(pool, async (tx) => {
        await lockRows(tx, ids);
        await writeTimes(tx, ids, times);
      });
      await this.#writeAppPasswords(appPasswords);
      notifications.publish(SIGN_IN_CHANNEL, ids);
    } catch (error) {
      onError(error);
    }
  }

  async #writeAppPasswords(notes: ReadonlyMap<string, SignInNote>): Promise<void> {
    if (notes.size === 0) return;
    const ids = [...notes.keys()];
    const all = [...notes.values()];
    await inTransaction(this.#wiring.pool, async (tx) => {
      await lockAppPasswords(tx, ids);
      await writeAppPasswords(
        tx,
        ids,
        all.map(({ at }) => at),
        all.map(({ protocol }) => protocol),
        all.map(({ remoteAddress }) => networkText(remoteAddress)),
      );
    });
  }
}
