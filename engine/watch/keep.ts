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
  readonly judgements: readonly Judgement[];
  /** Something that people may be told: an alarm was opened or closed, all is right for the first time. */
  readonly news: boolean;
  readonly nextAt: Date;
}

interface One {
  readonly judgement: Judgement;
  readonly suspicion: Suspicion | null;
  readonly confirmed: boolean;
  readonly before: KeptRow | null;
}

export interface Times {
  readonly now: Date;
  /** 0 … 1. */
  readonly chance: number;
}

export async function keepLook(
  pool: Pool,
  { row, domain }: Target,
  looked: Looked,
  { now, chance }: Times,
): Promise<Kept> {
  const { domainId } = row;
  const previous = await loadKept(pool, domainId);
  const all = looked.results.map((result): One => {
    const before = previous.get(result.key) ?? null;
    const judgement = judgeWithHistory(before, result, now);
    const { suspicion, confirmed } = confirmRegression(before?.suspicion ?? null, judgement, now);
    return { judgement, suspicion, confirmed: confirmed && isSeenTwice(judgement), before };
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
  return inTransaction(pool, async (tx) => {
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
      suspected: all.some(({ suspicion }) => suspicion !== null) && alarms.length === 0,
    };
    const nextAt = nextLook(situation);
    const of = domain === null ? "server" : "domain";
    await finishWatch(tx, {
      ...{ id: row.id, startedAt: looked.startedAt, checkedAt: now, nextAt, ms: looked.ms },
      ...{ zone: looked.zone, green, nextFullAt: looked.full ? nextFull(situation, of) : null },
    });
    return { judgements: all.map(({ judgement }) => judgement), news: true, nextAt };
  });
}

/** Two servers at least say so (an authority and the resolver, or two authorities); probes have none. */
function isSeenTwice({ check }: Judgement): boolean {
  if (check.type === "") return true;
  const said = check.answers.filter(({ rcode }) => rcode === "NOERROR" || rcode === "NXDOMAIN");
  return new Set(said.map(({ address }) => address)).size >= 2;
}

function alarmOf({ judgement: { check }, before }: One): NewAlarm {
  const { key, kind, verdict, found, expected, reasons, fix } = check;
  // What was right is told as "before": the kept row may have seen the wrong value already.
  const was = before?.verdict === "ok" ? before.found : expected;
  return { key, kind, verdict, before: was, after: found, reasons, fix };
}
