/**
 * The host's keys as engines move them on (lib/mail/dns/host-key-life.ts), on `pg`: with what was seen of
 * their TLSA and what certificate the host shows, and what changed written back.
 */
import { tlsaOf } from "../mail/host-key.ts";
import type { LifeHostKey, TlsaMemory } from "../mail/dns/host-key-life.ts";
import { tlsaNames } from "../mail/dns/server-records.ts";
import { PROFILE_KEYS, type ServerProfile } from "../mail/server-profile.ts";
import { DNS_CHANNEL } from "./dns-channels.ts";
import { memoryFrom, type SeenTlsa } from "./host-key-memory.ts";
import { readServerProfile } from "./server-profile.ts";
import { statement, translated, type Sql } from "./sql.ts";

export interface HostKeyRow extends LifeHostKey {
  readonly algorithm: string;
  readonly spki: Buffer;
}

/** Who makes the certificate that the host shows: the server itself, an authority, a person. */
export type CertificateMaker = "selfSigned" | "authority" | "person";

export interface HostLife {
  readonly server: ServerProfile;
  readonly keys: readonly HostKeyRow[];
  readonly memory: SeenTlsa | null;
  /** Of the zone of the host's name, as the watch saw it last. */
  readonly security: "signed" | "unsigned" | "bogus" | "unknown";
  readonly maker: CertificateMaker;
  /** A certificate is shown that was made with none of these keys: TLSA of them would be wrong. */
  readonly strange: boolean;
  /** Keys that a certificate is kept with. */
  readonly certified: ReadonlySet<string>;
  /** TLSA are looked for at these, that of port 25 first. */
  readonly names: readonly string[];
}

const selectKeys = statement<HostKeyRow>(
  "host-key-life.keys",
  `SELECT id, algorithm, spki, state, created_at AS "createdAt", visible_since AS "visibleSince",
     seen_ttl AS "seenTtl", looked_at AS "lookedAt", last_seen_at AS "lastSeenAt",
     ready_at AS "readyAt", used_since AS "usedSince", retired_at AS "retiredAt",
     released_at AS "releasedAt"
   FROM host_key ORDER BY created_at, id`,
);
const lockKeys = statement("host-key-life.lock", "SELECT 1 FROM host_key ORDER BY id FOR UPDATE");
const selectFacts = statement<{
  security: string | null;
  memory: unknown;
  uploaded: boolean;
  managed: boolean;
  strange: boolean;
  certified: string[];
}>(
  "host-key-life.facts",
  `SELECT (SELECT zone->>'security' FROM dns_watch WHERE domain_id IS NULL) AS security,
     (SELECT value FROM setting WHERE key = $2) AS memory,
     EXISTS (SELECT 1 FROM certificate WHERE $1 = ANY(names) AND source = 'uploaded'
       AND not_after > now()) AS uploaded,
     EXISTS (SELECT 1 FROM managed_certificate m JOIN certificate c ON c.id = m.certificate_id
       WHERE m.names[1] = $1 AND c.not_after > now()) AS managed,
     EXISTS (SELECT 1 FROM certificate c LEFT JOIN host_key k ON k.id = c.host_key_id
       WHERE $1 = ANY(c.names) AND c.source <> 'self-signed' AND c.not_after > now()
         AND k.state IS DISTINCT FROM 'current') AS strange,
     ARRAY(SELECT DISTINCT host_key_id::text FROM certificate
       WHERE host_key_id IS NOT NULL AND not_after > now()) AS certified`,
);

/** Key of the table `setting`: what looks at TLSA have seen (host-key-memory.ts). */
export const TLSA_SEEN_KEY = "server.tlsaSeen";

/** In a transaction with `lock`: nobody else changes the keys until it ends. */
export async function readHostLife(
  db: Sql,
  ownHostName: string,
  { lock = false } = {},
): Promise<HostLife> {
  if (lock) await translated(lockKeys(db));
  const server = await readServerProfile(db, ownHostName);
  const keys = await translated(selectKeys(db));
  const [facts] = await translated(selectFacts(db, server.hostName, TLSA_SEEN_KEY));
  return {
    ...{ server, keys, memory: memoryFrom(facts?.memory), security: securityOf(facts?.security) },
    maker: facts?.uploaded ? "person" : facts?.managed ? "authority" : "selfSigned",
    strange: facts?.strange ?? false,
    certified: new Set(facts?.certified),
    names: tlsaNames(server),
  };
}

const SECURITIES = ["signed", "unsigned", "bogus"] as const;
const securityOf = (word: string | null | undefined): HostLife["security"] =>
  SECURITIES.find((known) => known === word) ?? "unknown";

const updateKey = statement(
  "host-key-life.update",
  `UPDATE host_key SET visible_since = $2, seen_ttl = $3, looked_at = $4, last_seen_at = $5,
     ready_at = $6, released_at = $7 WHERE id = $1`,
);
/** Certificates that have expired may still name it, and are of no use. */
const deleteExpired = statement(
  "host-key-life.delete-expired",
  "DELETE FROM certificate WHERE host_key_id = $1 AND not_after <= now()",
);
const deleteKey = statement("host-key-life.delete", "DELETE FROM host_key WHERE id = $1");

/** State is changed by services and by promoteWith (host-keys.ts) alone. */
export async function writeHostKey(tx: Sql, key: LifeHostKey): Promise<void> {
  await updateKey(
    tx,
    ...[key.id, key.visibleSince, key.seenTtl, key.lookedAt, key.lastSeenAt],
    ...[key.readyAt, key.releasedAt],
  );
}

export async function dropHostKey(tx: Sql, id: string): Promise<void> {
  await deleteExpired(tx, id);
  await deleteKey(tx, id);
}

const upsertSetting = statement(
  "host-key-life.setting",
  `INSERT INTO setting AS s (key, value, updated_at) VALUES ($1, $2::jsonb, now())
   ON CONFLICT (key) DO UPDATE SET value = s.value || excluded.value, updated_at = now()`,
);
const replaceSetting = statement<{ key: string }>(
  "host-key-life.replace",
  `INSERT INTO setting AS s (key, value, updated_at) VALUES ($1, $2::jsonb, now())
   ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()
   WHERE s.value <> excluded.value RETURNING key`,
);

export async function writeMemory(
  tx: Sql,
  memory: TlsaMemory,
  names: readonly string[],
): Promise<void> {
  await upsertSetting(tx, TLSA_SEEN_KEY, JSON.stringify({ ...memory, names }));
}

/** What DNS should say (`ServerProfile.tlsa`); true when that is something else than before. */
export async function writeTlsa(tx: Sql, spkis: readonly Uint8Array[]): Promise<boolean> {
  const value = spkis.map((spki) => {
    const { data, ...kind } = tlsaOf(spki);
    return { ...kind, data: data.toString("hex") };
  });
  return (await replaceSetting(tx, PROFILE_KEYS.tlsa, JSON.stringify(value))).length > 0;
}

const claimLook = statement<{ key: string }>(
  "host-key-life.claim",
  `INSERT INTO setting AS s (key, value, updated_at)
   VALUES ($1, jsonb_build_object('claimedAt', $2::timestamptz), now())
   ON CONFLICT (key) DO UPDATE SET updated_at = now(),
     value = s.value || jsonb_build_object('claimedAt', $2::timestamptz)
   WHERE s.value->>'claimedAt' IS NULL OR (s.value->>'claimedAt')::timestamptz <= $3
   RETURNING key`,
);

/** Whoever gets `true` looks; nobody else has since `before`. */
export async function claimTlsaLook(db: Sql, now: Date, before: Date): Promise<boolean> {
  return (await translated(claimLook(db, TLSA_SEEN_KEY, now, before))).length > 0;
}

const PUBLISH_AGAIN_MS = 10 * 60_000;
const claimPublishing = statement<{ id: string }>(
  "host-key-life.claim-publish",
  `UPDATE host_key SET publish_tried_at = $2 WHERE id = ANY($1)
     AND (publish_tried_at IS NULL OR publish_tried_at <= $3) RETURNING id`,
);
export async function claimTlsaPublish(
  db: Sql,
  ids: readonly string[],
  now: Date,
): Promise<string[]> {
  const before = new Date(now.getTime() - PUBLISH_AGAIN_MS);
  return (await translated(claimPublishing(db, ids, now, before))).map(({ id }) => id);
}

const setPublishError = statement(
  "host-key-life.publish-error",
  "UPDATE host_key SET publish_error = $2 WHERE id = ANY($1)",
);
/** How it went: null is good. */
export async function noteTlsaPublished(
  db: Sql,
  ids: readonly string[],
  error: object | null,
): Promise<void> {
  await translated(setPublishError(db, ids, error && JSON.stringify(error)));
}

const hurry = statement(
  "host-key-life.hurry",
  "UPDATE managed_certificate SET next_at = now() WHERE names[1] = $1",
);
/** The authority is asked for the host's next certificate now. */
export async function hurryCertificate(tx: Sql, hostName: string): Promise<void> {
  await hurry(tx, hostName);
}

const notifyPages = statement(
  "host-key-life.notify",
  `SELECT pg_notify('${DNS_CHANNEL}', '- server')`,
);
/** Open pages are drawn again; heard when the transaction commits. */
export async function tellOfHostKeys(tx: Sql): Promise<void> {
  await notifyPages(tx);
}
