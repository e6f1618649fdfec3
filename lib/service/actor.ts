/**
 * Who is asking: a signed-in person, a mailbox, the command line, or the server itself. Services take an
 * actor and decide with permissions.ts; how an actor came to be (cookie, shell) is the caller's business.
 */

export type Role = "operator" | "domain_admin" | "auditor";

/** One role; without a domain it covers the whole server (never so for `domain_admin`). */
export interface ActorGrant {
  readonly role: Role;
  readonly domainId: string | null;
}

export interface Actor {
  readonly kind: "user" | "mailbox" | "cli" | "system";
  /** Row id of the user or mailbox; null for the command line and the server itself. */
  readonly id: string | null;
  /** What lists and the audit log show: an address, or "cli". */
  readonly name: string;
  readonly grants: readonly ActorGrant[];
  /** The mailbox that this actor *is*, if it is one. */
  readonly mailbox: { readonly id: string; readonly domainId: string } | null;
  readonly remoteIp: string | null;
}

/** Whoever may run commands on the server's shell is its operator. */
export const cliActor: Actor = {
  kind: "cli",
  id: null,
  name: "cli",
  grants: [{ role: "operator", domainId: null }],
  mailbox: null,
  remoteIp: null,
};

interface Person {
  readonly id: string;
  readonly email: string;
  readonly grants: readonly ActorGrant[];
}

export function userActor({ id, email, grants }: Person, remoteIp: string | null): Actor {
  return { kind: "user", id, name: email, grants, mailbox: null, remoteIp };
}

/** "user:<uuid>", "mailbox:<uuid>", "cli" or "system": the audit log's key. */
export function actorKey(actor: Actor): string {
  return actor.id === null ? actor.kind : `${actor.kind}:${actor.id}`;
}
