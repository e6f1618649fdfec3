/**
 * Where mail for an address goes: mailbox, alias, group, plus-tag, catch-all, level by level until
 * only mailboxes and addresses elsewhere are left.
 *
 * For one address the first of these counts: the mailbox of exactly that name, the alias of exactly
 * that name, the mailbox and the alias without the tag, the catch-all. Loops end quietly. What leads
 * to more addresses than we look at is refused whole, for now: nobody is left out silently.
 */
import { MailError } from "../mail/errors.ts";
import {
  canonicalLocal,
  formatAddress,
  parseAddress,
  splitTag,
  type Address,
} from "../mail/address.ts";
import type { LocalRecipient, Resolution } from "../mail/ports.ts";
import { USAGE_COLUMNS } from "./mail/folder-rows.ts";
import { statement, type Sql } from "./sql.ts";

export const DIRECTORY_CHANNEL = "posthorn_directory";

const MAX_DEPTH = 10;
/** Addresses looked at for one recipient: groups of groups must not become a weapon. */
const MAX_ADDRESSES = 2_000;

interface Hit {
  /** Position in the arrays asked for; addresses in domains that are not ours have no row. */
  readonly at: number;
  readonly domainId: string;
  readonly mailbox: string | null;
  readonly mailboxId: string | null;
  readonly suspended: boolean | null;
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
  readonly usedMessages: number | null;
  readonly quotaMessages: number | null;
  readonly alias: string | null;
  readonly targets: string[] | null;
}

const lookUp = statement<Hit>(
  "directory.lookup",
  `SELECT w.at::int, d.id AS "domainId", m.local_part AS mailbox, m.id AS "mailboxId",
     m.suspended_at IS NOT NULL AS suspended, ${USAGE_COLUMNS}, a.local_part AS alias, a.targets
   FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS w(domain, exact, base, at)
   JOIN domain d ON d.name = w.domain AND d.disabled_at IS NULL
     AND ($4::boolean OR d.mode IN ('full', 'receive'))
   LEFT JOIN LATERAL (
     SELECT * FROM mailbox WHERE domain_id = d.id AND local_part IN (w.exact, w.base)
     ORDER BY (local_part = w.exact) DESC LIMIT 1
   ) m ON true
   LEFT JOIN LATERAL (
     SELECT * FROM alias
     WHERE domain_id = d.id AND disabled_at IS NULL AND local_part IN (w.exact, w.base, '*')
     ORDER BY (local_part = w.exact) DESC, (local_part = w.base) DESC LIMIT 1
   ) a ON true`,
);

/**
 * "delivery": mail to a domain that does not receive here goes there by MX, also when an alias of ours leads to
 * it. "ownership": whose an address is does not depend on where its mail arrives.
 */
export type Purpose = "delivery" | "ownership";

/** Null: nobody, in the end. The first address is in a domain of ours. */
export async function expand(
  db: Sql,
  first: Address,
  purpose: Purpose,
): Promise<Resolution | null> {
  const mailboxes = new Map<string, LocalRecipient>();
  const forwards = new Map<string, Address>();
  const seen = new Set<string>();
  let level: Address[] = [first];
  for (let depth = 0; level.length > 0; depth++) {
    const fresh = level.filter((address) => isNew(seen, address));
    if (seen.size > MAX_ADDRESSES || (depth > MAX_DEPTH && fresh.length > 0)) {
      throw new MailError("limit", "This address leads to too many others");
    }
    const hits = await findHits(db, fresh, purpose === "ownership");
    level = [];
    for (const [at, address] of fresh.entries()) {
      const hit = hits.get(at + 1);
      if (hit === undefined) {
        if (depth > 0) forwards.set(formatAddress(address), address);
        continue;
      }
      const recipient = mailboxOf(hit, address);
      if (recipient !== null) mailboxes.set(recipient.mailboxId, recipient);
      else level.push(...targetsOf(hit));
    }
  }
  if (mailboxes.size === 0 && forwards.size === 0) return null;
  return { mailboxes: [...mailboxes.values()], forwards: [...forwards.values()] };
}

function isNew(seen: Set<string>, { local, domain }: Address): boolean {
  const key = `${canonicalLocal(local)}@${domain}`;
  return !seen.has(key) && seen.add(key) !== undefined;
}

async function findHits(
  db: Sql,
  addresses: readonly Address[],
  anyMode: boolean,
): Promise<Map<number, Hit>> {
  if (addresses.length === 0) return new Map();
  const exact = addresses.map(({ local }) => canonicalLocal(local));
  const rows = await lookUp(
    db,
    addresses.map(({ domain }) => domain),
    exact,
    exact.map((local) => splitTag(local).base),
    anyMode,
  );
  return new Map(rows.map((row) => [row.at, row]));
}

/** The mailbox, unless an alias fits the address better. */
function mailboxOf(hit: Hit, { local, domain }: Address): LocalRecipient | null {
  const { mailbox, mailboxId, usedBytes, quotaBytes, usedMessages, quotaMessages } = hit;
  if (mailbox === null || mailboxId === null) return null;
  if (usedBytes === null || quotaBytes === null || usedMessages === null) return null;
  const exact = canonicalLocal(local);
  if (mailbox !== exact && hit.alias === exact) return null;
  const address = `${mailbox}@${domain}`;
  const usage = { usedBytes, quotaBytes, usedMessages, quotaMessages };
  const { domainId, suspended } = hit;
  return { mailboxId, domainId, address, suspended: suspended === true, ...usage };
}

/** Targets that are no addresses were refused when the alias was made; old ones are passed over. */
function targetsOf({ targets }: Hit): Address[] {
  return (targets ?? []).flatMap((target) => parseAddress(target) ?? []);
}
