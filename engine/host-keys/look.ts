/**
 * What DNS shows of the host's TLSA, at every name server: often while a key waits to be seen, now and
 * then else. Several engines share the looks (`claimTlsaLook`).
 */
import { settledAt, tlsaSight, type TlsaSight } from "../../lib/mail/dns/host-key-life.ts";
import { claimTlsaLook, type HostLife } from "../../lib/storage/host-key-life.ts";
import type { KeysContext } from "../keys/context.ts";

/** All servers of a zone, walked to, for each port; past that the next pass tries again. */
const LOOK_MS = 45_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** As often as the watch looks where all is well. */
const IDLE_MS = 6 * HOUR_MS;

export interface Looked {
  readonly sight: TlsaSight;
  /** Where there were any. */
  readonly names: readonly string[];
}

/** Null: nobody is to look now, or it took too long. */
export async function lookForTlsa(
  ctx: KeysContext,
  life: HostLife,
  { now: atOnce = false } = {},
): Promise<Looked | null> {
  const now = ctx.clock.now();
  const every = atOnce ? 0 : lookEvery(life, now);
  if (every === null) return null;
  if (!(await claimTlsaLook(ctx.pool, now, new Date(now.getTime() - every)))) return null;
  const signal = AbortSignal.timeout(LOOK_MS);
  try {
    const looks = await Promise.all(
      life.names.map((name) => ctx.observer.look(name, "TLSA", signal)),
    );
    const sight = tlsaSight(
      life.keys,
      looks.map(({ sights }) => sights),
      now,
    );
    const has = (at: number) => looks[at]?.sights.some(({ records }) => records.length > 0);
    return { sight, names: life.names.filter((_, at) => has(at)) };
  } catch (err) {
    if (!signal.aborted) throw err;
    ctx.log.debug("a look for TLSA took too long");
    return null;
  }
}

/** Milliseconds between looks; null: TLSA concern nobody here. */
export function lookEvery(
  { keys, memory, security }: Pick<HostLife, "keys" | "memory" | "security">,
  now: Date,
): number | null {
  const moving = keys.filter(({ state }) => state !== "current");
  if (moving.length === 0)
    return security === "signed" || memory?.published === "yes" ? IDLE_MS : null;
  const next = moving.find(({ state }) => state === "next");
  const settled = next ? settledAt(next, keys) : null;
  if (next?.lookedAt === null || next?.readyAt || (settled !== null && settled <= now))
    return MINUTE_MS;
  const since = Math.max(
    ...moving.map(({ createdAt, retiredAt, releasedAt }) =>
      (releasedAt ?? retiredAt ?? createdAt).getTime(),
    ),
  );
  return now.getTime() - since < HOUR_MS ? MINUTE_MS : 10 * MINUTE_MS;
}
