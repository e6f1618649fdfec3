/** What is looked at: a domain or the server, with the records that it should have. */
import type { Pool } from "pg";
import { expectedRecords, serverRecords, type ExpectedRecord } from "../../lib/mail/dns-records.ts";
import type { DomainSettings } from "../../lib/mail/dns/settings.ts";
import { receivesMail } from "../../lib/mail/domain-mode.ts";
import type { MtaStsPolicy } from "../../lib/mail/mta-sts.ts";
import type { ServerProfile } from "../../lib/mail/server-profile.ts";
import type { WatchRow } from "../../lib/storage/dns-watch.ts";
import { readServerProfile } from "../../lib/storage/server-profile.ts";
import { loadWatchedDomains, ownMailDomains } from "../../lib/storage/watch-targets.ts";

export interface Target {
  readonly row: WatchRow;
  /** Null: the server. */
  readonly domain: DomainSettings | null;
  readonly server: ServerProfile;
  readonly mtaSts: MtaStsPolicy | null;
  readonly records: readonly ExpectedRecord[];
}

/** Domains that are gone since they were claimed are left out. */
export async function loadTargets(
  pool: Pool,
  rows: readonly WatchRow[],
  ownHostName: string,
): Promise<Target[]> {
  const server = await readServerProfile(pool, ownHostName);
  const ids = rows.flatMap(({ domainId }) => (domainId === null ? [] : [domainId]));
  const [domains, own] = await Promise.all([
    loadWatchedDomains(pool, ids, server.hostName),
    ownMailDomains(pool, server.hostName),
  ]);
  return rows.flatMap((row) => {
    if (row.domainId === null)
      return { row, domain: null, server, mtaSts: null, records: serverRecords(server, own) };
    const found = domains.get(row.domainId);
    if (!found) return [];
    const { settings: domain, dkim, mtaSts } = found;
    const receives = receivesMail(domain.mode ?? "full");
    const records = expectedRecords({ ...server, domain, dkim });
    return { row, domain, server, mtaSts: receives ? mtaSts : null, records };
  });
}
