/**
 * The five capabilities of many domains in one statement, for lists: what lib/mail/dns/capabilities.ts says
 * of one domain, as SQL, so that thousands are counted, ordered and paged without being read. Both rest on
 * the same kinds and verdicts; capabilities.test.ts holds them to the same answers.
 */
import { CORE, WRONG, type CapabilityState } from "../mail/dns/capabilities.ts";
import { GROUPS, type Group } from "../mail/dns/record.ts";
import { Prisma } from "../../prisma/generated/client.ts";
import type { Db } from "./client.ts";

export interface DomainStates {
  readonly id: string;
  readonly name: string;
  /** Null: nobody has looked at this domain yet. */
  readonly states: Readonly<Record<Group, CapabilityState>> | null;
}

/** How many domains are how: each counts once, where the worst of its capabilities puts it. */
export interface HealthCounts {
  readonly total: number;
  /** All capabilities are there, or not used, and no alarm is open. */
  readonly healthy: number;
  /** A capability is broken, or an alarm is open. */
  readonly attention: number;
  readonly waiting: number;
  readonly unknown: number;
  readonly part: number;
  /** Nobody has looked yet. */
  readonly unseen: number;
}

export interface Matrix {
  readonly counts: HealthCounts;
  readonly rows: readonly DomainStates[];
  /** Where the next page begins; null: nowhere. */
  readonly next: string | null;
}

export interface MatrixPage {
  readonly allowed: "all" | readonly string[];
  /** "worst": those first that lack most. */
  readonly sort: "worst" | "name";
  /** `next` of the page before; "" for the first. */
  readonly after: string;
  readonly limit: number;
}

const CORE_KINDS = GROUPS.flatMap((group) => CORE[group].map((kind) => `${group}:${kind}`));

/**
 * What decides a group's state, as bits that `bit_or` collects over its checks:
 * 1 core, 2 required, 4 a required one is wrong, 8 a core one is not wrong; 16 and 32: a required one waits,
 * could not be checked; 64 and 128: so with a core one that is not optional; 256 something needed falls
 * short; 512 DMARC asks to act; 1024 encryption was proved.
 */
const FACTS = Prisma.sql`
  SELECT c.domain_id, c."group", bit_or(
      CASE WHEN is_core THEN 1 ELSE 0 END
    | CASE WHEN is_required THEN 2 ELSE 0 END
    | CASE WHEN is_required AND is_wrong THEN 4 ELSE 0 END
    | CASE WHEN is_core AND NOT is_wrong THEN 8 ELSE 0 END
    | CASE WHEN is_required AND verdict = 'waiting' THEN 16 ELSE 0 END
    | CASE WHEN is_required AND verdict = 'unknown' THEN 32 ELSE 0 END
    | CASE WHEN is_core AND is_needed AND verdict = 'waiting' THEN 64 ELSE 0 END
    | CASE WHEN is_core AND is_needed AND verdict = 'unknown' THEN 128 ELSE 0 END
    | CASE WHEN is_needed AND (is_wrong OR verdict IN ('partial', 'weak', 'waiting')) THEN 256 ELSE 0 END
    | CASE WHEN kind = 'dmarc' AND facts->>'policy' IN ('quarantine', 'reject')
        AND facts->'testing' IS DISTINCT FROM 'true'::jsonb THEN 512 ELSE 0 END
    | CASE WHEN kind IN ('stsPolicy', 'hostTlsa') THEN 1024 ELSE 0 END
    ) AS bits
  FROM dns_check c, LATERAL (SELECT
    c."group" || ':' || c.kind = ANY(${CORE_KINDS}::text[]) AS is_core,
    c.need LIKE 'required%' AS is_required,
    c.need <> 'optional' AS is_needed,
    c.verdict = ANY(${[...WRONG]}::text[]) AS is_wrong) AS of_it
  WHERE c.verdict <> 'off'
    AND (c.domain_id IS NULL OR c.domain_id IN (SELECT id FROM visible))
  GROUP BY c.domain_id, c."group"`;

const STATE = Prisma.sql`CASE
  WHEN bits & 1 = 0 THEN 'off'
  WHEN bits & 2 <> 0 AND bits & 4 <> 0 OR bits & 2 = 0 AND bits & 8 = 0 THEN 'broken'
  WHEN bits & (CASE WHEN bits & 2 <> 0 THEN 16 ELSE 64 END) <> 0 THEN 'waiting'
  WHEN bits & (CASE WHEN bits & 2 <> 0 THEN 32 ELSE 128 END) <> 0 THEN 'unknown'
  WHEN bits & 256 <> 0 THEN 'part'
  WHEN "group" = 'protect' AND bits & 512 = 0 THEN 'part'
  WHEN "group" = 'encrypt' AND bits & 1024 = 0 THEN 'waiting'
  ELSE 'ok' END`;

/** More of what is worse outweighs everything that is less bad. */
const WEIGHT = Prisma.sql`CASE state WHEN 'broken' THEN 1000 WHEN 'waiting' THEN 100
  WHEN 'unknown' THEN 10 WHEN 'part' THEN 1 ELSE 0 END`;
/** As if all five were waited for. */
const UNSEEN_WEIGHT = 500;
const NOTHING = { waiting: 0, unknown: 0, part: 0, unseen: 0 };

interface Row extends HealthCounts {
  readonly id: string | null;
  readonly name: string;
  readonly weight: number;
  readonly states: DomainStates["states"];
}

/** Domains that are switched off are not looked at, and not counted. */
export async function readMatrix(db: Db, page: MatrixPage): Promise<Matrix> {
  const { allowed, sort, limit } = page;
  const isWorst = sort === "worst";
  const [weight, name] = cursorOf(page);
  const rows = await db.$queryRaw<Row[]>`
    WITH visible AS (
      SELECT id, name FROM domain WHERE disabled_at IS NULL
        AND (${allowed === "all"} OR id = ANY(${allowed === "all" ? [] : [...allowed]}::uuid[]))
    ), facts AS (${FACTS}),
    looked AS (SELECT DISTINCT domain_id FROM dns_check WHERE domain_id IN (SELECT id FROM visible)),
    grouped AS (
      SELECT l.domain_id, g."group", coalesce(own.bits, 0) | coalesce(host.bits, 0) AS bits
      FROM looked l CROSS JOIN unnest(${[...GROUPS]}::text[]) AS g("group")
      LEFT JOIN facts own ON own.domain_id = l.domain_id AND own."group" = g."group"
      LEFT JOIN facts host ON host.domain_id IS NULL AND host."group" = g."group"
    ),
    stated AS (SELECT domain_id, "group", ${STATE} AS state FROM grouped),
    judged AS (
      SELECT v.id, v.name, s.states, coalesce(s.weight, ${UNSEEN_WEIGHT}::int) AS weight,
        EXISTS (SELECT FROM alarm a WHERE a.domain_id = v.id AND a.closed_at IS NULL)
          OR coalesce(s.weight, 0) >= 1000 AS attention
      FROM visible v LEFT JOIN (
        SELECT domain_id, jsonb_object_agg("group", state) AS states, sum(${WEIGHT})::int AS weight
        FROM stated GROUP BY domain_id) s ON s.domain_id = v.id
    ),
    counts AS (SELECT count(*)::int AS total,
      count(*) FILTER (WHERE attention)::int AS attention,
      count(*) FILTER (WHERE states IS NULL AND NOT attention)::int AS unseen,
      count(*) FILTER (WHERE states IS NOT NULL AND NOT attention AND weight >= 100)::int AS waiting,
      count(*) FILTER (WHERE NOT attention AND weight BETWEEN 10 AND 99)::int AS unknown,
      count(*) FILTER (WHERE NOT attention AND weight BETWEEN 1 AND 9)::int AS part,
      count(*) FILTER (WHERE NOT attention AND weight = 0)::int AS healthy
      FROM judged),
    page AS (SELECT * FROM judged
      WHERE CASE WHEN ${isWorst} THEN weight < ${weight}::int OR weight = ${weight}::int AND name > ${name}
        ELSE name > ${name} END
      ORDER BY CASE WHEN ${isWorst} THEN weight END DESC, name LIMIT ${limit + 1}::int)
    SELECT c.*, p.id, p.name, p.weight, p.states FROM counts c LEFT JOIN page p ON true
    ORDER BY CASE WHEN ${isWorst} THEN p.weight END DESC, p.name`;
  const [first] = rows;
  const counts = first ?? { total: 0, healthy: 0, attention: 0, ...NOTHING };
  const { total, healthy, attention, waiting, unknown, part, unseen } = counts;
  const found = rows.flatMap((row) => (row.id === null ? [] : [{ ...row, id: row.id }]));
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    counts: { total, healthy, attention, waiting, unknown, part, unseen },
    rows: shown.map((row) => ({ id: row.id, name: row.name, states: row.states })),
    next: last ? (isWorst ? `${last.weight}:${last.name}` : last.name) : null,
  };
}

/** Past the last weight there is nothing; before the first page everything comes. */
function cursorOf({ sort, after }: MatrixPage): [weight: number, name: string] {
  const [weight = "", name = ""] = sort === "worst" ? after.split(":") : ["", after];
  return [/^\d{1,5}$/.test(weight) ? Number(weight) : 99_999, name];
}
