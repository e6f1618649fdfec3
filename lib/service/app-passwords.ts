/**
 * App passwords: made by a mailbox for its own devices, or on the server's command line; seen and revoked
 * also by those who look after its domain, who never see one. The password itself is answered once, by
 * the call that makes it. A change of the mailbox's own password leaves them as they are.
 */
import { dropAppSessions } from "../jobs/definitions/drop-app-sessions.ts";
import { enqueue } from "../jobs/job.ts";
import { APP_PASSWORD_CONTEXT, newAppPassword } from "../mail/app-password.ts";
import type { AppPasswordRef, NewAppPassword } from "../schemas/clients.ts";
import * as store from "../storage/app-passwords.ts";
import type { AppPassword } from "../storage/app-passwords.ts";
import type { Db } from "../storage/client.ts";
import { findMailbox, type Mailbox } from "../storage/mailboxes.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { askedBy } from "./job-origin.ts";
import { addressOf } from "./mailboxes.ts";
import { proveOwnPassword, type ProofOutcome } from "./own-password.ts";
import { can } from "./permissions.ts";
import type { SignedIn } from "./sign-in.ts";

/** A person has a dozen devices; a program that makes one per run shall notice. */
export const MAX_APP_PASSWORDS = 50;
const DAY_MS = 86_400_000;

export interface AppPasswordList {
  readonly rows: readonly AppPassword[];
  readonly mayCreate: boolean;
  readonly mayRevoke: boolean;
}

export async function listAppPasswords(
  ctx: ServiceContext,
  actor: Actor,
  mailboxId: string,
): Promise<AppPasswordList | null> {
  const mailbox = await findMailbox(ctx.prisma, mailboxId);
  if (!mailbox || !can(actor, "mailbox.read", mailbox.domainId, mailbox.id)) return null;
  const { id, domainId } = mailbox;
  return {
    rows: await store.listAppPasswords(ctx.prisma, id),
    mayCreate: can(actor, "appPassword.create", domainId, id),
    mayRevoke: can(actor, "appPassword.revoke", domainId, id),
  };
}

export type CreateAppPasswordOutcome =
  | { readonly outcome: "done"; readonly appPasswordId: string; readonly password: string }
  | { readonly outcome: "notFound" | "tooMany" };

export function createAppPassword(
  ctx: ServiceContext,
  actor: Actor,
  input: NewAppPassword & { readonly mailboxId: string },
): Promise<CreateAppPasswordOutcome> {
  return transact<CreateAppPasswordOutcome>(ctx, async (tx) => {
    const mailbox = await findMailbox(tx, input.mailboxId);
    if (!mailbox || !can(actor, "appPassword.create", mailbox.domainId, mailbox.id))
      return { outcome: "notFound" };
    return insertAppPassword(ctx, tx, { actor, mailbox, input });
  });
}

/** Until the transaction ends nobody else adds one to the mailbox. */
export async function hasRoomForAppPassword(tx: Db, mailboxId: string): Promise<boolean> {
  return (await store.lockAndCountAppPasswords(tx, mailboxId)) < MAX_APP_PASSWORDS;
}

interface Insert {
  readonly actor: Actor;
  readonly mailbox: Mailbox;
  readonly input: NewAppPassword;
}

/** The caller has authorised `actor`. */
export async function insertAppPassword(
  { secrets }: ServiceContext,
  tx: Db,
  { actor, mailbox, input: { name, protocols, days } }: Insert,
): Promise<CreateAppPasswordOutcome> {
  if (!(await hasRoomForAppPassword(tx, mailbox.id))) return { outcome: "tooMany" };
  const password = newAppPassword();
  const lookup = secrets.fingerprint(password, APP_PASSWORD_CONTEXT);
  const expiresAt = days === null ? null : new Date(Date.now() + days * DAY_MS);
  const row = { mailboxId: mailbox.id, name, protocols, expiresAt, lookup };
  const appPasswordId = await store.createAppPassword(tx, row);
  await audit(tx, actor, {
    action: "appPassword.create",
    subject: addressOf(mailbox),
    domainId: mailbox.domainId,
    changes: { name: [null, name], protocols: [null, protocols], expiresAt: [null, expiresAt] },
  });
  return { outcome: "done", appPasswordId, password };
}

export type CreateOwnOutcome =
  CreateAppPasswordOutcome | Exclude<ProofOutcome, { outcome: "known" }>;

/** For the signed-in mailbox, which must have shown that it knows its present password. */
export async function createOwnAppPassword(
  ctx: ServiceContext,
  me: SignedIn,
  { current, ...input }: NewAppPassword & { readonly current: string },
): Promise<CreateOwnOutcome | { readonly outcome: "wrongPassword" }> {
  const { mailbox } = me.actor;
  if (!mailbox) return { outcome: "notFound" };
  const proof = await proveOwnPassword(ctx, me, current);
  if (proof.outcome === "wait") return proof;
  if (proof.outcome !== "known") return { outcome: "wrongPassword" };
  return createAppPassword(ctx, me.actor, { ...input, mailboxId: mailbox.id });
}

/** Whoever uses it is signed out at once, and nobody else. */
export function revokeAppPassword(
  ctx: ServiceContext,
  actor: Actor,
  { appPasswordId }: AppPasswordRef,
): Promise<"done" | "notFound"> {
  return transact(ctx, async (tx) => {
    const row = await store.findAppPassword(tx, appPasswordId);
    const mailbox = row && (await findMailbox(tx, row.mailboxId));
    if (!row || !mailbox || !can(actor, "appPassword.revoke", mailbox.domainId, mailbox.id))
      return "notFound";
    if (!(await store.setAppPasswordRevoked(tx, row.id, new Date()))) return "done";
    await endSessions(tx, actor, { mailbox, row });
    await audit(tx, actor, {
      action: "appPassword.revoke",
      subject: addressOf(mailbox),
      domainId: mailbox.domainId,
      changes: { name: [row.name, null] },
    });
    return "done";
  });
}

const endSessions = (
  tx: Db,
  actor: Actor,
  { mailbox, row }: { mailbox: Mailbox; row: AppPassword },
): Promise<string> =>
  enqueue(
    tx,
    dropAppSessions,
    { mailboxId: mailbox.id, appPasswordId: row.id, reason: "App password revoked" },
    askedBy(actor, {
      subject: `${addressOf(mailbox)} · ${row.name}`,
      domainId: mailbox.domainId,
      mailboxId: mailbox.id,
    }),
  );
