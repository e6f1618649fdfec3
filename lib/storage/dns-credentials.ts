/**
 * Credentials for DNS hosts as the engine uses them, on `pg`. The console's side, without secrets, is
 * lib/storage/dns-credential-list.ts.
 */
import type { Pool } from "pg";
import type { PublishReason } from "../mail/dns/reasons.ts";

export interface CredentialRow {
  readonly id: string;
  readonly domainId: string | null;
  readonly provider: string;
  readonly zones: readonly string[];
  readonly settings: unknown;
  /** Sealed for `credentialContext(id)`. */
  readonly secret: Buffer;
  readonly privateNetworks: boolean;
}

const COLUMNS = `id, domain_id as "domainId", provider, zones, settings, secret,
  private_networks as "privateNetworks"`;

export async function findCredential(pool: Pool, id: string): Promise<CredentialRow | null> {
  const { rows } = await pool.query<CredentialRow>({
    name: "dns-credential-find",
    text: `select ${COLUMNS} from dns_credential where id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/**
 * The one that the server may use by itself for `name`: that of the domain, else one of the server whose
 * zones hold the name. The narrowest first. A name of the server itself (no domain) that lies in a domain of
 * ours is published with that domain's: it is the same zone.
 */
export async function findAutomaticCredential(
  pool: Pool,
  { domainId, name }: { domainId: string | null; name: string },
): Promise<CredentialRow | null> {
  const { rows } = await pool.query<CredentialRow>({
    name: "dns-credential-automatic",
    text: `select ${COLUMNS} from dns_credential c
      where automatic and (domain_id = $1
        or (domain_id is null and (zones = '{}'
          or exists (select 1 from unnest(zones) zone where ${holds("zone")})))
        or ($1::uuid is null and exists (select 1 from domain d
          where d.id = c.domain_id and ${holds("d.name")})))
      order by domain_id is null, zones = '{}', created_at limit 1`,
    values: [domainId, name],
  });
  return rows[0] ?? null;
}

/** The name $2 is `apex` or lies below it. */
const holds = (apex: string) => `($2 = ${apex} or right($2, length(${apex}) + 1) = '.' || ${apex})`;

/** After each use: how it went. */
export async function noteCredentialUse(
  pool: Pool,
  id: string,
  error: PublishReason | null,
): Promise<void> {
  await pool.query({
    name: "dns-credential-used",
    text: "update dns_credential set last_used_at = now(), last_error = $2 where id = $1",
    values: [id, error && JSON.stringify(error)],
  });
}

export async function noteCredentialTest(pool: Pool, id: string): Promise<void> {
  await pool.query({
    name: "dns-credential-tested",
    text: "update dns_credential set tested_at = now() where id = $1",
    values: [id],
  });
}

/** Name of a domain of ours, or null. */
export async function domainNameOf(pool: Pool, domainId: string): Promise<string | null> {
  const { rows } = await pool.query<{ name: string }>({
    name: "dns-domain-name",
    text: "select name from domain where id = $1",
    values: [domainId],
  });
  return rows[0]?.name ?? null;
}
