/**
 * Who may do what: one table, role → permissions, and one pure question. Services ask it against the row
 * they are about to show or change, inside the transaction that changes it; nothing caches the answer.
 *
 * `server.*` and `domain.create` concern no single domain: a role limited to a domain never has them.
 */
import type { Actor, Role } from "./actor.ts";

export const PERMISSIONS = [
  "server.read", // health, listeners, all jobs and the whole queue
  "server.write",
  "domain.create",
  "domain.read",
  "domain.setMode", // what it is used for here
  "dkim.read", // signing keys, their public halves
  "dkim.write",
  "dns.publish", // change records at the DNS host, and the credentials for it
  "policy.write", // DMARC, MTA-STS, TLS reports
  "dns.check", // have it looked at now
  "dns.accept", // a deviation, with a reason
  "dns.share", // a read-only link to the domain's records, and its end: whoever sees them may
  "mailbox.read",
  "mailbox.create",
  "mailbox.setPassword", // without knowing the present one
  "mailbox.changePassword",
  "appPassword.create",
  "appPassword.revoke",
  "mailbox.suspend",
  "mailbox.setLimits", // what it may keep
  "mailbox.denyImap", // single capabilities of IMAP
  "mailbox.signOut",
  "alias.read",
  "alias.write",
  "queue.read",
  "job.read",
  "mail.sendTest",
] as const;

export type Permission = (typeof PERMISSIONS)[number];

const SERVER_WIDE: ReadonlySet<Permission> = new Set([
  "server.read",
  "server.write",
  "domain.create",
]);

const READING: readonly Permission[] = [
  "domain.read",
  "dns.share",
  "dkim.read",
  "mailbox.read",
  "alias.read",
  "queue.read",
  "job.read",
];

const ALLOWS: Record<Role, ReadonlySet<Permission>> = {
  operator: new Set(PERMISSIONS),
  domain_admin: new Set<Permission>([
    ...READING,
    "domain.setMode",
    "dkim.write",
    "dns.publish",
    "policy.write",
    "dns.check",
    "dns.accept",
    "mailbox.create",
    "mailbox.setPassword",
    "appPassword.revoke",
    "mailbox.suspend",
    "mailbox.setLimits",
    "mailbox.denyImap",
    "mailbox.signOut",
    "alias.write",
    "mail.sendTest",
  ]),
  auditor: new Set<Permission>([...READING, "server.read"]),
};

/** What a mailbox may do with itself, whatever roles exist. */
const SELF: ReadonlySet<Permission> = new Set([
  "mailbox.read",
  "mailbox.changePassword",
  "mailbox.signOut",
  "appPassword.create",
  "appPassword.revoke",
]);

/**
 * May `actor` do this in that domain (null: on the server as a whole)? `mailboxId` names the mailbox it
 * is about, so that a mailbox may look after itself.
 */
export function can(
  actor: Actor,
  permission: Permission,
  domainId: string | null,
  mailboxId: string | null = null,
): boolean {
  if (mailboxId !== null && actor.mailbox?.id === mailboxId && SELF.has(permission)) return true;
  return actor.grants.some((grant) => {
    if (!ALLOWS[grant.role].has(permission)) return false;
    if (grant.domainId === null) return grant.role !== "domain_admin";
    return !SERVER_WIDE.has(permission) && grant.domainId === domainId;
  });
}

/** The domains in which `actor` may do this: "all", or their ids. For the `where` of lists. */
export function domainsWhere(actor: Actor, permission: Permission): "all" | readonly string[] {
  if (can(actor, permission, null)) return "all";
  const ids = actor.grants.flatMap(({ domainId }) => (domainId === null ? [] : [domainId]));
  return [...new Set(ids)].filter((id) => can(actor, permission, id));
}
