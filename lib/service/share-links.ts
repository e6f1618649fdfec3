/**
 * "Send to a colleague": whoever opens the link sees a domain's records and what was seen of them, without an
 * account, for seven days, and can change nothing. A link rests on the right of who made it: when that person
 * is gone, disabled or no longer sees the domain, it has expired. Everybody who sees the domain sees its links
 * and may end them. What strangers try is counted like guesses at the
 * sign-in form, before anything is looked up.
 */
import { setViewed } from "../storage/dns-checks.ts";
import { findDomain, findDomainName } from "../storage/domains.ts";
import type { Db } from "../storage/client.ts";
import * as store from "../storage/share-links.ts";
import type { ShareLink } from "../storage/share-links.ts";
import { findUser } from "../storage/users.ts";
import { userActor, type Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { readDomainChecks, VIEWED_SECONDS, type DomainChecks } from "./dns-checks.ts";
import { hashOfLinkToken, newLinkToken } from "./link-token.ts";
import { can } from "./permissions.ts";
import { NETWORK, throttleOf } from "./throttle.ts";

export type { ShareLink };

/** Long enough for a colleague who is on holiday until Monday, short enough to be forgotten about. */
export const SHARE_DAYS = 7;
const SHARE_MS = SHARE_DAYS * 86_400_000;
/** Of one domain: a list that people can still look through. */
export const MAX_OPEN_LINKS = 20;

export interface ShareLinks {
  readonly name: string;
  /** Open ones, newest first. */
  readonly rows: readonly ShareLink[];
}

/** Null for who may not know of the domain. */
export async function listShareLinks(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
  now = new Date(),
): Promise<ShareLinks | null> {
  const domain = await findDomain(ctx.prisma, name);
  if (!domain || !can(actor, "dns.share", domain.id)) return null;
  return { name, rows: await liveLinks(ctx.prisma, domain.id, now) };
}

async function liveLinks(db: Db, domainId: string, now: Date): Promise<ShareLink[]> {
  const rows = await store.listOpenShareLinks(db, domainId, now);
  const makers = [...new Set(rows.map(({ createdById }) => createdById))];
  const may = await Promise.all(makers.map((id) => mayStillShare(db, id, domainId)));
  return rows.filter(({ createdById }) => may[makers.indexOf(createdById)]);
}

/** The maker of a link (null: the command line) would be given it now. */
async function mayStillShare(db: Db, id: string | null, domainId: string): Promise<boolean> {
  if (id === null) return true;
  const user = await findUser(db, id);
  if (!user || user.disabled) return false;
  return can(userActor(user, null), "dns.share", domainId);
}

export type CreateShareOutcome =
  | {
      readonly outcome: "done";
      readonly linkId: string;
      /** Answered this once. */
      readonly token: string;
      readonly expiresAt: Date;
    }
  | { readonly outcome: "notFound" | "tooMany" };

export function createShareLink(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
): Promise<CreateShareOutcome> {
  return transact<CreateShareOutcome>(ctx, async (tx) => {
    const domain = await findDomain(tx, name);
    if (!domain || !can(actor, "dns.share", domain.id)) return { outcome: "notFound" };
    const now = new Date();
    await store.lockShareLinks(tx, domain.id);
    const open = await liveLinks(tx, domain.id, now);
    if (open.length >= MAX_OPEN_LINKS) return { outcome: "tooMany" };
    const token = newLinkToken();
    const expiresAt = new Date(now.getTime() + SHARE_MS);
    const link = { domainId: domain.id, createdBy: actor.name, createdById: actor.id, expiresAt };
    const linkId = await store.createShareLink(
      tx,
      { ...link, tokenHash: hashOfLinkToken(token) },
      now,
    );
    await audit(tx, actor, {
      action: "dns.share",
      subject: domain.name,
      domainId: domain.id,
      changes: { link: [null, linkId], expiresAt: [null, expiresAt] },
    });
    return { outcome: "done", linkId, token, expiresAt };
  });
}

/** Ending one that has ended changes nothing. */
export function revokeShareLink(
  ctx: ServiceContext,
  actor: Actor,
  { linkId }: { readonly linkId: string },
): Promise<"done" | "notFound"> {
  return transact(ctx, async (tx) => {
    const link = await store.findShareLink(tx, linkId);
    if (!link || !can(actor, "dns.share", link.domainId)) return "notFound";
    if (!(await store.setShareLinkRevoked(tx, linkId, new Date()))) return "done";
    await audit(tx, actor, {
      action: "dns.unshare",
      subject: (await findDomainName(tx, link.domainId)) ?? "",
      domainId: link.domainId,
      changes: { link: [linkId, null], createdBy: [link.createdBy, null] },
    });
    return "done";
  });
}

const tries = throttleOf("share links by network", NETWORK);

export type OpenShareOutcome =
  | { readonly outcome: "done"; readonly checks: DomainChecks; readonly expiresAt: Date }
  /** Unknown, expired, revoked, made by somebody who could not make it now: one answer. */
  | { readonly outcome: "notFound" }
  | { readonly outcome: "wait"; readonly seconds: number };

/** For whoever holds the link. It counts as an open page of the domain, so the engine looks more often. */
export async function openShareLink(
  ctx: ServiceContext,
  token: string,
  { remoteIp, now = new Date() }: { readonly remoteIp: string | null; readonly now?: Date },
): Promise<OpenShareOutcome> {
  const wait = tries.waitFor("", remoteIp, now.getTime());
  if (wait > 0) return { outcome: "wait", seconds: Math.ceil(wait / 1000) };
  // Counted before it is known to be a guess: many at once are many.
  tries.failed("", remoteIp, now.getTime());
  const { prisma } = ctx;
  const link = await store.findOpenShareLink(prisma, hashOfLinkToken(token), now);
  const name = link && (await findDomainName(prisma, link.domainId));
  const domain = name && (await findDomain(prisma, name));
  if (!link || !domain || !(await mayStillShare(prisma, link.createdById, domain.id)))
    return { outcome: "notFound" };
  tries.undo("", remoteIp);
  await store.noteShareLinkUse(prisma, link.id, now);
  await setViewed(prisma, domain.id, VIEWED_SECONDS);
  const checks = await readDomainChecks(ctx, domain, { check: false, accept: false });
  return { outcome: "done", checks, expiresAt: link.expiresAt };
}
