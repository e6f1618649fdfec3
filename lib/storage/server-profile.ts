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

/** One entry per machine, each with its time; machines without an engine for a day are forgotten. */
const upsertDetected = statement(
  "setting.detected",
  `INSERT INTO setting AS s (key, value, updated_at)
   VALUES ($1, jsonb_build_object('hosts', $2::jsonb, 'resolved', $3::jsonb), now())
   ON CONFLICT (key) DO UPDATE SET updated_at = now(), value = jsonb_build_object(
     'hosts', (SELECT coalesce(jsonb_object_agg(name, machine), '{}') FROM
       jsonb_each(coalesce(s.value->'hosts', '{}')) AS known(name, machine)
       WHERE (machine->>'at')::timestamptz > now() - interval '1 day') || $2::jsonb,
     'resolved', $3::jsonb)`,
);

export interface Detected {
  /** Of the machine that this engine runs on. */
  readonly machine: string;
  readonly interfaces: readonly string[];
  /** Where the host name leads by DNS. */
  readonly resolved: readonly string[];
}

/** Keeps what an engine found out about the server's addresses. */
export async function keepDetected(
  db: Sql,
  { machine, interfaces, resolved }: Detected,
): Promise<void> {
  const hosts = { [machine]: { interfaces, at: new Date().toISOString() } };
  const [all, names] = [hosts, resolved].map((value) => JSON.stringify(value));
  await translated(upsertDetected(db, PROFILE_KEYS.detected, all ?? "{}", names ?? "[]"));
}
