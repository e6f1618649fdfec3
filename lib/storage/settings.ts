/** Values of the installation that are not environment. Each key has its reader in lib/service. */
import type { Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "./client.ts";
import { statement, translated, type Sql } from "./sql.ts";

/** The name the server goes by, when set in the console: wins over MAIL_HOSTNAME. */
export const HOST_NAME_KEY = "server.hostName";

export async function getSetting(db: Db, key: string): Promise<unknown> {
  const row = await db.setting.findUnique({ where: { key }, select: { value: true } });
  return row?.value ?? null;
}

const selectValue = statement<{ value: unknown }>(
  "setting.value",
  "SELECT value FROM setting WHERE key = $1",
);

/** The same for engines, which hold no Prisma client. */
export async function readSetting(db: Sql, key: string): Promise<unknown> {
  const [row] = await translated(selectValue(db, key));
  return row?.value ?? null;
}

export async function setSetting(db: Db, key: string, value: Prisma.InputJsonValue): Promise<void> {
  const update = { value };
  await db.setting.upsert({
    where: { key },
    create: { key, value },
    update,
    select: { key: true },
  });
}

/** Takes a value away; true for the one caller who found it there. */
export async function takeSetting(db: Db, key: string): Promise<boolean> {
  const { count } = await db.setting.deleteMany({ where: { key } });
  return count > 0;
}

const upsertValue = statement(
  "setting.write",
  `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2::jsonb, now())
   ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
);

/** For engines. */
export async function writeSetting(db: Sql, key: string, value: object): Promise<void> {
  await translated(upsertValue(db, key, JSON.stringify(value)));
}
