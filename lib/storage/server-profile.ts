/** The server's profile (lib/mail/server-profile.ts) from the table `setting`, for console and engines. */
import { PROFILE_KEYS, profileFrom, type ServerProfile } from "../mail/server-profile.ts";
import type { Db } from "./client.ts";
import { statement, translated, type Sql } from "./sql.ts";

const KEYS = Object.values(PROFILE_KEYS);

/** `ownHostName`: the one of the environment, when none is set in the console. */
export async function getServerProfile(db: Db, ownHostName: string): Promise<ServerProfile> {
  const rows = await db.setting.findMany({ where: { key: { in: KEYS } } });
  return profileFrom(new Map(rows.map(({ key, value }) => [key, value])), ownHostName);
}

const selectValues = statement<{ key: string; value: unknown }>(
  "setting.profile",
  "SELECT key, value FROM setting WHERE key = ANY($1)",
);

/** The same for engines, which hold no Prisma client. */
export async function readServerProfile(db: Sql, ownHostName: string): Promise<ServerProfile> {
  const rows = await translated(selectValues(db, KEYS));
  return profileFrom(new Map(rows.map(({ key, value }) => [key, value])), ownHostName);
}

const upsertDetected = statement(
  "setting.detected",
  `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2::jsonb, now())
   ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()
   WHERE setting.value - 'at' IS DISTINCT FROM excluded.value - 'at'`,
);

/** What an engine found out about the addresses; written only when it differs. */
export async function keepDetected(
  db: Sql,
  found: { interfaces: readonly string[]; resolved: readonly string[] },
): Promise<void> {
  const value = JSON.stringify({ ...found, at: new Date().toISOString() });
  await translated(upsertDetected(db, PROFILE_KEYS.detected, value));
}
