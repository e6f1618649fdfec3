/**
 * An installation without running processes: a PostgreSQL of its own with durable settings, migrated,
 * with mailboxes in it. For tests that start, kill and starve real processes.
 */
import type pg from "pg";
import { migrateJobs } from "../../lib/jobs/migrate.ts";
import { NewDomain, NewMailbox } from "../../lib/schemas/forms.ts";
import { cliActor } from "../../lib/service/actor.ts";
import type { ServiceContext } from "../../lib/service/context.ts";
import { createDomain } from "../../lib/service/domains.ts";
import { createMailbox } from "../../lib/service/mailboxes.ts";
import { loadSettings } from "../../lib/settings/settings.ts";
import { checkStore } from "../../lib/storage/mail/check.ts";
import { migrate } from "../../lib/storage/migrate.ts";
import { createPrisma } from "../../lib/storage/client.ts";
import { createStorage } from "../../lib/storage/storage.ts";
import { testCluster, type TestCluster } from "./cluster.ts";
import { startDnsServer, type DnsServerForTests } from "./dns-server.ts";
import { testEnvironment } from "./settings.ts";

export const PASSWORD = "correct horse battery";

export interface Installation {
  readonly env: Record<string, string>;
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly cluster: TestCluster;
  readonly dns: DnsServerForTests;
  /** What the consistency checker finds wrong: empty is good. */
  check(): Promise<readonly unknown[]>;
  remove(): Promise<void>;
}

export async function installed(options: {
  mailboxes: readonly string[];
  cluster?: TestCluster;
}): Promise<Installation> {
  const cluster = options.cluster ?? (await testCluster({ durable: true }));
  const databaseUrl = cluster.cluster.url;
  const dns = await startDnsServer();
  const env = { ...testEnvironment(dns.address), DATABASE_URL: databaseUrl };
  await migrate(databaseUrl);
  const storage = await createStorage({ databaseUrl, secretKey: loadSettings(env).secretKey });
  await migrateJobs(storage.pool);
  const { secrets, pool } = storage;
  const prisma = createPrisma(pool);
  const services: ServiceContext = { prisma, secrets, hostName: "mx.posthorn.test" };
  for (const address of options.mailboxes) await makeMailbox(services, address);
  return {
    env,
    databaseUrl,
    pool,
    cluster,
    dns,
    check: () => checkStore(pool),
    async remove() {
      await storage.close().catch(() => undefined);
      await dns.close();
      await cluster.remove();
    },
  };
}

/** Makes the domain too when it is not there; answers the mailbox's id. */
export async function makeMailbox(services: ServiceContext, address: string): Promise<string> {
  const [localPart, domain] = address.split("@");
  await createDomain(services, cliActor, NewDomain.parse({ name: domain }));
  const input = { domain, localPart, displayName: "", password: PASSWORD };
  const made = await createMailbox(services, cliActor, NewMailbox.parse(input));
  if (made.outcome !== "done") throw new Error(`mailbox ${address}: ${made.outcome}`);
  return made.mailboxId;
}
