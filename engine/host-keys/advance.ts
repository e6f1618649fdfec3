/**
 * Moves the host's keys on (lib/mail/dns/host-key-life.ts): publishes, looks, decides, writes, and makes
 * the certificate of a key that takes over. Safe to call at any time, by any number of engines.
 */
import {
  movedOn,
  remember,
  seen,
  wantedKeys,
  type LifeHostKey,
} from "../../lib/mail/dns/host-key-life.ts";
import { askForLook } from "../../lib/storage/dns-publications.ts";
import {
  dropHostKey,
  hurryCertificate,
  readHostLife,
  tellOfHostKeys,
  writeHostKey,
  writeMemory,
  writeTlsa,
  type HostLife,
} from "../../lib/storage/host-key-life.ts";
import { addSelfSigned } from "../../lib/storage/certificates.ts";
import { nextHostKey, promoteWith } from "../../lib/storage/host-keys.ts";
import { auditSystem } from "../../lib/storage/key-life.ts";
import { inTransaction, type Sql } from "../../lib/storage/sql.ts";
import type { KeysContext } from "../keys/context.ts";
import { lookForTlsa, type Looked } from "./look.ts";
import { publishTlsa } from "./publish-tlsa.ts";

/** `lookNow`: somebody waits for what comes of it. */
export async function advanceHostKeys(ctx: KeysContext, { lookNow = false } = {}): Promise<void> {
  const before = await readHostLife(ctx.pool, ctx.settings.mailHostname);
  if (before.keys.length === 0) return; // made with the first certificate
  await publishTlsa(ctx, before);
  const looked = await lookForTlsa(ctx, before, { now: lookNow });
  const isOther = await inTransaction(ctx.pool, (tx) => move(tx, ctx, looked));
  if (await takeOver(ctx)) await inTransaction(ctx.pool, (tx) => move(tx, ctx, null));
  if (isOther) await askForLook(ctx.pool, null);
}

/** True when other TLSA are expected than before. */
async function move(tx: Sql, ctx: KeysContext, looked: Looked | null): Promise<boolean> {
  const life = await readHostLife(tx, ctx.settings.mailHostname, { lock: true });
  const now = ctx.clock.now();
  const keys = looked ? seen(life.keys, looked.sight, now) : life.keys;
  const memory = looked ? remember(life.memory, looked.sight) : life.memory;
  if (looked && memory && memory !== life.memory) await writeMemory(tx, memory, looked.names);
  const after = movedOn({ keys, memory, certified: life.certified, now });
  for (const key of after.keys) await write(tx, life, key);
  for (const id of after.gone) {
    await dropHostKey(tx, id);
    await tell(tx, "hostKey.gone", life.keys.find((key) => key.id === id)?.algorithm ?? "");
  }
  if (looked || after.gone.length > 0) await tellOfHostKeys(tx);
  return keepTlsa(tx, life, after.keys);
}

async function write(tx: Sql, life: HostLife, key: LifeHostKey): Promise<void> {
  const before = life.keys.find(({ id }) => id === key.id);
  if (!before || JSON.stringify({ ...before, ...key }) === JSON.stringify(before)) return;
  await writeHostKey(tx, key);
  if (before.readyAt === null && key.readyAt !== null) {
    if (life.maker === "authority") await hurryCertificate(tx, life.server.hostName);
    await tell(tx, "hostKey.ready", before.algorithm);
  }
  if (before.releasedAt === null && key.releasedAt !== null)
    await tell(tx, "hostKey.released", before.algorithm);
}

/**
 * Without DNSSEC a TLSA has no effect (RFC 7672 §2.2), and none is asked for. What was asked for once
 * stays so while nobody can say.
 */
async function keepTlsa(
  tx: Sql,
  { keys: rows, security, server, strange }: HostLife,
  after: readonly LifeHostKey[],
): Promise<boolean> {
  const isSigned = security === "signed" || (security !== "unsigned" && server.tlsa.length > 0);
  const isWanted = isSigned && !strange;
  if (!isWanted && server.tlsa.length === 0) return false;
  const wanted = isWanted ? wantedKeys(after) : [];
  const spkis = wanted.flatMap(({ id }) => rows.find((row) => row.id === id)?.spki ?? []);
  return writeTlsa(tx, spkis);
}

/** Where the server makes the host's certificate itself, a key that is ready takes over at once. */
async function takeOver({ pool, secrets, settings, clock, log }: KeysContext): Promise<boolean> {
  const isReady = ({ keys, maker }: HostLife) =>
    maker === "selfSigned" && keys.some(({ readyAt }) => readyAt !== null);
  if (!isReady(await readHostLife(pool, settings.mailHostname))) return false;
  return inTransaction(pool, async (tx) => {
    const life = await readHostLife(tx, settings.mailHostname, { lock: true });
    const key = isReady(life) ? await nextHostKey(tx, secrets) : null;
    if (!key) return false;
    await addSelfSigned(tx, secrets, { name: life.server.hostName, key });
    await promoteWith(tx, { hostKeyId: key.id, now: clock.now() });
    await tell(tx, "hostKey.switched", key.algorithm);
    await tellOfHostKeys(tx);
    log.info({ algorithm: key.algorithm }, "the host's next key has taken over");
    return true;
  });
}

const tell = (tx: Sql, action: string, algorithm: string) =>
  auditSystem(tx, { action, subject: algorithm, domainId: null, changes: {} });
