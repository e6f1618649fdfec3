/** The NOTIFY that is in effect in a session: RFC 5465 §3.1. */
import type { ImapSession } from "../state.ts";
import { Watch } from "./watch.ts";
import { Wishes } from "./wishes.ts";

export class Notify {
  readonly wishes: Wishes;
  /** Of other mailboxes; null when nothing of them was asked for. */
  readonly watch: Watch | null;

  private constructor(wishes: Wishes, watch: Watch | null) {
    this.wishes = wishes;
    this.watch = watch;
  }

  static async start(session: ImapSession, wishes: Wishes): Promise<Notify> {
    return new Notify(wishes, wishes.reachOthers ? await Watch.start(session, wishes) : null);
  }

  /** NOTIFY NONE. */
  static none(): Notify {
    return new Notify(new Wishes([]), null);
  }
}
