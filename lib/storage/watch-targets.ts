/** What the expected records of many domains follow from: two queries for a batch of looks. */
import type { DkimAlgorithm } from "../mail/dkim-keys.ts";
import { dmarcFromJson } from "../mail/dns/dmarc-json.ts";
import type { DomainSettings, PublishedKey } from "../mail/dns/settings.ts";
import { domainMode } from "../mail/domain-mode.ts";
import { policyOf, type MtaStsMode, type MtaStsPolicy } from "../mail/mta-sts.ts";
import { statement, translated, type Sql } from "./sql.ts";

export interface WatchedDomain {
  readonly id: string;
  readonly settings: DomainSettings;
  readonly mtaSts: MtaStsPolicy;
  readonly dkim: readonly PublishedKey[];
}

interface DomainRow {
  readonly id: string;
  readonly name: string;
  readonly mode: string;
  readonly mtaStsMode: MtaStsMode;
  readonly mtaStsMaxAge: number;
  readonly mtaStsId: string;
  readonly mtaStsMx: string[];
  readonly dmarc: unknown;
  readonly tlsReportsTo: string | null;
}

const selectDomains = statement<DomainRow>(
  "watch.domains",
  `SELECT id, name, mode, mta_sts_mode AS "mtaStsMode", mta_sts_max_age AS "mtaStsMaxAge",
     mta_sts_id AS "mtaStsId", mta_sts_mx AS "mtaStsMx", dmarc, tls_reports_to AS "tlsReportsTo"
   FROM domain WHERE id = ANY($1::uuid[])`,
);

interface KeyRow extends PublishedKey {
  readonly domainId: string;
  readonly algorithm: DkimAlgorithm;
}

const selectKeys = statement<KeyRow>(
  "watch.keys",
  `SELECT domain_id AS "domainId", selector, algorithm, public_key AS "publicKey", state,
     target, revoked_at IS NOT NULL AS revoked
   FROM dkim_key WHERE domain_id = ANY($1::uuid[]) AND deleted_at IS NULL
   ORDER BY algorithm, selector`,
);

/** By id; a domain that is gone meanwhile is not there. */
export async function loadWatchedDomains(
  db: Sql,
  ids: readonly string[],
  hostName: string,
): Promise<Map<string, WatchedDomain>> {
  if (ids.length === 0) return new Map();
  const [domains, keys] = await Promise.all([
    translated(selectDomains(db, [...ids])),
    translated(selectKeys(db, [...ids])),
  ]);
  return new Map(
    domains.map((row) => {
      const dkim = keys.filter(({ domainId }) => domainId === row.id);
      return [
        row.id,
        { id: row.id, settings: settingsOf(row), mtaSts: policyOf(row, hostName), dkim },
      ];
    }),
  );
}

function settingsOf({ name, mode, mtaStsMode, mtaStsId, dmarc, tlsReportsTo }: DomainRow) {
  const policy = dmarcFromJson(dmarc);
  return {
    ...{ name, mode: domainMode(mode), mtaStsMode, mtaStsId },
    ...(policy && { dmarc: policy }),
    ...(tlsReportsTo !== null && { tlsReportsTo }),
  };
}

const selectOwnDomain = statement<{ name: string }>(
  "watch.own-domain",
  "SELECT name FROM domain WHERE name = $1 AND disabled_at IS NULL",
);

/** The host name when it is also a mail domain of ours, whose own records then speak for it. */
export async function ownMailDomains(db: Sql, hostName: string): Promise<string[]> {
  return (await translated(selectOwnDomain(db, hostName))).map(({ name }) => name);
}
