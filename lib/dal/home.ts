/** Home: what can honestly be said in one sentence, the one next step, and whether an engine is there. */
import "server-only";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { firstUnsettledDomain, listDomains } from "@/lib/service/domains.ts";
import { getEngineStatus } from "@/lib/service/engine-status.ts";
import { can } from "@/lib/service/permissions.ts";
import { listQueue } from "@/lib/service/queue.ts";
import { getHostName } from "@/lib/service/server-identity.ts";
import { getAlarmsView } from "./alarms.ts";
import { runtime } from "./service.ts";
import { requireActor, requireSignedIn } from "./session.ts";

/** As many as the sentence and the next step need. */
const LOOKED_AT = 200;
/** The page of alarms has the rest. */
const ALARMS_SHOWN = 8;

export type NextStep =
  | { readonly step: "hostName" | "domain" | "none" }
  | { readonly step: "mailbox" | "dns"; readonly domain: string; readonly shown: string };

export async function getHomeView() {
  const actor = await requireActor();
  const ctx = runtime().service;
  const [domains, engine, queue, hostName, alarms, unsettled] = await Promise.all([
    listDomains(ctx, actor, { limit: LOOKED_AT }),
    getEngineStatus(ctx),
    listQueue(ctx, actor, { limit: LOOKED_AT }),
    getHostName(ctx),
    getAlarmsView({ state: "open", search: "", limit: ALARMS_SHOWN }),
    firstUnsettledDomain(ctx, actor),
  ]);
  const rows = domains.rows;
  return {
    domains: rows.length,
    mailboxes: rows.reduce((sum, row) => sum + row.mailboxes, 0),
    waiting: queue.rows.length,
    alarms: alarms.rows,
    engine: { ...engine, engines: undefined, listeners: listenersOf(engine.engines) },
    next: nextStep(),
  };

  function nextStep(): NextStep {
    if (can(actor, "server.write", null) && !hostName.includes(".")) return { step: "hostName" };
    if (rows.length === 0) return { step: can(actor, "domain.create", null) ? "domain" : "none" };
    const bare = rows.find(({ id, mailboxes }) => {
      return mailboxes === 0 && can(actor, "mailbox.create", id);
    });
    const name = bare?.name ?? unsettled;
    if (name === null) return { step: "none" };
    return { step: bare ? "mailbox" : "dns", domain: name, shown: toUnicodeDomain(name) };
  }
}

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
