/** Storage on a database of its own, with mailboxes made by hand: for tests below the engine. */
import { newId } from "../../lib/mail/ids.ts";
import type { Acceptance, ByteSource, Delivery, QueueEntry } from "../../lib/mail/ports.ts";
import { createMailboxFolders } from "../../lib/storage/mail/create-folders.ts";
import { createPrisma, type PrismaStore } from "../../lib/storage/client.ts";
import { createStorage, type Storage } from "../../lib/storage/storage.ts";
import { testDatabase } from "./database.ts";

export const SECRET_KEY = Buffer.alloc(32, 7);
export const DOMAIN = "example.test";

export interface StorageFixture extends Storage {
  readonly url: string;
  readonly prisma: PrismaStore;
  readonly domainId: string;
  mailbox(localPart: string, quotaBytes?: number, quotaMessages?: number): Promise<string>;
  /** Another process, as far as the database can tell. */
  another(): Promise<Storage>;
}

export async function storageFixture(url?: string): Promise<StorageFixture> {
  const databaseUrl = url ?? (await testDatabase()).url;
  const open = () => createStorage({ databaseUrl, secretKey: SECRET_KEY, poolSize: 6 });
  const storage = await open();
  const others: Storage[] = [];
  const prisma = createPrisma(storage.pool);
  const { id: domainId } = await prisma.domain.create({ data: { name: DOMAIN, mtaStsId: "1" } });
  return {
    ...storage,
    url: databaseUrl,
    prisma,
    domainId,
    async mailbox(localPart, quotaBytes = 2 ** 30, quotaMessages) {
      return prisma.$transaction(async (tx) => {
        const secrets = { passwordHash: "", scramSha256: "" };
        const quota = { quotaBytes, quotaMessages: quotaMessages ?? null };
        const data = { domainId, localPart, ...quota, ...secrets };
        const { id } = await tx.mailbox.create({ data, select: { id: true } });
        await createMailboxFolders(tx, id);
        return id;
      });
    },
    async another() {
      const other = await open();
      others.push(other);
      return other;
    },
    async close() {
      for (const other of others) await other.close();
      await storage.close();
    },
  };
}

export function bytes(content: string | Buffer): ByteSource {
  const buffer = Buffer.from(content);
  return {
    size: buffer.length,
    async *open() {
      for (let at = 0; at < buffer.length; at += 65_536) yield buffer.subarray(at, at + 65_536);
    },
  };
}

/** A short message whose bytes differ with `words`. */
export function letter(words: string): ByteSource {
  return bytes(`From: ann@example.test\r\nSubject: ${words}\r\n\r\n${words}\r\n`);
}

export function delivery(mailboxId: string, folder = "INBOX"): Delivery {
  return { mailboxId, folder, flags: 0, keywords: [] };
}

export function acceptance(
  source: ByteSource,
  deliveries: readonly Delivery[],
  more: Partial<Acceptance> = {},
): Acceptance {
  const internalDate = new Date();
  return { traceId: newId(), source, internalDate, deliveries, queue: null, events: [], ...more };
}

export function queueEntry(
  addresses: readonly string[],
  more: Partial<QueueEntry> = {},
): QueueEntry {
  return {
    id: newId(),
    reversePath: "ann@example.test",
    mailboxId: null,
    smtputf8: false,
    eightBit: false,
    requireTls: false,
    dsnRet: null,
    dsnEnvid: null,
    recipients: addresses.map((address) => ({
      address,
      destination: address.slice(address.indexOf("@") + 1),
      dsnNotify: null,
      dsnOrcpt: null,
    })),
    ...more,
  };
}

export async function read(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Asks again until it holds, for what other processes make true in their own time. */
export async function eventually(holds: () => boolean | Promise<boolean>, what: string) {
  const end = performance.now() + 5_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it never came true that ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}
