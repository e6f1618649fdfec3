/**
 * Mailboxes of a domain. Each change is authorised against the row inside its transaction; a mailbox
 * that is not there and one that is none of the actor's business get the same answer.
 */
import { dropSessions } from "../jobs/definitions/drop-sessions.ts";
import { enqueue } from "../jobs/job.ts";
import { DENIABLE, type DeniableCapability } from "../mail/imap-capabilities.ts";
import { hashCredentials } from "../mail/password.ts";
import { passwordProblem, type PasswordProblem } from "../mail/password-policy.ts";
import type { MailboxRef, NewMailbox, SetMailboxPassword } from "../schemas/forms.ts";
import { quotaBytes, type MailboxLimits } from "../schemas/limits.ts";
import { createAlias, isAliasName } from "../storage/aliases.ts";
import type { AuditLine } from "../storage/audit.ts";
import type { Db } from "../storage/client.ts";
import { endDeviceLinks } from "../storage/device-links.ts";
import { findDomain, lockNames, type Domain } from "../storage/domains.ts";
import * as store from "../storage/mailboxes.ts";
import type { Mailbox, MailboxPage } from "../storage/mailboxes.ts";
import { createMailboxFolders } from "../storage/mail/create-folders.ts";
import { revokeSessions } from "../storage/sessions.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { askedBy } from "./job-origin.ts";
import { pageOf, type Page } from "./page.ts";
import { can, type Permission } from "./permissions.ts";

export const addressOf = ({ localPart, domain }: Pick<Mailbox, "localPart" | "domain">) =>
  `${localPart}@${domain}`;

export type CreateMailboxOutcome =
  | { readonly outcome: "done"; readonly mailboxId: string; readonly address: string }
  | { readonly outcome: "notFound" | "taken" }
  | { readonly outcome: "badPassword"; readonly problem: PasswordProblem };

/** Adds a mailbox with its folders. The first of a domain also becomes its postmaster and abuse desk. */
export async function createMailbox(
  ctx: ServiceContext,
  actor: Actor,
  input: NewMailbox,
): Promise<CreateMailboxOutcome> {
  const domain = await findDomain(ctx.prisma, input.domain);
  if (!domain || !can(actor, "mailbox.create", domain.id)) return { outcome: "notFound" };
  const address = `${input.localPart}@${domain.name}`;
  const problem = passwordProblem(input.password, address);
  if (problem !== null) return { outcome: "badPassword", problem };

  const secrets = await hashCredentials(input.password);
  return transact(ctx, async (tx) => {
    await lockNames(tx, domain.id);
    const mailboxId = await insertMailbox(tx, domain, input, secrets);
    if (mailboxId === null) return { outcome: "taken" };
    await audit(tx, actor, { action: "mailbox.create", subject: address, domainId: domain.id });
    return { outcome: "done", mailboxId, address };
  });
}

async function insertMailbox(
  tx: Db,
  domain: Domain,
  { localPart, displayName, quotaGib, quotaMessages }: NewMailbox,
  secrets: { passwordHash: string; scramSha256: string },
): Promise<string | null> {
  const domainId = domain.id;
  if (await isAliasName(tx, domainId, localPart)) return null;
  const first = (await store.countMailboxes(tx, domainId)) === 0;
  const limits = { quotaBytes: quotaBytes(quotaGib), quotaMessages };
  const id = await store.createMailbox(tx, {
    ...{ domainId, localPart, displayName },
    ...limits,
    ...secrets,
  });
  if (id === null) return null;
  await createMailboxFolders(tx, id);
  if (first) await leadRoleAddresses(tx, domain, localPart);
  return id;
}

/** Mail to postmaster must be accepted (RFC 5321 §4.5.1), to abuse it should be (RFC 2142 §4). */
async function leadRoleAddresses(tx: Db, domain: Domain, localPart: string): Promise<void> {
  const targets = [`${localPart}@${domain.name}`];
  for (const role of ["postmaster", "abuse"]) {
    if (role === localPart) continue;
    await createAlias(tx, { domainId: domain.id, localPart: role, targets });
  }
}

export interface MailboxList extends Page<Mailbox> {
  readonly domain: Domain;
  /** What this actor may do here: for appearance only. */
  readonly may: { readonly create: boolean; readonly change: boolean };
}

const PAGE = 50;

export async function listMailboxes(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
  page: Partial<MailboxPage> = {},
): Promise<MailboxList | null> {
  const domain = await findDomain(ctx.prisma, name);
  if (!domain || !can(actor, "mailbox.read", domain.id)) return null;
  const { search = "", state = "all", after = "", before = "", limit = PAGE } = page;
  const asked = { search, state, after, before, limit: limit + 1 };
  const found = await store.listMailboxes(ctx.prisma, domain.id, asked);
  return {
    domain,
    ...pageOf(found, { after, before, limit }, ({ localPart }) => localPart),
    may: {
      create: can(actor, "mailbox.create", domain.id),
      change: can(actor, "mailbox.suspend", domain.id),
    },
  };
}

export async function getMailbox(
  ctx: ServiceContext,
  actor: Actor,
  mailboxId: string,
): Promise<Mailbox | null> {
  const mailbox = await store.findMailbox(ctx.prisma, mailboxId);
  if (!mailbox || !can(actor, "mailbox.read", mailbox.domainId, mailbox.id)) return null;
  return mailbox;
}

/** The mailbox inside `tx`, if this actor may do `permission` with it. */
async function allowed(
  tx: Db,
  actor: Actor,
  permission: Permission,
  mailboxId: string,
): Promise<Mailbox | null> {
  const mailbox = await store.findMailbox(tx, mailboxId);
  if (!mailbox || !can(actor, permission, mailbox.domainId, mailbox.id)) return null;
  return mailbox;
}

export type SetPasswordOutcome =
  | { readonly outcome: "done"; readonly address: string }
  | { readonly outcome: "notFound" }
  | { readonly outcome: "badPassword"; readonly problem: PasswordProblem };

/**
 * New secrets; whoever used the old ones is signed out (`keepSession`: but not the one asking). A mailbox
 * itself must have shown that it knows the present password: who finds its browser open does not.
 */
export async function setMailboxPassword(
  ctx: ServiceContext,
  actor: Actor,
  input: SetMailboxPassword & { keepSession?: string | null; presentKnown?: boolean },
): Promise<SetPasswordOutcome> {
  const permission = input.presentKnown ? "mailbox.changePassword" : "mailbox.setPassword";
  const mailbox = await allowed(ctx.prisma, actor, permission, input.mailboxId);
  if (!mailbox) return { outcome: "notFound" };
  const problem = passwordProblem(input.password, addressOf(mailbox));
  if (problem !== null) return { outcome: "badPassword", problem };
  const secrets = await hashCredentials(input.password);
  return transact(ctx, async (tx) => {
    const row = await allowed(tx, actor, permission, input.mailboxId);
    if (!row) return { outcome: "notFound" };
    await store.setMailboxSecrets(tx, row.id, secrets);
    await revokeSessions(tx, { mailboxId: row.id }, input.keepSession ?? null);
    await endDeviceLinks(tx, row.id, new Date());
    await endSessions(tx, actor, row, "Password changed");
    await auditMailbox(tx, actor, "mailbox.setPassword", row);
    return { outcome: "done", address: addressOf(row) };
  });
}

const endSessions = (tx: Db, actor: Actor, mailbox: Mailbox, reason: string): Promise<string> =>
  enqueue(
    tx,
    dropSessions,
    { mailboxId: mailbox.id, reason },
    askedBy(actor, {
      subject: addressOf(mailbox),
      domainId: mailbox.domainId,
      mailboxId: mailbox.id,
    }),
  );

function auditMailbox(
  tx: Db,
  actor: Actor,
  action: string,
  mailbox: Mailbox,
  changes?: AuditLine["changes"],
): Promise<void> {
  const line = { action, subject: addressOf(mailbox), domainId: mailbox.domainId };
  return audit(tx, actor, { ...line, ...(changes && { changes }) });
}

export type MailboxOutcome = "done" | "notFound";

/** It keeps its mail and stops receiving; nobody signs in with it. */
export function suspendMailbox(
  ctx: ServiceContext,
  actor: Actor,
  { mailboxId }: MailboxRef,
): Promise<MailboxOutcome> {
  return transact(ctx, async (tx) => {
    const mailbox = await allowed(tx, actor, "mailbox.suspend", mailboxId);
    if (!mailbox) return "notFound";
    if (mailbox.suspended) return "done";
    await store.setSuspended(tx, mailbox.id, new Date());
    await revokeSessions(tx, { mailboxId: mailbox.id });
    await endSessions(tx, actor, mailbox, "Mailbox suspended");
    await auditMailbox(tx, actor, "mailbox.suspend", mailbox);
    return "done";
  });
}

export function resumeMailbox(
  ctx: ServiceContext,
  actor: Actor,
  { mailboxId }: MailboxRef,
): Promise<MailboxOutcome> {
  return transact(ctx, async (tx) => {
    const mailbox = await allowed(tx, actor, "mailbox.suspend", mailboxId);
    if (!mailbox) return "notFound";
    if (!mailbox.suspended) return "done";
    await store.setSuspended(tx, mailbox.id, null);
    await auditMailbox(tx, actor, "mailbox.resume", mailbox);
    return "done";
  });
}

const LIMITS = ["quotaBytes", "quotaMessages"] as const;

/** What is kept already stays, also above a limit. A limit that is not given stays as it is. */
export function setMailboxLimits(
  ctx: ServiceContext,
  actor: Actor,
  { mailboxId, quotaGib, quotaMessages }: MailboxRef & Partial<MailboxLimits>,
): Promise<MailboxOutcome> {
  return transact(ctx, async (tx) => {
    const mailbox = await allowed(tx, actor, "mailbox.setLimits", mailboxId);
    if (!mailbox) return "notFound";
    const after = {
      quotaBytes: quotaGib === undefined ? mailbox.quotaBytes : quotaBytes(quotaGib),
      quotaMessages: quotaMessages === undefined ? mailbox.quotaMessages : quotaMessages,
    };
    const changed = LIMITS.filter((name) => after[name] !== mailbox[name]);
    if (changed.length === 0) return "done";
    await store.setLimits(tx, mailbox.id, after);
    const changes = changed.map((name) => [name, [mailbox[name], after[name]]] as const);
    await auditMailbox(tx, actor, "mailbox.setLimits", mailbox, Object.fromEntries(changes));
    return "done";
  });
}

/** What IMAP does not offer the mailbox; its sessions end, so that its clients see it at once. */
export function setImapDenied(
  ctx: ServiceContext,
  actor: Actor,
  { mailboxId, denied }: MailboxRef & { readonly denied: readonly DeniableCapability[] },
): Promise<MailboxOutcome> {
  return transact(ctx, async (tx) => {
    const mailbox = await allowed(tx, actor, "mailbox.denyImap", mailboxId);
    if (!mailbox) return "notFound";
    const before = mailbox.imapDenied;
    const after = DENIABLE.filter((name) => denied.includes(name));
    if (after.join() === before.join()) return "done";
    await store.setImapDenied(tx, mailbox.id, after);
    await endSessions(tx, actor, mailbox, "What IMAP offers you has changed");
    await auditMailbox(tx, actor, "mailbox.denyImap", mailbox, { denied: [before, after] });
    return "done";
  });
}

export type JobAskedOutcome =
  { readonly outcome: "done"; readonly jobId: string } | { readonly outcome: "notFound" };

/** Ends every IMAP, POP3, SMTP and console session; the passwords stay as they are. */
export function signOutAllDevices(
  ctx: ServiceContext,
  actor: Actor,
  { mailboxId, keepSession }: MailboxRef & { keepSession?: string | null },
): Promise<JobAskedOutcome> {
  return transact(ctx, async (tx) => {
    const mailbox = await allowed(tx, actor, "mailbox.signOut", mailboxId);
    if (!mailbox) return { outcome: "notFound" };
    await revokeSessions(tx, { mailboxId: mailbox.id }, keepSession ?? null);
    const jobId = await endSessions(tx, actor, mailbox, "Signed out by request");
    await auditMailbox(tx, actor, "mailbox.signOut", mailbox);
    return { outcome: "done", jobId };
  });
}
