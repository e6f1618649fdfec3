/**
 * The zone itself, from what the observer found out about it: that it exists, that its servers serve it and are
 * those that the registry names, that its signatures hold. A server that was silent once is told, not held
 * against anybody; whether the zone is signed is a fact, not a verdict.
 */
import type { CheckResult, ObservedVerdict } from "../check.ts";
import type { ZoneFacts, ZoneServer } from "../observer.ts";
import { reason, type Reason } from "../reasons.ts";
import type { CheckContext } from "./context.ts";
import { staleServers } from "./misplaced.ts";
import { hasAnswered } from "./weigh.ts";

export function checkZone({ zone, domain, server }: CheckContext): CheckResult {
  const name = domain?.name ?? server.hostName;
  const { verdict, reasons } = judgeZone(zone, name);
  return {
    ...({ key: "zone", kind: "zone", group: "receive", need: "recommended", type: "" } as const),
    scope: domain === null ? "host" : "domain",
    ...{ name, verdict, reasons, fix: null, answers: [], expected: [] },
    found: [...new Set(zone.servers.map(({ host }) => host))].sort(),
    facts: { apex: zone.apex, security: zone.security, negativeTtl: zone.negativeTtl },
  };
}

interface Verdict {
  readonly verdict: ObservedVerdict;
  readonly reasons: readonly Reason[];
}

function judgeZone(zone: ZoneFacts, name: string): Verdict {
  const { exists, security, servers, apex } = zone;
  if (exists === false && !isBelow(name, apex))
    return { verdict: "missing", reasons: [reason("dns.domainGone", { domain: name })] };
  if (security === "bogus")
    return { verdict: "different", reasons: [reason("dns.bogus", { name: apex ?? name })] };
  const answering = servers.filter(hasAnswered);
  if (answering.length === 0 && servers.length > 0) return unanswered(servers);
  if (apex === null || servers.length === 0)
    return { verdict: "unknown", reasons: [reason("zone.unreached", { domain: name })] };
  const weak = [...lame(answering, servers), ...delegation(zone)];
  const notes = [...silent(servers), ...serials(answering)];
  return { verdict: weak.length > 0 ? "weak" : "ok", reasons: [...weak, ...notes] };
}

/** A sub-domain of a zone need not have records of its own. */
const isBelow = (name: string, apex: string | null) =>
  apex !== null && apex.includes(".") && name.endsWith(`.${apex}`);

function unanswered(servers: readonly ZoneServer[]): Verdict {
  const n = servers.length;
  const all = (rcode: string) => servers.every((server) => server.rcode === rcode);
  const why = all("TIMEOUT")
    ? reason("dns.timeout", { n })
    : all("SERVFAIL")
      ? reason("dns.servfail", { n })
      : all("REFUSED")
        ? reason("dns.refused", { n })
        : reason("dns.noAnswer", { n });
  return { verdict: "unknown", reasons: [why] };
}

const hosts = (servers: readonly ZoneServer[]) =>
  [...new Set(servers.map(({ host }) => host))].join(", ");

/** Answers, but not for this zone; or refuses. */
function lame(answering: readonly ZoneServer[], all: readonly ZoneServer[]): Reason[] {
  const strange = [
    ...answering.filter(({ authoritative }) => !authoritative),
    ...all.filter(({ rcode }) => rcode === "REFUSED" || rcode === "OTHER"),
  ];
  return strange.length > 0 ? [reason("zone.lame", { servers: hosts(strange) })] : [];
}

function silent(all: readonly ZoneServer[]): Reason[] {
  const quiet = all.filter(({ rcode }) => rcode === "TIMEOUT" || rcode === "SERVFAIL");
  return quiet.length > 0 ? [reason("zone.silent", { servers: hosts(quiet) })] : [];
}

/** For a moment after each change; people who wait for theirs want to know. */
function serials(answering: readonly ZoneServer[]): Reason[] {
  const all = [...new Set(answering.map(({ serial }) => serial))].filter((one) => one !== null);
  return all.length > 1 ? [reason("dns.serials", { serials: all.join(", ") })] : [];
}

function delegation(zone: ZoneFacts): Reason[] {
  const stale = staleServers(zone);
  const { parentServers, ownServers } = zone;
  if (stale.length > 0 || parentServers.length === 0 || ownServers.length === 0) return stale;
  const isSame =
    parentServers.length === ownServers.length &&
    parentServers.every((host) => ownServers.includes(host));
  const [delegated, own] = [parentServers.join(", "), ownServers.join(", ")];
  return isSame ? [] : [reason("zone.delegation", { delegated, own })];
}
