/**
 * The outbound side of the engine over a real database, our own DNS and scripted peers, with a clock that
 * stands still until a test moves it.
 */
import { pino } from "pino";
import type { EngineContext } from "../../engine/context.ts";
import { createResolver } from "../../engine/dns/resolver.ts";
import { TIMEOUTS } from "../../engine/outbound/session.ts";
import {
  startOutbound,
  type Outbound,
  type OutboundOptions,
} from "../../engine/outbound/worker.ts";
import { newId } from "../../lib/mail/ids.ts";
import { bytesSource } from "../../lib/mail/byte-source.ts";
import type { Clock, QueueEntry } from "../../lib/mail/ports.ts";
import { NewDomain, NewMailbox } from "../../lib/schemas/forms.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { createDomain } from "../../lib/service/domains.ts";
import { createMailbox } from "../../lib/service/mailboxes.ts";
import { createPrisma } from "../../lib/storage/client.ts";
import { createStorage, type Storage } from "../../lib/storage/storage.ts";
import { testDatabase } from "../support/database.ts";
import { startDnsServer, type DnsServerForTests } from "../support/dns-server.ts";
import { startPeer, type Peer, type PeerScript } from "../support/mx-peer.ts";
import { testSettings } from "../support/settings.ts";
import { until } from "../support/until.ts";

export class ManualClock implements Clock {
  #now = Date.now();
  readonly #sleepers = new Set<{ until: number; wake: () => void }>();

  now(): Date {
    return new Date(this.#now);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const sleeper = { until: this.#now + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > this.#now) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}

export interface RecipientRow {
  address: string;
  state: string;
  attempts: number;
  code: number | null;
  enhanced: string | null;
  text: string | null;
  wait: number;
}

export interface AttemptRow {
  mx: string | null;
  tls: { protocol: string } | null;
  transcript: string;
  results: { recipientId: number; outcome: string }[];
}

export const MESSAGE =
  "From: Ann <ann@a.example>\r\nTo: bob@b.example\r\nSubject: greetings\r\n\r\nhello\r\n.\r\nbye\r\n";

/** Delivery port for all peers: the first one takes a free port, the others that port at 127.0.0.x. */
export class World {
  readonly clock = new ManualClock();
  readonly peers: Peer[] = [];
  readonly #workers: Outbound[] = [];
  readonly storage: Storage;
  readonly dns: DnsServerForTests;
  readonly databaseUrl: string;
  ann = "";
  port = 0;

  constructor(storage: Storage, dns: DnsServerForTests, databaseUrl: string) {
    this.storage = storage;
    this.dns = dns;
    this.databaseUrl = databaseUrl;
  }

  /** A peer that b.example (or the named domain) points at. */
  async peer(script: PeerScript = {}, domain = "b.example"): Promise<Peer> {
    const address = `127.0.0.${this.peers.length + 2}`;
    const peer = await startPeer({ ...script, address, port: this.port });
    this.port = peer.port;
    this.peers.push(peer);
    this.dns.zone[domain] = { MX: [{ preference: 10, exchange: `mx.${domain}` }] };
    this.dns.zone[`mx.${domain}`] = { A: [address] };
    return peer;
  }

  start(options: Partial<OutboundOptions> = {}, storage = this.storage): Outbound {
    const worker = startOutbound(this.context(storage), {
      worker: `w${this.#workers.length}`,
      ...options,
      remote: { timeouts: { ...TIMEOUTS, quit: 200 }, ...options.remote },
    });
    this.#workers.push(worker);
    return worker;
  }

  context(storage = this.storage): EngineContext {
    const resolver = createResolver({
      ...{ servers: [this.dns.address], tryMs: 1_000, budgetMs: 3_000, cacheEntries: 0 },
    });
    const log = pino({ level: process.env["TEST_LOG"] ?? "silent" });
    const settings = { ...testSettings(), smtpDeliveryPort: this.port };
    const { store, directory, queue } = storage;
    // Sign-in and live sessions play no part in delivery.
    return {
      settings,
      log,
      clock: this.clock,
      store,
      directory,
      queue,
      resolver,
    } as unknown as EngineContext;
  }

  /** What submission does: one acceptance with a queue entry. */
  async submit(
    recipients: (string | Partial<QueueEntry["recipients"][number]>)[],
    {
      age = 0,
      message = MESSAGE,
      ...entry
    }: Partial<QueueEntry> & { age?: number; message?: string } = {},
  ): Promise<string> {
    const bytes = Buffer.from(message);
    const id = entry.id ?? newId();
    await this.storage.store.accept({
      traceId: id,
      source: bytesSource(bytes),
      internalDate: new Date(this.clock.now().getTime() - age),
      deliveries: [],
      events: [],
      queue: {
        ...{ id, reversePath: "ann@a.example", mailboxId: this.ann, requireTls: false },
        ...{ smtputf8: false, eightBit: false, dsnRet: null, dsnEnvid: null },
        ...entry,
        recipients: recipients.map((given) => {
          const more = typeof given === "string" ? { address: given } : given;
          const address = more.address ?? "";
          const destination = address.slice(address.lastIndexOf("@") + 1);
          return { address, destination, dsnNotify: null, dsnOrcpt: null, ...more };
        }),
      },
    });
    return id;
  }

  async recipients(id: string): Promise<RecipientRow[]> {
    const { rows } = await this.storage.pool.query<RecipientRow & { next: Date }>(
      `SELECT address, state::text, attempts, last_code AS code, last_enhanced AS enhanced,
         last_text AS text, next_attempt_at AS next
       FROM queue_recipient WHERE message_id = $1 ORDER BY id`,
      [id],
    );
    const now = this.clock.now().getTime();
    return rows.map(({ next, ...row }) => ({ ...row, wait: (next.getTime() - now) / 60_000 }));
  }

  /** "state attempts code enhanced" of each recipient. */
  async states(id: string): Promise<string[]> {
    const rows = await this.recipients(id);
    return rows.map((row) => `${row.state} ${row.attempts} ${row.code} ${row.enhanced}`);
  }

  async attempts(id: string): Promise<AttemptRow[]> {
    const sql =
      "SELECT mx, tls, transcript, results FROM queue_attempt WHERE message_id = $1 ORDER BY id";
    return (await this.storage.pool.query<AttemptRow>(sql, [id])).rows;
  }

  async events(traceId: string): Promise<string[]> {
    const sql = "SELECT kind FROM mail_event WHERE trace_id = $1 ORDER BY at, id";
    const { rows } = await this.storage.pool.query<{ kind: string }>(sql, [traceId]);
    return rows.map(({ kind }) => kind);
  }

  /**
   * Waits until so many attempts of a message are recorded. Time goes on meanwhile: a worker that
   * looked a moment before the clock was set waits its shortest pause.
   */
  async attempted(id: string, count = 1): Promise<void> {
    await until(async () => {
      this.clock.advance(20);
      return (await this.attempts(id)).length >= count;
    }, `${count} attempts`);
  }

  /** Messages in a mailbox's INBOX. */
  async inbox(mailboxId = this.ann): Promise<string[]> {
    const folder = await this.storage.store.openFolder(mailboxId, "INBOX");
    const texts: string[] = [];
    for (let row = 0; row < folder.count; row++) {
      let text = "";
      for await (const chunk of this.storage.store.readBlob(folder.blobAt(row))) text += chunk;
      texts.push(text);
    }
    folder.close();
    return texts;
  }

  /** Media types in the structure of the first message in ann's INBOX. */
  async partTypes(): Promise<string[]> {
    const folder = await this.storage.store.openFolder(this.ann, "INBOX");
    const [blob] = await this.storage.store.getBlobs([folder.blobAt(0)]);
    folder.close();
    const root = blob?.structure.root;
    return root
      ? [root, ...(root.parts ?? [])].map(({ type, subtype }) => `${type}/${subtype}`)
      : [];
  }

  async newStorage(): Promise<Storage> {
    const secretKey = testSettings().secretKey;
    return createStorage({ databaseUrl: this.databaseUrl, secretKey, poolSize: 4 });
  }

  /** After each test: no workers, no peers, an empty zone and queue. */
  async reset(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
    await Promise.all(this.peers.splice(0).map((peer) => peer.close()));
    this.port = 0;
    for (const name of Object.keys(this.dns.zone)) delete this.dns.zone[name];
    this.dns.failures.clear();
    this.dns.authenticated = false;
    await this.storage.pool.query("DELETE FROM queue_message");
    const folder = await this.storage.store.openFolder(this.ann, "INBOX");
    await this.storage.store.expunge(folder.folder.id, [...folder.uids()], { force: true });
    folder.close();
  }

  async close(): Promise<void> {
    await this.storage.close();
    await this.dns.close();
  }
}

/** a.example with the mailbox ann is ours. */
export async function createWorld(): Promise<World> {
  const { url } = await testDatabase();
  const settings = testSettings();
  const storage = await createStorage({
    databaseUrl: url,
    secretKey: settings.secretKey,
    poolSize: 6,
  });
  const world = new World(storage, await startDnsServer(), url);
  world.ann = await makeMailbox(storage, "ann");
  return world;
}

export async function makeMailbox(
  { pool, secrets }: Storage,
  localPart: string,
  domain = "a.example",
): Promise<string> {
  const services = { prisma: createPrisma(pool), secrets, hostName: "mx.posthorn.test" };
  await createDomain(services, cliActor, NewDomain.parse({ name: domain }));
  const input = { domain, localPart, displayName: "", password: "correct horse battery" };
  const made = await createMailbox(services, cliActor, NewMailbox.parse(input));
  if (made.outcome !== "done") throw new Error(`mailbox: ${made.outcome}`);
  return made.mailboxId;
}
