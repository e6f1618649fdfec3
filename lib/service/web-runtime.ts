/**
 * What the web process has open: database, secrets, the one LISTEN connection. Made by server.ts; the
 * bundled pages are another copy of every module and find it on `globalThis` (lib/dal/service.ts).
 */
import type pg from "pg";
import { createPrisma } from "../storage/client.ts";
import { Notifications } from "../storage/notifications.ts";
import { createPool } from "../storage/pool.ts";
import { SecretBox } from "../storage/secret-box.ts";
import type { ServiceContext } from "./context.ts";

export interface WebRuntime {
  readonly service: ServiceContext;
  readonly pool: pg.Pool;
  /** Encrypts next-auth's cookie. */
  readonly authSecret: string;
  readonly notifications: Notifications;
  /** To the log, with what tells this failure from others. */
  report(error: unknown, fields: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

export const WEB_RUNTIME = Symbol.for("posthorn.web");

export interface WebOptions {
  readonly databaseUrl: string;
  readonly poolSize?: number;
  /** 32 bytes. */
  readonly secretKey: Buffer;
  readonly authSecret: string;
  readonly hostName: string;
  readonly onError?: (error: unknown, fields?: Readonly<Record<string, string>>) => void;
}

/** Does not wait for the database: pages say what they cannot reach, and it may come back. */
export function openWebRuntime(options: WebOptions): WebRuntime {
  const { databaseUrl, poolSize, secretKey, authSecret, hostName, onError } = options;
  const pool = createPool({ databaseUrl, size: poolSize, onIdleError: onError });
  const prisma = createPrisma(pool);
  const notifications = new Notifications({ databaseUrl, onError });
  notifications.start().catch((error: unknown) => onError?.(error)); // it keeps trying
  return {
    service: { prisma, secrets: new SecretBox(secretKey), hostName },
    pool,
    authSecret,
    notifications,
    report: (error, fields) => onError?.(error, fields),
    async close() {
      await notifications.close();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
