/**
 * The DNS records that a domain and its server need: one model for the page, the zone file, the API,
 * the checker and the test zone. Pure: what the world answers is looked up elsewhere.
 *
 * Values say what we would publish; the checker accepts whatever means the same (an SPF record that
 * lets our addresses pass, a CNAME or equal addresses), see `passKey` of each record.
 */
import {
  deviceRecords,
  encryptRecords,
  logoRecords,
  protectRecords,
  receiveRecords,
  sendRecords,
  tlsReportRecords,
} from "./dns/domain-records.ts";
import type { ExpectedRecord } from "./dns/record.ts";
import { hostRecords } from "./dns/server-records.ts";
import type { DomainSettings, PublishedKey, ServerSettings } from "./dns/settings.ts";
import { receivesMail } from "./domain-mode.ts";

export type { ExpectedRecord, Group, Need, RecordData, RecordKind, Scope } from "./dns/record.ts";
export type { DomainSettings, PublishedKey, ServerSettings } from "./dns/settings.ts";

export interface DomainInput extends Omit<ServerSettings, "tlsa"> {
  readonly domain: DomainSettings;
  readonly dkim: readonly PublishedKey[];
}

/** What the domain's zone should say, in the order of the groups. */
export function expectedRecords({ domain, dkim, ...server }: DomainInput): ExpectedRecord[] {
  const live = dkim.filter((key) => key.state !== "safe_to_delete");
  const { mode = "full" } = domain;
  const receives = receivesMail(mode);
  return [
    ...(receives ? receiveRecords(domain, server) : []),
    ...(mode === "reports" ? [] : sendRecords(domain, server, live)),
    ...protectRecords(domain),
    ...logoRecords(domain),
    ...(receives ? encryptRecords(domain, server) : []),
    // Reports about mail that arrives elsewhere are asked for by whoever wants to read them here.
    ...(mode === "reports" ? tlsReportRecords(domain) : []),
    ...(mode === "reports" ? [] : deviceRecords(domain, server)),
  ];
}

/** What is needed once for the server; `mailDomains` that are host names bring their own. */
export function serverRecords(
  server: ServerSettings,
  mailDomains: readonly string[] = [],
): ExpectedRecord[] {
  return hostRecords(server, mailDomains);
}
