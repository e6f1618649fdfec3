/** The service layer over one database, for the time of a command. */
import type { ServiceContext } from "../lib/service/context.ts";
import type { Settings } from "../lib/settings/settings.ts";
import { createPrisma } from "../lib/storage/client.ts";
import { createPool } from "../lib/storage/pool.ts";
import { SecretBox } from "../lib/storage/secret-box.ts";

export async function withService<T>(
  databaseUrl: string,
  settings: Settings,
  work: (ctx: ServiceContext) => Promise<T>,
): Promise<T> {
  const pool = createPool({ databaseUrl, size: 2 });
  const prisma = createPrisma(pool);
  try {
    const secrets = new SecretBox(settings.secretKey);
    return await work({ prisma, secrets, hostName: settings.mailHostname });
  } finally {
    await prisma.$disconnect();
    await pool.end();
  }
}
