/**
 * Moves a domain's signing keys on (lib/mail/dns/key-life.ts): looks, decides, writes. Called after each
 * look of the checks and by a pass of its own; safe to call at any time, by any number of engines.
 */
import {
  moved,
  progressOf,
  type LifeKey,
  type Move,
  type Progress,
} from "../../lib/mail/dns/key-life.ts";
import { isOver } from "../../lib/mail/dns/key-rotation.ts";
import type { KeySight } from "../../lib/mail/dns/key-sight.ts";
import {
  auditSystem,
  markFinished,
  markSwitched,
  readLife,
  tellOfKeys,
  writeKey,
  type DomainLife,
  type KeyRow,
} from "../../lib/storage/key-life.ts";
import { inTransaction, type Sql } from "../../lib/storage/sql.ts";
import type { KeysContext } from "./context.ts";
import { sightsOf } from "./look.ts";
import { publishKeys } from "./publish-keys.ts";
import { prepareRotation } from "./prepare.ts";

/** Answers what was moved. */
export async function advanceKeys(ctx: KeysContext, domainId: string): Promise<readonly Move[]> {
  const before = await readLife(ctx.pool, domainId);
  if (!before || before.keys.length === 0) return [];
  await publishKeys(ctx, before);
  const sights = await sightsOf(ctx, before);
  const moves = await inTransaction(ctx.pool, (tx) => move(tx, { ctx, domainId, sights }));
  await prepareRotation(ctx, domainId);
  return moves;
}

interface Turn {
  readonly ctx: KeysContext;
  readonly domainId: string;
  readonly sights: ReadonlyMap<string, KeySight>;
}

async function move(tx: Sql, { ctx, domainId, sights }: Turn): Promise<readonly Move[]> {
  const life = await readLife(tx, domainId, { lock: true });
  if (!life) return [];
  const now = ctx.clock.now();
  const progress = progressOf({ ...life, sights, now });
  const after = life.keys.map((key) => withMoves(seen(key, sights.get(key.id)), { progress, now }));
  for (const [at, key] of after.entries())
    if (hasChanged(life.keys[at], key)) await writeKey(tx, key);
  for (const id of progress.switched) await markSwitched(tx, id, now);
  await finish(tx, { life, after, progress, now });
  for (const one of progress.moves) await tell(tx, life, one);
  if (progress.moves.length > 0) {
    await tellOfKeys(tx, domainId);
    ctx.log.info({ domain: life.domain, moves: progress.moves }, "signing keys moved on");
  }
  return progress.moves;
}

type After = KeyRow & { readonly deletedAt: Date | null };

/** What the look adds to the row. */
function seen(key: KeyRow, sight: KeySight | undefined): KeyRow {
  if (!sight) return key;
  const later = (a: Date | null, b: Date) => (a !== null && a > b ? a : b);
  const isSeen = sight.shown === "everywhere" || sight.shown === "partly";
  // While it waits every "no" counts, since caches keep it; afterwards nobody waits for it.
  const waits = key.state === "publishing" || key.state === "visible";
  return {
    ...key,
    lookedAt: later(key.lookedAt, sight.at),
    lastSeenAt: isSeen ? later(key.lastSeenAt, sight.at) : key.lastSeenAt,
    seenTtl: waits ? Math.max(key.seenTtl ?? 0, sight.ttl) : key.seenTtl,
  };
}

function withMoves(key: KeyRow, { progress, now }: { progress: Progress; now: Date }): After {
  const own = progress.moves.filter(({ keyId }) => keyId === key.id);
  const life = own.reduce<LifeKey>((row, one) => moved(row, one, now), key);
  const isDeleted = own.some(({ to }) => to === "deleted");
  return { ...key, ...life, deletedAt: isDeleted ? now : null };
}

function hasChanged(before: KeyRow | undefined, after: After): boolean {
  return JSON.stringify({ ...before, deletedAt: null }) !== JSON.stringify(after);
}

interface Ends {
  readonly life: DomainLife;
  readonly after: readonly After[];
  readonly progress: Progress;
  readonly now: Date;
}

/** A rotation is over when the last key that it replaced is gone. */
async function finish(tx: Sql, { life, after, progress, now }: Ends): Promise<void> {
  const keys = after.filter(({ deletedAt }) => deletedAt === null);
  for (const rotation of life.rotations) {
    const switchedAt = progress.switched.includes(rotation.id) ? now : rotation.switchedAt;
    if (isOver({ ...rotation, switchedAt }, keys)) await markFinished(tx, rotation.id, now);
  }
}

async function tell(tx: Sql, { domainId, domain, keys }: DomainLife, one: Move): Promise<void> {
  const selector = keys.find(({ id }) => id === one.keyId)?.selector ?? "";
  await auditSystem(tx, {
    ...{ action: "dkim.moved", subject: `${selector}._domainkey.${domain}`, domainId },
    changes: { state: [one.from, one.to], reason: [null, one.reason] },
  });
}
