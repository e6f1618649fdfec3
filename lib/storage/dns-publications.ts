/** Publications as the engine works on them, on `pg`: lib/mail/dns/plan.ts kept from preview to undo. */
import type { Pool } from "pg";
import type { Plan, WantedRecord } from "../mail/dns/plan.ts";
import type { PublishReason } from "../mail/dns/reasons.ts";
import type { SetChange } from "../mail/dns/record-sets.ts";
import { newId } from "../mail/ids.ts";
import { WATCH_CHANNEL } from "./dns-channels.ts";

export interface PublicationRow {
  readonly id: string;
  readonly domainId: string | null;
  /** Its name; "" for the server itself. */
  readonly domain: string;
  readonly credentialId: string | null;
  readonly state: string;
  readonly zone: string;
  readonly replace: readonly string[];
  readonly wanted: readonly WantedRecord[];
  readonly changes: readonly SetChange[];
  readonly appliedAt: Date | null;
}

export async function findPublication(pool: Pool, id: string): Promise<PublicationRow | null> {
  const { rows } = await pool.query<PublicationRow>({
    name: "dns-publication-find",
    text: `select p.id, domain_id as "domainId", coalesce(d.name, '') as domain,
      credential_id as "credentialId", state, zone, replace, wanted, changes,
      applied_at as "appliedAt"
      from dns_publication p left join domain d on d.id = domain_id where p.id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** What was read and what would change: shown to the person who asked. */
export async function setPreview(
  pool: Pool,
  id: string,
  { zone, changes, questions, kept, problems }: Plan & { readonly zone: string },
): Promise<void> {
  const json = [changes, questions, kept, problems].map((list) => JSON.stringify(list));
  await pool.query({
    name: "dns-publication-preview",
    text: `update dns_publication set state = 'previewed', zone = $2, changes = $3, questions = $4,
      kept = $5, problems = $6, error = null where id = $1 and state = 'previewing'`,
    values: [id, zone, ...json],
  });
}

export async function setApplied(pool: Pool, id: string): Promise<void> {
  await pool.query({
    name: "dns-publication-applied",
    text: `update dns_publication set state = 'applied', applied_at = now(), undone_at = null,
      error = null where id = $1`,
    values: [id],
  });
}

export async function setVerified(pool: Pool, id: string): Promise<void> {
  await pool.query({
    name: "dns-publication-verified",
    text: "update dns_publication set verified_at = now() where id = $1",
    values: [id],
  });
}

export async function setUndone(pool: Pool, id: string): Promise<void> {
  await pool.query({
    name: "dns-publication-undone",
    text: `update dns_publication set state = 'undone', undone_at = now(), error = null
      where id = $1`,
    values: [id],
  });
}

/** What had been applied before stays applied: undoing it failed, and may be tried again. */
export async function setFailed(pool: Pool, id: string, reason: PublishReason): Promise<void> {
  await pool.query({
    name: "dns-publication-failed",
    text: `update dns_publication set error = $2, state = (case when applied_at is null
      then 'failed' else 'applied' end)::publication_state where id = $1`,
    values: [id, JSON.stringify(reason)],
  });
}

/** It will be tried again. */
export async function noteTrouble(pool: Pool, id: string, reason: PublishReason): Promise<void> {
  await pool.query({
    name: "dns-publication-trouble",
    text: "update dns_publication set error = $2 where id = $1",
    values: [id, JSON.stringify(reason)],
  });
}

export interface AppliedPublication {
  readonly domainId: string | null;
  readonly credentialId: string;
  readonly zone: string;
  readonly changes: readonly SetChange[];
}

/** What the server published by itself. */
export async function addAppliedPublication(
  pool: Pool,
  { domainId, credentialId, zone, changes }: AppliedPublication,
): Promise<void> {
  await pool.query({
    name: "dns-publication-automatic",
    text: `insert into dns_publication
        (id, domain_id, credential_id, state, zone, replace, changes, asked_by, applied_at)
      values ($1, $2, $3, 'applied', $4, '{}', $5, 'system', now())`,
    values: [newId(), domainId, credentialId, zone, JSON.stringify(changes)],
  });
}

/**
 * The checks look at the domain (null: the server's own records) as soon as they can, certificates and the
 * policy included, and often for a while: their schedule begins anew, as after "I have added these".
 */
export async function askForLook(pool: Pool, domainId: string | null): Promise<void> {
  await pool.query({
    name: "dns-ask-for-look",
    text: `with due as (update dns_watch set next_at = now(), next_full_at = now(),
          asked_at = now(), early_looks = 0
        where domain_id is not distinct from $1::uuid returning id)
      select pg_notify('${WATCH_CHANNEL}', '- ' || id) from due`,
    values: [domainId],
  });
}
