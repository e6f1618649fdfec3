/**
 * One look: every record of the target as the world answers it now, and when the slower beat is due the
 * probes as well. Takes as long as its time limit at most; a look that was cut says nothing at all.
 */
import type { CheckResult, ProbeKind } from "../../lib/mail/dns/check.ts";
import { checkRecords } from "../../lib/mail/dns/checks/index.ts";
import type { ZoneFacts } from "../../lib/mail/dns/observer.ts";
import { PROBES } from "../probes/index.ts";
import type { Memo } from "../probes/memo.ts";
import type { Probe, ProbeContext } from "../probes/probe.ts";
import type { WatchContext } from "./context.ts";
import type { Target } from "./target.ts";

/** Silent servers take their time-outs; past this the look is made again later. */
const LOOK_MS = 45_000;

export interface Looked {
  readonly results: readonly CheckResult[];
  readonly zone: ZoneFacts;
  /** The probes were part of it. */
  readonly full: boolean;
  /** Kinds that this look would have brought for its target. */
  readonly kinds: readonly ProbeKind[];
  readonly startedAt: Date;
  readonly ms: number;
}

interface Options {
  readonly ctx: WatchContext;
  readonly memo: Memo;
  readonly full: boolean;
  /** The engine stops. */
  readonly signal: AbortSignal;
}

/** Throws when it was cut, or when something of ours is broken. */
export async function lookAt(
  { domain, server, mtaSts, records }: Target,
  { ctx, memo, full, signal: stop }: Options,
): Promise<Looked> {
  const { observer, clock, settings } = ctx;
  const startedAt = clock.now();
  const began = performance.now();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(LOOK_MS)]);
  const zone = await observer.zoneOf(domain?.name ?? server.hostName, signal);
  const now = clock.now();
  const probes = full ? PROBES.filter(({ of }) => of === (domain ? "domain" : "server")) : [];
  const target = { domain: domain?.name ?? null, server, mtaSts };
  const probeContext: ProbeContext = {
    ...{ settings, observer, now: () => clock.now(), signal, memo },
    roots: ctx.roots,
  };
  const [checked, ...probed] = await Promise.all([
    checkRecords(records, {
      ...{ observer, domain, server, zone, now, signal },
      allowPrivate: settings.deliverToPrivateNetworks,
    }),
    ...probes.map((probe: Probe) => probe.run(target, probeContext)),
  ]);
  signal.throwIfAborted();
  return {
    results: [...checked, ...probed.flat()],
    ...{ zone, full, startedAt },
    kinds: probes.flatMap(({ kinds }) => kinds),
    ms: Math.round(performance.now() - began),
  };
}
