/** Opens what services work with: database pool, client, secret box. The caller closes it. */
import { createPrisma } from "../storage/client.ts";
import { createPool } from "../storage/pool.ts";
import { SecretBox } from "../storage/secret-box.ts";
import type { ServiceContext } from "./context.ts";

export interface ServiceOptions {
  readonly databaseUrl: string;
  readonly poolSize?: number;
  /** 32 bytes. */
  readonly secretKey: Buffer;
  readonly hostName: string;
  readonly onError?: (error: unknown) => void;
}

export interface OpenService extends ServiceContext {
  close(): Promise<void>;
}

export function openService(options: ServiceOptions): OpenService {
  const { databaseUrl, poolSize, secretKey, hostName, onError } = options;
  const pool = createPool({ databaseUrl, size: poolSize, onIdleError: onError });
  const prisma = createPrisma(pool);
  return {
    prisma,
    secrets: new SecretBox(secretKey),
    hostName,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
