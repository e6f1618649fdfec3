/**
 * The one LISTEN connection of a process, and the sender of its own notices.
 *
 * Sent notices are gathered for a few milliseconds and leave outside of the transactions they speak
 * of, after those committed: a NOTIFY inside a transaction takes a lock over the whole server until
 * its commit is on disk, which would line up all commits one behind another. What a crash in between
 * loses, the listeners' slow polls find.
 *
 * When the connection is lost it is opened again, and `onReconnect` listeners are told that they may
 * have missed something.
 */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { SESSION_OPTIONS } from "./pool.ts";

const GATHER_MS = 3;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** Notices a connection that died without a word. */
const HEARTBEAT_MS = 15_000;
/** PostgreSQL's bound is 8000 bytes; the origin and a separator are in front. */
const MAX_PAYLOAD = 7_900;

export interface Notice {
  /** Words of the payload. */
  readonly words: readonly string[];
  /** Sent by this process. */
  readonly own: boolean;
}

type Listener = (notice: Notice) => void;

export interface NotificationsOptions {
  readonly databaseUrl: string;
  readonly onError?: ((error: unknown) => void) | undefined;
}

export class Notifications {
  readonly #options: NotificationsOptions;
  readonly #origin = randomBytes(6).toString("base64url");
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #reconnected = new Set<() => void>();
  readonly #outgoing = new Map<string, Set<string>>();
  #client: pg.Client | null = null;
  #closed = false;
  #retryMs = FIRST_RETRY_MS;
  #gather: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #sending: Promise<void> = Promise.resolve();

  constructor(options: NotificationsOptions) {
    this.#options = options;
  }

  /** Opens the connection; rejects when the first try fails, and keeps trying all the same. */
  async start(): Promise<void> {
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS).unref();
    await this.#connect();
  }

  /** `channel` is a plain identifier. Hears notices of this process too, marked as own. */
  listen(channel: string, listener: Listener): () => void {
    let set = this.#listeners.get(channel);
    if (set === undefined) {
      this.#listeners.set(channel, (set = new Set()));
      this.#client?.query(`LISTEN "${channel}"`).catch((error: unknown) => this.#report(error));
    }
    const own = set.add(listener);
    return () => void own.delete(listener);
  }

  /** Resolves when the server knows of every channel asked for so far. */
  async listening(): Promise<void> {
    await this.#client?.query("SELECT 1");
  }

  onReconnect(listener: () => void): () => void {
    this.#reconnected.add(listener);
    return () => void this.#reconnected.delete(listener);
  }

  /** Tells every process, this one included. Words hold no spaces; equal ones are sent once. */
  publish(channel: string, words: Iterable<string> = []): void {
    if (this.#closed) return;
    const set = this.#outgoing.get(channel) ?? new Set();
    for (const word of words) set.add(word);
    this.#outgoing.set(channel, set);
    this.#gather ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** Sends what is waiting, then closes. */
  async close(): Promise<void> {
    this.#flush();
    this.#closed = true;
    for (const timer of [this.#heartbeat, this.#retry, this.#gather])
      if (timer) clearTimeout(timer);
    await this.#sending;
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  #flush(): void {
    if (this.#gather) clearTimeout(this.#gather);
    this.#gather = null;
    for (const [channel, words] of this.#outgoing) {
      for (const payload of payloads(this.#origin, words)) this.#send(channel, payload);
    }
    this.#outgoing.clear();
  }

  #send(channel: string, payload: string): void {
    const client = this.#client;
    if (client === null) return; // the others' slow polls find it
    const sent = client.query("SELECT pg_notify($1, $2)", [channel, payload]).then(
      () => undefined,
      (error: unknown) => this.#report(error),
    );
    this.#sending = Promise.all([this.#sending, sent]).then(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.databaseUrl,
      keepAlive: true,
      application_name: "posthorn notices",
      options: SESSION_OPTIONS,
      query_timeout: HEARTBEAT_MS,
      pipeline: true, // several notices may be on their way
    });
    client.on("error", (error) => this.#lost(client, error));
    client.on("end", () => this.#lost(client, new Error("the notice connection ended")));
    client.on("notification", ({ channel, payload }) => this.#deliver(channel, payload ?? ""));
    try {
      await client.connect();
      for (const channel of this.#listeners.keys()) await client.query(`LISTEN "${channel}"`);
      if (this.#closed) return void (await client.end());
      this.#client = client;
      this.#retryMs = FIRST_RETRY_MS;
    } catch (error) {
      void client.end().catch(() => undefined);
      this.#later();
      throw error;
    }
  }

  #deliver(channel: string, payload: string): void {
    const [origin, ...words] = payload.split(" ");
    const notice = { words, own: origin === this.#origin };
    for (const listener of this.#listeners.get(channel) ?? []) this.#guard(() => listener(notice));
  }

  #lost(client: pg.Client, error: Error): void {
    if (this.#client !== client) return;
    this.#client = null;
    if (this.#closed) return;
    this.#report(error);
    void client.end().catch(() => undefined);
    this.#later();
  }

  #later(): void {
    if (this.#closed) return;
    const wait = this.#retryMs;
    this.#retryMs = Math.min(wait * 2, LONGEST_RETRY_MS);
    this.#retry = setTimeout(() => void this.#reconnect(), wait);
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      return this.#report(error);
    }
    for (const listener of this.#reconnected) this.#guard(listener);
  }

  /** One listener's fault is not the next one's, and no reason to end the process. */
  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#report(error);
    }
  }

  async #beat(): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    await client.query("SELECT 1").catch((error: Error) => this.#lost(client, error));
  }

  #report(error: unknown): void {
    this.#options.onError?.(error);
  }
}

/** The origin and words joined by spaces, cut into payloads that PostgreSQL takes. */
function payloads(origin: string, words: ReadonlySet<string>): string[] {
  const all = [origin];
  for (const word of words) {
    const last = all.at(-1) ?? "";
    if (last.length + 1 + word.length <= MAX_PAYLOAD) all[all.length - 1] = `${last} ${word}`;
    else all.push(`${origin} ${word}`);
  }
  return all;
}
