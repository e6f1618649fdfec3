/**
 * The real engine inside a test: real PostgreSQL, real sockets on free loopback ports, our own DNS.
 *
 *     const engine = await startTestEngine({ mailboxes: ["alice@example.test"] });
 *     after(() => engine.stop());
 *     await transcript(engine.ports.imap, `…`);
 *
 * Every mailbox has the password PASSWORD. AUTH without TLS is allowed unless a test says otherwise, so
 * that transcripts stay readable. Mailboxes are made by lib/service, as the console makes them.
 */
import { pino, type Logger } from "pino";
import { createPrisma } from "../../lib/storage/client.ts";
import { startEngine, type Engine } from "../../engine/engine.ts";
import { bytesSource } from "../../lib/mail/byte-source.ts";
import { newId } from "../../lib/mail/ids.ts";
import type { Clock, Stored } from "../../lib/mail/ports.ts";
import type { ServiceContext } from "../../lib/service/context.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import { testDatabase } from "./database.ts";
import { startDnsServer, type DnsServerForTests, type Zone } from "./dns-server.ts";
import { makeMailbox, PASSWORD } from "./installation.ts";
import { testSettings } from "./settings.ts";

export { PASSWORD };

export type ServiceName =
  "smtp" | "submission" | "submissions" | "imap" | "imaps" | "pop3" | "pop3s";

export interface TestEngineOptions {
  /** Their domains are made too. */
  readonly mailboxes?: readonly string[];
  readonly zone?: Zone;
  readonly settings?: Partial<Settings>;
  readonly clock?: Clock;
  /** A database that is there already (a second engine on it): nothing is made. */
  readonly databaseUrl?: string;
  readonly log?: Logger;
}

export interface TestEngine {
  readonly engine: Engine;
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly dns: DnsServerForTests;
  readonly databaseUrl: string;
  readonly services: ServiceContext;
  /** Adds the domain when it is not there yet. */
  addMailbox(address: string): Promise<string>;
  mailboxId(address: string): Promise<string>;
  /** Stores bytes in a folder, as an accepted delivery. */
  deliver(address: string, bytes: string | Buffer, folder?: string): Promise<Stored>;
  stop(): Promise<void>;
}

export async function startTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const databaseUrl = options.databaseUrl ?? (await testDatabase()).url;
  const dns = await startDnsServer(options.zone);
  const settings = testSettings({
    dns: dns.address,
    ...(options.settings && { over: options.settings }),
  });
  const log = options.log ?? pino({ level: process.env["TEST_LOG"] ?? "silent" });
  const engine = await startEngine({ settings, databaseUrl, log, clock: options.clock }).catch(
    async (error: unknown) => {
      await dns.close();
      throw error;
    },
  );
  const { pool, secrets } = engine.storage;
  const prisma = createPrisma(pool);
  const services: ServiceContext = { prisma, secrets, hostName: settings.mailHostname };
  const ids = new Map<string, string>();

  const test: TestEngine = {
    engine,
    ports: portsOf(engine),
    dns,
    databaseUrl,
    services,
    async addMailbox(address) {
      const id = await makeMailbox(services, address);
      ids.set(address, id);
      return id;
    },
    async mailboxId(address) {
      const known =
        ids.get(address) ?? (await engine.ctx.directory.findAccount(address))?.mailboxId;
      if (known === undefined) throw new Error(`no mailbox ${address}`);
      return known;
    },
    async deliver(address, bytes, folder = "INBOX") {
      const mailboxId = await test.mailboxId(address);
      const [stored] = await engine.ctx.store.accept({
        traceId: newId(),
        source: bytesSource(Buffer.from(bytes)),
        internalDate: new Date(),
        deliveries: [{ mailboxId, folder, flags: 0, keywords: [] }],
        queue: null,
        events: [],
      });
      if (!stored) throw new Error("nothing stored");
      return stored;
    },
    async stop() {
      await engine.stop();
      await dns.close();
    },
  };
  for (const address of options.mailboxes ?? []) await test.addMailbox(address);
  return test;
}

function portsOf(engine: Engine): Record<ServiceName, number> {
  const port = (name: ServiceName) =>
    engine.listeners.find(({ protocol }) => protocol === name)?.port ?? 0;
  return {
    smtp: port("smtp"),
    submission: port("submission"),
    submissions: port("submissions"),
    imap: port("imap"),
    imaps: port("imaps"),
    pop3: port("pop3"),
    pop3s: port("pop3s"),
  };
}
