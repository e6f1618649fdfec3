/** Times of sign-ins, gathered and written every few seconds: nobody waits for them. */
import type pg from "pg";
import { inTransaction, statement } from "./sql.ts";

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

export class SignInNotes {
  readonly #pool: pg.Pool;
  readonly #onError: (error: unknown) => void;
  #times = new Map<string, Date>();
  #timer: NodeJS.Timeout | null = null;

  constructor(pool: pg.Pool, onError: (error: unknown) => void) {
    this.#pool = pool;
    this.#onError = onError;
  }

  note(mailboxId: string, at: Date): void {
    this.#times.set(mailboxId, at);
    this.#timer ??= setTimeout(() => void this.#write(), WRITE_MS).unref();
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    await this.#write();
  }

  async #write(): Promise<void> {
    this.#timer = null;
    if (this.#times.size === 0) return;
    const times = this.#times;
    this.#times = new Map();
    const ids = [...times.keys()];
    await inTransaction(this.#pool, async (tx) => {
      await lockRows(tx, ids);
      await writeTimes(tx, ids, [...times.values()]);
    }).catch(this.#onError);
  }
}
