/** Signing keys for domains that have none: many domains in one statement, on `pg`. */
import type { NewDkimKey } from "./dkim-keys.ts";
import { inTransaction, statement, translated, type Sql } from "./sql.ts";
import type pg from "pg";

const selectWithout = statement<{ id: string }>(
  "first-keys.without",
  `SELECT d.id FROM domain d WHERE d.id = ANY($1::uuid[]) AND d.mode <> 'reports'
     AND NOT EXISTS (SELECT 1 FROM dkim_key k WHERE k.domain_id = d.id)`,
);

/** Those of the domains that have never had a key and need some. */
export async function withoutKeys(db: Sql, domainIds: readonly string[]): Promise<string[]> {
  return (await translated(selectWithout(db, domainIds))).map(({ id }) => id);
}

const lockDomains = statement<{ id: string }>(
  "first-keys.lock",
  "SELECT id FROM domain WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE",
);
const insertKeys = statement<{ id: string }>(
  "first-keys.insert",
  `INSERT INTO dkim_key (id, domain_id, selector, algorithm, public_key, private_key)
   SELECT n.id, n.domain_id, n.selector, n.algorithm::dkim_algorithm, n.public_key, n.private_key
   FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bytea[])
     AS n(id, domain_id, selector, algorithm, public_key, private_key)
   WHERE n.domain_id = ANY($7::uuid[]) RETURNING id`,
);

export type FirstKey = Pick<
  NewDkimKey,
  "id" | "domainId" | "selector" | "algorithm" | "publicKey" | "privateKey"
>;

/** Answers how many were added: a domain that got keys meanwhile, or is gone, gets none. */
export async function addFirstKeys(pool: pg.Pool, keys: readonly FirstKey[]): Promise<number> {
  if (keys.length === 0) return 0;
  const domainIds = [...new Set(keys.map(({ domainId }) => domainId))];
  const rows = await inTransaction(pool, async (tx) => {
    await lockDomains(tx, domainIds);
    const still = await withoutKeys(tx, domainIds);
    return insertKeys(
      tx,
      ...[keys.map(({ id }) => id), keys.map(({ domainId }) => domainId)],
      ...[keys.map(({ selector }) => selector), keys.map(({ algorithm }) => algorithm)],
      keys.map(({ publicKey }) => publicKey),
      keys.map(({ privateKey }) => Buffer.from(privateKey)),
      still,
    );
  });
  return rows.length;
}
