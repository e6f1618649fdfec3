/**
 * A profile for one device by a link: whoever opens it may fetch, once and within a quarter of an hour, an
 * account with a fresh app password. Looking at the link changes nothing (programs that scan links look);
 * the app password is made when the profile is fetched. The token is all the right that the link needs, so
 * it is long, kept as a hash, and ends with a change of the mailbox's password.
 */
import type { NewDeviceLink } from "../schemas/clients.ts";
import * as store from "../storage/device-links.ts";
import { findMailbox, type Mailbox } from "../storage/mailboxes.ts";
import type { Db } from "../storage/client.ts";
import type { Actor } from "./actor.ts";
import { hasRoomForAppPassword, insertAppPassword } from "./app-passwords.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { hashOfLinkToken, newLinkToken } from "./link-token.ts";
import { addressOf } from "./mailboxes.ts";
import { proveOwnPassword, type ProofOutcome } from "./own-password.ts";
import { can } from "./permissions.ts";
import type { SignedIn } from "./sign-in.ts";

/** Long enough to find the phone and to unlock it. */
export const LINK_MS = 15 * 60_000;

export type CreateLinkOutcome =
  | {
      readonly outcome: "done";
      readonly linkId: string;
      readonly token: string;
      readonly expiresAt: Date;
    }
  | { readonly outcome: "notFound" | "wrongPassword" }
  | Extract<ProofOutcome, { outcome: "wait" }>;

/** For the signed-in mailbox, which must have shown that it knows its present password. */
export async function createDeviceLink(
  ctx: ServiceContext,
  me: SignedIn,
  { current, name }: NewDeviceLink & { readonly current: string },
): Promise<CreateLinkOutcome> {
  const { actor } = me;
  const own = actor.mailbox;
  if (!own || !can(actor, "appPassword.create", own.domainId, own.id))
    return { outcome: "notFound" };
  const proof = await proveOwnPassword(ctx, me, current);
  if (proof.outcome === "wait") return proof;
  if (proof.outcome !== "known") return { outcome: "wrongPassword" };
  const token = newLinkToken();
  const now = new Date();
  const expiresAt = new Date(now.getTime() + LINK_MS);
  return transact<CreateLinkOutcome>(ctx, async (tx) => {
    const link = { mailboxId: own.id, name, tokenHash: hashOfLinkToken(token), expiresAt };
    const linkId = await store.createDeviceLink(tx, link, now);
    await audit(tx, actor, {
      action: "deviceLink.create",
      subject: actor.name,
      domainId: own.domainId,
      changes: { name: [null, name] },
    });
    return { outcome: "done", linkId, token, expiresAt };
  });
}

export interface LinkView {
  readonly address: string;
  readonly name: string;
  readonly state: "open" | "used" | "expired";
}

/** What the page of the link says. Nothing is changed; null for a token that is none. */
export async function viewDeviceLink(
  ctx: ServiceContext,
  token: string,
  now = new Date(),
): Promise<LinkView | null> {
  const link = await store.findDeviceLink(ctx.prisma, hashOfLinkToken(token));
  const mailbox = link && (await usableMailbox(ctx.prisma, link.mailboxId));
  if (!link || !mailbox) return null;
  const state = link.usedAt !== null ? "used" : link.expiresAt <= now ? "expired" : "open";
  return { address: addressOf(mailbox), name: link.name, state };
}

async function usableMailbox(db: Db, mailboxId: string): Promise<Mailbox | null> {
  const mailbox = await findMailbox(db, mailboxId);
  return mailbox && !mailbox.suspended && !mailbox.domainDisabled ? mailbox : null;
}

export type RedeemOutcome =
  | { readonly outcome: "done"; readonly account: RedeemedAccount }
  | { readonly outcome: "notFound" | "gone" | "tooMany" };

export interface RedeemedAccount {
  readonly mailboxId: string;
  readonly address: string;
  readonly displayName: string;
  readonly password: string;
}

/** Uses the link up and makes the app password, both or neither. The second caller gets "gone". */
export function redeemDeviceLink(
  ctx: ServiceContext,
  token: string,
  remoteIp: string | null,
): Promise<RedeemOutcome> {
  return transact<RedeemOutcome>(ctx, async (tx) => {
    const known = await store.findDeviceLink(tx, hashOfLinkToken(token));
    const mailbox = known && (await usableMailbox(tx, known.mailboxId));
    if (!known || !mailbox) return { outcome: "notFound" };
    const now = new Date();
    if (known.usedAt !== null || known.expiresAt <= now) return { outcome: "gone" };
    // Asked before the link is taken: a refusal leaves it as it was, good for when there is room again.
    if (!(await hasRoomForAppPassword(tx, mailbox.id))) return { outcome: "tooMany" };
    const link = await store.takeDeviceLink(tx, hashOfLinkToken(token), now);
    if (!link) return { outcome: "gone" };
    const input = { name: link.name, protocols: ["imap", "smtp"] as const, days: null };
    const actor = holderOf(mailbox, remoteIp);
    const made = await insertAppPassword(ctx, tx, {
      actor,
      mailbox,
      input: { ...input, protocols: [...input.protocols] },
    });
    if (made.outcome !== "done") throw new Error("a mailbox had room and then had none");
    await store.setLinkAppPassword(tx, link.id, made.appPasswordId);
    const { id: mailboxId, displayName } = mailbox;
    const account = {
      mailboxId,
      address: addressOf(mailbox),
      displayName,
      password: made.password,
    };
    return { outcome: "done", account };
  });
}

/** Whoever holds the link acts as the mailbox that made it. */
function holderOf({ id, domainId, ...mailbox }: Mailbox, remoteIp: string | null): Actor {
  const name = addressOf(mailbox);
  return { kind: "mailbox", id, name, grants: [], mailbox: { id, domainId }, remoteIp };
}
