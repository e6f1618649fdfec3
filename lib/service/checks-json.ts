/** What was seen of a domain, for programs: `posthorn domain verify --format json`, and GET /api/domains/{d}/checks. */
import type { DnsCheckView, DomainChecks } from "./dns-checks.ts";

export type Result = "right" | "needsWork" | "couldNotCheck";

const FINE = ["ok", "weak", "off", "accepted"];

/** Optional records never fail; what could not be seen is no failure either, and no success. */
export function resultOf(checks: readonly DnsCheckView[]): Result {
  const needed = checks.filter(({ need }) => need !== "optional");
  if (needed.some(({ verdict }) => ![...FINE, "unknown"].includes(verdict))) return "needsWork";
  const unseen = needed.some(({ verdict, type }) => verdict === "unknown" && type !== "");
  return needed.length === 0 || unseen ? "couldNotCheck" : "right";
}

/** `records`: what is to be published. `checks`: what was seen, none before the first look. */
export function checksJson(view: DomainChecks) {
  const { domain, records, checks, capabilities, watch, server } = view;
  return {
    domain: domain.name,
    hostName: server.hostName,
    result: resultOf(checks),
    checkedAt: watch?.checkedAt ?? null,
    capabilities: capabilities.map(({ group, state, correct, total }) => ({
      ...{ group, state, correct, total },
    })),
    records: records.map(({ id, kind, scope, group, need, name, ttl, data, text }) => ({
      ...{ id, kind, scope, group, need, name, type: data.type, ttl, value: text },
    })),
    checks: checks.map(({ key, kind, name, type, need, verdict, ...check }) => ({
      ...{ key, kind, name, type, need, verdict },
      ...{ expected: check.expected, found: check.found, fix: check.fix },
      reasons: check.reasons,
      lastOkAt: check.lastOkAt,
    })),
  };
}
