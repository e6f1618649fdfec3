/** Home: how the domains are in one sentence, what needs attention, the one next step, and the engine. */
import "server-only";
import { activityText } from "@/lib/i18n/activity-text.ts";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { listRecentActivity } from "@/lib/service/activity.ts";
import { getSoonestExpiry } from "@/lib/service/certificates.ts";
import { getCapabilityMatrix, type HealthCounts } from "@/lib/service/dns-checks.ts";
import { countMailboxes, firstBareDomain, firstUnsettledDomain } from "@/lib/service/domains.ts";
import { getEngineStatus } from "@/lib/service/engine-status.ts";
import { can } from "@/lib/service/permissions.ts";
import { getQueueSummary } from "@/lib/service/queue.ts";
import { getHostName } from "@/lib/service/server-identity.ts";
import { getAttention } from "./alarms.ts";
import { toCapabilities } from "./domains.ts";
import { getTranslate } from "./preferences.ts";
import { runtime } from "./service.ts";
import { requireActor, requireSignedIn } from "./session.ts";

/** The page of alarms, and the matrix below, have the rest. */
const ATTENTION_SHOWN = 8;
const MATRIX_ROWS = 12;
const CHANGES_SHOWN = 8;

export type NextStep =
  | { readonly step: "hostName" | "domain" | "none" }
  | { readonly step: "mailbox" | "dns"; readonly domain: string; readonly shown: string };

export interface MatrixQuery {
  readonly sort: "worst" | "name";
  /** "": the first page. */
  readonly after: string;
}

export async function getHomeView({ sort, after }: MatrixQuery) {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const ctx = runtime().service;
  const [matrix, attention, mailboxes, engine, queue, soonest, activity, next] = await Promise.all([
    getCapabilityMatrix(ctx, actor, { sort, after, limit: MATRIX_ROWS }),
    getAttention(ATTENTION_SHOWN),
    countMailboxes(ctx, actor),
    getEngineStatus(ctx),
    getQueueSummary(ctx, actor),
    getSoonestExpiry(ctx, actor),
    listRecentActivity(ctx, actor, CHANGES_SHOWN),
    nextStep(),
  ]);
  return {
    counts: matrix.counts,
    rows: matrix.rows.map(({ id, name, states }) => ({
      ...{ id, name, shown: toUnicodeDomain(name) },
      capabilities: toCapabilities(states),
    })),
    nextPage: matrix.next,
    attention: attention.rows,
    serverToo: attention.server,
    ...{ mailboxes, queue },
    /** Null: not to be known by who asks. */
    certificates: can(actor, "server.read", null) ? { soonest } : null,
    changes: activity.map((line) => ({
      ...{ id: line.id, at: line.at, text: activityText(t, line) },
      domain: line.domain,
      /** Null: the server itself. */
      place: line.domain === null ? null : toUnicodeDomain(line.domain),
    })),
    mayCreate: can(actor, "domain.create", null),
    engine: { ...engine, engines: undefined, listeners: listenersOf(engine.engines) },
    next: matrix.counts.total === 0 && next.step !== "hostName" ? firstOf() : next,
  };

  function firstOf(): NextStep {
    return { step: can(actor, "domain.create", null) ? "domain" : "none" };
  }

  async function nextStep(): Promise<NextStep> {
    const [hostName, bare, unsettled] = await Promise.all([
      getHostName(ctx),
      firstBareDomain(ctx, actor),
      firstUnsettledDomain(ctx, actor),
    ]);
    if (can(actor, "server.write", null) && !hostName.includes(".")) return { step: "hostName" };
    const name = bare ?? unsettled;
    if (name === null) return { step: "none" };
    const step = bare === null ? "dns" : "mailbox";
    return { step, domain: name, shown: toUnicodeDomain(name) };
  }
}
export type HomeView = Awaited<ReturnType<typeof getHomeView>>;
export type { HealthCounts };

type Engines = Awaited<ReturnType<typeof getEngineStatus>>["engines"];

/** Each protocol and port once, however many engines serve it. */
function listenersOf(engines: Engines) {
  const all = engines.flatMap(({ listeners }) => listeners);
  const unique = new Map(all.map((row) => [`${row.protocol}:${row.port}`, row]));
  return [...unique.values()].map(({ protocol, port, tls }) => ({ protocol, port, tls }));
}

/** For every page: the bar that says when the engine is silent. */
export async function getEngineView() {
  await requireSignedIn();
  const { state, lastSeenAt } = await getEngineStatus(runtime().service);
  return { state, lastSeenAt };
}
