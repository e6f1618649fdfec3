/**
 * What DNS shows of a domain's keys: by the checks, where they looked a moment ago; else by a look of our
 * own, of the keys that wait for one. Several engines share the looks (`claimLook`).
 */
import { sightOf, type KeySight, type SeenAnswer } from "../../lib/mail/dns/key-sight.ts";
import { selectorName } from "../../lib/mail/dns/key-names.ts";
import { claimLook, type DomainLife, type KeyRow } from "../../lib/storage/key-life.ts";
import type { KeysContext } from "./context.ts";
import { seenAnswers } from "./seen-answers.ts";

/** What the checks saw within this is as good as a look of our own. */
const FRESH_MS = 60_000;
/** All servers of a zone, walked to; past that the next pass tries again. */
const LOOK_MS = 30_000;

export async function sightsOf(
  ctx: KeysContext,
  { domain, keys }: DomainLife,
): Promise<Map<string, KeySight>> {
  const now = ctx.clock.now();
  const sights = new Map<string, KeySight>();
  for (const key of keys) {
    const sight = checkedSight(key);
    if (sight) sights.set(key.id, sight);
  }
  const stale = keys.filter((key) => waitsForLook(key) && isStale(key, sights.get(key.id), now));
  const mine = new Set(
    await claimLook(
      ctx.pool,
      stale.map(({ id }) => id),
      now,
    ),
  );
  const looks = stale
    .filter(({ id }) => mine.has(id))
    .map(async (key) => {
      const sight = await lookFor(ctx, key, domain);
      if (sight) sights.set(key.id, sight);
    });
  await Promise.all(looks);
  return sights;
}

/** Those that sign are looked at by the checks. */
const waitsForLook = ({ state, revokedAt }: KeyRow) =>
  state === "safe_to_delete" || (revokedAt === null && state === "publishing");

/** A check of before the key (or before it was safe to delete) was made says nothing about it. */
function isStale(key: KeyRow, sight: KeySight | undefined, now: Date): boolean {
  if (!sight || now.getTime() - sight.at.getTime() > FRESH_MS) return true;
  return sight.at < (key.safeSince ?? key.createdAt);
}

function checkedSight(key: KeyRow): KeySight | null {
  if (key.checkedAt === null || key.checkedAt < key.createdAt) return null;
  return sightOf(key, seenAnswers(key.answers), key.checkedAt);
}

async function lookFor(ctx: KeysContext, key: KeyRow, domain: string): Promise<KeySight | null> {
  const name = selectorName(key.selector, domain);
  const signal = AbortSignal.timeout(LOOK_MS);
  try {
    const at = ctx.clock.now();
    const { sights } = await ctx.observer.look(name, "TXT", signal);
    const answers = sights.map(({ view, rcode, records, ttl }): SeenAnswer => {
      return { view, rcode, values: records, ttl };
    });
    return sightOf(key, answers, at);
  } catch (err) {
    if (!signal.aborted) throw err;
    ctx.log.debug({ name }, "a look for a signing key took too long");
    return null;
  }
}
