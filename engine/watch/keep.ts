/**
 * Keeps a look: each result is judged with its past (lib/mail/dns/history.ts), what changed is noted,
 * confirmed regressions become alarms, alarms of what is right again are closed, and the next look is
 * planned. One transaction; what people are told follows from its rows (notices.ts).
 */
import type { Pool } from "pg";
import { nextFull, nextLook } from "../../lib/mail/dns/cadence.ts";
import { capabilitiesOf } from "../../lib/mail/dns/capabilities.ts";
import type { ProbeKind, Verdict } from "../../lib/mail/dns/check.ts";
import {
  confirmRegression,
  judgeWithHistory,
  sameSet,
  type Judgement,
  type Suspicion,
} from "../../lib/mail/dns/history.ts";
import {
  addChanges,
  closeAlarmsOf,
  keepChecks,
  loadKept,
  oldestOpenAlarm,
  openAlarms,
  type KeptRow,
  type NewAlarm,
} from "../../lib/storage/dns-check-rows.ts";
import { finishWatch } from "../../lib/storage/dns-watch.ts";
import { inTransaction } from "../../lib/storage/sql.ts";
import type { Looked } from "./look.ts";
import type { Target } from "./target.ts";

const PROBE_KINDS: readonly ProbeKind[] = [
  ...(["smtpTls", "portTls", "stsPolicy", "outbound25", "blocklist"] as const),
];
/** Alarms of others, that no look closes. */
const FOREIGN_KINDS = ["certificate"];
const RIGHT: readonly Verdict[] = ["ok", "weak", "off", "accepted"];
const OPEN_QUESTION: readonly Verdict[] = [
  ...(["waiting", "partial", "missing", "different", "conflict", "changed", "unknown"] as const),
];

export interface Kept {
  readonly nextAt: Date;
}

interface One {
  readonly judgement: Judgement;
  readonly suspicion: Suspicion | null;
  readonly confirmed: boolean;
  readonly before: KeptRow | null;
}

export interface Keeping {
  readonly now: Date;
  /** 0 … 1. */
  readonly chance: number;
  /** Who holds the lease. */
  readonly worker: string;
}

/** Rolls everything back: somebody else looks by now. */
class LeaseLost extends Error {}

/** Null: the lease ran out meanwhile, and nothing was kept. */
export async function keepLook(
  pool: Pool,
  { row, domain }: Target,
  looked: Looked,
  { now, chance, worker }: Keeping,
): Promise<Kept | null> {
  const { domainId } = row;
  const previous = await loadKept(pool, domainId);
  const all = looked.results.map((result): One => {
    const before = previous.get(result.key) ?? null;
    const judgement = judgeWithHistory(before, result, now);
    const { suspicion, confirmed } = confirmRegression(before?.suspicion ?? null, judgement, now);
    return { judgement, suspicion, confirmed: confirmed && isSeenTwice(judgement, before), before };
  });
  const checks = all.map(({ judgement }) => judgement.check);
  const keepKinds = [...(looked.full ? [] : PROBE_KINDS), ...FOREIGN_KINDS];
  const changes = all.flatMap(({ judgement: { change, check } }) =>
    change === null ? [] : [{ ...change, key: check.key }],
  );
  const alarms = all.filter(({ confirmed }) => confirmed).map(alarmOf);
  const right = checks.filter(({ verdict }) => RIGHT.includes(verdict)).map(({ key }) => key);
  const green =
    domain !== null &&
    capabilitiesOf(checks, domain.name).every(({ state }) => state === "ok" || state === "off");
  const written = inTransaction(pool, async (tx) => {
    await keepChecks(tx, domainId, {
      checks: all.map(({ judgement, suspicion }) => ({ check: judgement.check, suspicion })),
      ...{ at: now, keepKinds },
    });
    await addChanges(tx, domainId, { changes, at: now });
    await openAlarms(tx, domainId, { alarms, at: now });
    await closeAlarmsOf(tx, domainId, {
      ...{ right, at: now, keepKinds },
      keys: checks.map(({ key }) => key),
    });
    const brokenSince = await oldestOpenAlarm(tx, domainId);
    const situation = {
      ...{ now, chance, startedAt: row.startedAt, viewedUntil: row.viewedUntil, brokenSince },
      looks: row.earlyLooks + 1,
      settled: !checks.some(
        ({ verdict, need }) => need !== "optional" && OPEN_QUESTION.includes(verdict),
      ),
      suspected: all.some(({ suspicion }) => suspicion !== null && isYoung(suspicion)),
    };
    const nextAt = nextLook(situation);
    const of = domain === null ? "server" : "domain";
    const isOurs = await finishWatch(tx, {
      ...{ id: row.id, worker, startedAt: looked.startedAt, checkedAt: now, nextAt, ms: looked.ms },
      ...{ zone: looked.zone, green, nextFullAt: looked.full ? nextFull(situation, of) : null },
    });
    if (!isOurs) throw new LeaseLost();
    return { nextAt };
  });
  return written.catch((error: unknown) => {
    if (error instanceof LeaseLost) return null;
    throw error;
  });
}

/** Two minutes apart, five times: what is not confirmed by then waits for the usual beat. */
const SUSPECTED_LOOKS = 6;
const isYoung = ({ looks }: Suspicion) => looks < SUSPECTED_LOOKS;

/**
 * From two vantage points: an authority and the resolver (or two authorities, where the resolver is silent).
 * A resolver that still shows what was right means that the world does not see the fault yet. Probes
 * have no answers: they are seen twice by two looks.
 */
function isSeenTwice({ check }: Judgement, before: KeptRow | null): boolean {
  if (check.type === "") return true;
  const said = check.answers.filter(({ rcode }) => rcode === "NOERROR" || rcode === "NXDOMAIN");
  if (new Set(said.map(({ address }) => address)).size < 2) return false;
  const right = [check.expected, before?.verdict === "ok" ? before.found : check.expected];
  return !said.some(
    ({ view, values }) => view === "resolver" && right.some((good) => sameSet(values, good)),
  );
}

function alarmOf({ judgement: { check }, before }: One): NewAlarm {
  const { key, kind, verdict, found, expected, reasons, fix } = check;
  // What was right is told as "before": the kept row may have seen the wrong value already.
  const was = before?.verdict === "ok" ? before.found : expected;
  return { key, kind, verdict, before: was, after: found, reasons, fix };
}
