/**
 * Everything of an engine that needs the database, wired once per process. Without Prisma, which is the
 * console's: it would cost each engine some thirty megabytes.
 */
import type pg from "pg";
import type { BlobsFor, Directory, MailStore, OutboundQueue } from "../mail/ports.ts";
import { PostgresDirectory } from "./directory.ts";
import { EventRecorder } from "./events.ts";
import { BlobReader, MAX_KEPT } from "./mail/blob-reader.ts";
import { PostgresMailStore } from "./mail/mail-store.ts";
import { Notifications } from "./notifications.ts";
import { createPool } from "./pool.ts";
import { PostgresQueue } from "./queue.ts";
import { SecretBox } from "./secret-box.ts";

export interface StorageOptions {
  readonly databaseUrl: string;
  /** Where LISTEN goes when `databaseUrl` is a pooler. */
  readonly directUrl?: string | undefined;
  /** 32 bytes: seals private keys. */
  readonly secretKey: Buffer;
  readonly poolSize?: number | undefined;
  /** Told of what fails in the background and mends itself. */
  readonly log?: { warn(fields: object, message: string): void } | undefined;
}

export interface Storage {
  readonly pool: pg.Pool;
  readonly notifications: Notifications;
  readonly secrets: SecretBox;
  readonly store: MailStore;
  readonly blobsFor: BlobsFor;
  readonly directory: Directory;
  readonly queue: OutboundQueue;
  /** Writes what is waiting, then closes all connections. Safe to call again. */
  close(): Promise<void>;
}

/** The database is migrated. Resolves when the first connections stand. */
export async function createStorage(options: StorageOptions): Promise<Storage> {
  const { databaseUrl, directUrl, secretKey, poolSize, log } = options;
  const warn = (error: unknown) => log?.warn({ err: error }, "storage");
  const pool = createPool({ databaseUrl, size: poolSize, onIdleError: warn });
  const notifications = new Notifications({ databaseUrl: directUrl ?? databaseUrl, onError: warn });
  const secrets = new SecretBox(secretKey);
  const events = new EventRecorder(pool, warn);
  const store = new PostgresMailStore({ pool, notifications, events, onError: warn });
  const passing = new BlobReader(pool, { keeps: false });
  const blobsFor = (count: number) => (count > MAX_KEPT ? passing : store);
  const directory = new PostgresDirectory({ pool, notifications, secrets, onError: warn });
  const queue = new PostgresQueue({ pool, notifications, store });

  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeAll());
  async function closeAll(): Promise<void> {
    await store.close();
    await Promise.all([events.close(), directory.close()]);
    queue.close();
    await notifications.close();
    await pool.end();
  }
  try {
    await notifications.start();
    await events.ensurePartitions();
  } catch (error) {
    await close().catch(warn);
    throw error;
  }
  return { pool, notifications, secrets, store, blobsFor, directory, queue, close };
}
