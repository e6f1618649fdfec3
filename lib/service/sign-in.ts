/**
 * Signing in to the console, for people with an account and for mailboxes. Unknown, disabled and wrong
 * look alike in words and in time: two hashes are always computed, real or not. Failures slow down the
 * next try (throttle.ts). A session is a row; whoever resolves a cookie asks that row.
 */
import { canonicalLocal, parseAddress, splitTag } from "../mail/address.ts";
import { verifyNobody, verifyPassword } from "../mail/password.ts";
import type { SignIn } from "../schemas/forms.ts";
import { findMailbox, findMailboxSecret } from "../storage/mailboxes.ts";
import * as sessions from "../storage/sessions.ts";
import type { Session, SessionOwner } from "../storage/sessions.ts";
import { findUser, findUserSecret } from "../storage/users.ts";
import { userActor, type Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { NETWORK, throttleOf } from "./throttle.ts";

/** Long enough for a working week, short enough that a forgotten browser forgets. */
const SESSION_MS = 7 * 24 * 3600_000;
/** The row is written at most this often: a page view is not worth a commit. */
const TOUCH_MS = 5 * 60_000;

const byAccount = throttleOf("sign-in by account");
const byNetwork = throttleOf("sign-in by network", NETWORK);
const ANYBODY = "";

export interface Visitor {
  readonly remoteIp: string | null;
  readonly userAgent: string | null;
}

export type SignInOutcome =
  | { readonly outcome: "done"; readonly sessionId: string }
  | { readonly outcome: "refused" }
  | { readonly outcome: "wait"; readonly seconds: number };

export async function signIn(
  ctx: ServiceContext,
  { address, password }: SignIn,
  { remoteIp, userAgent }: Visitor,
): Promise<SignInOutcome> {
  const now = Date.now();
  const account = accountOf(address);
  const wait = Math.max(
    byAccount.waitFor(account, remoteIp, now),
    byNetwork.waitFor(ANYBODY, remoteIp, now),
  );
  if (wait > 0) return { outcome: "wait", seconds: Math.ceil(wait / 1000) };
  // Counted before it is known: a thousand guesses at once must not all come in time.
  byAccount.failed(account, remoteIp, now);
  byNetwork.failed(ANYBODY, remoteIp, now);
  const proven = await authenticate(ctx, address, password);
  if (proven === null) return { outcome: "refused" };
  byAccount.succeeded(account, remoteIp);
  byNetwork.undo(ANYBODY, remoteIp);
  const expiresAt = new Date(Date.now() + SESSION_MS);
  const { owner, passwordHash } = proven;
  const session = { owner, expiresAt, remoteIp, userAgent: userAgent?.slice(0, 300) ?? null };
  return transact<SignInOutcome>(ctx, async (tx) => {
    // The password may have been changed, and all sessions ended, while the old one was verified.
    if ((await sessions.lockPasswordHash(tx, owner)) !== passwordHash)
      return { outcome: "refused" };
    return { outcome: "done", sessionId: await sessions.createSession(tx, session) };
  });
}

/** All spellings of an address that lead to one mailbox are one account: tags, case, the domain's script. */
function accountOf(address: string): string {
  const parsed = parseAddress(address);
  return parsed ? `${canonicalLocal(splitTag(parsed.local).base)}@${parsed.domain}` : address;
}

/** Whose password it is, or null. An account of the console comes before a mailbox of that address. */
async function authenticate(
  ctx: ServiceContext,
  address: string,
  password: string,
): Promise<{ owner: SessionOwner; passwordHash: string } | null> {
  const parsed = parseAddress(address);
  const local = parsed ? canonicalLocal(splitTag(parsed.local).base) : "";
  const [user, mailbox] = await Promise.all([
    findUserSecret(ctx.prisma, address),
    findMailboxSecret(ctx.prisma, parsed?.domain ?? "", local),
  ]);
  const [userMatches, mailboxMatches] = await Promise.all([
    user ? verifyPassword(password, user.passwordHash) : verifyNobody(password),
    mailbox ? verifyPassword(password, mailbox.passwordHash) : verifyNobody(password),
  ]);
  if (user && userMatches && !user.disabled) {
    return { owner: { userId: user.id }, passwordHash: user.passwordHash };
  }
  if (mailbox && mailboxMatches && !mailbox.suspended) {
    return { owner: { mailboxId: mailbox.id }, passwordHash: mailbox.passwordHash };
  }
  return null;
}

export interface SignedIn {
  readonly actor: Actor;
  readonly session: Session;
  readonly displayName: string;
  /** The account's language; null for a mailbox (its browser's counts). */
  readonly locale: string | null;
}

/** Who holds this session now; null when it does not count any more. Asked anew for every request. */
export async function resolveSession(
  ctx: ServiceContext,
  sessionId: string,
  remoteIp: string | null,
): Promise<SignedIn | null> {
  const now = new Date();
  const session = await sessions.findLiveSession(ctx.prisma, sessionId, now);
  if (!session) return null;
  const who = session.userId
    ? await asUser(ctx, session.userId, remoteIp)
    : await asMailbox(ctx, session.mailboxId ?? "", remoteIp);
  if (!who) return null;
  if (now.getTime() - session.lastSeenAt.getTime() > TOUCH_MS)
    await sessions.touchSession(ctx.prisma, session.id, now);
  return { ...who, session };
}

type Who = Omit<SignedIn, "session">;

async function asUser(ctx: ServiceContext, id: string, remoteIp: string | null) {
  const user = await findUser(ctx.prisma, id);
  if (!user || user.disabled) return null;
  const { locale, name } = user;
  const actor = userActor(user, remoteIp);
  return { actor, displayName: name, locale } satisfies Who;
}

async function asMailbox(ctx: ServiceContext, id: string, remoteIp: string | null) {
  const row = await findMailbox(ctx.prisma, id);
  if (!row || row.suspended || row.domainDisabled) return null;
  const name = `${row.localPart}@${row.domain}`;
  const mailbox = { id, domainId: row.domainId };
  const actor: Actor = { kind: "mailbox", id, name, grants: [], mailbox, remoteIp };
  return { actor, displayName: row.displayName || name, locale: null } satisfies Who;
}

export function ownerOf(session: Pick<Session, "userId" | "mailboxId">): SessionOwner {
  return session.userId ? { userId: session.userId } : { mailboxId: session.mailboxId ?? "" };
}

export async function signOut(ctx: ServiceContext, { session }: SignedIn): Promise<void> {
  await sessions.revokeSession(ctx.prisma, session.id, ownerOf(session));
}

/** One's own signed-in browsers. */
export function listSessions(ctx: ServiceContext, { session }: SignedIn): Promise<Session[]> {
  return sessions.listLiveSessions(ctx.prisma, ownerOf(session), new Date());
}

/** Ends one of one's own sessions; somebody else's is "notFound". */
export async function endSession(
  ctx: ServiceContext,
  { actor, session }: SignedIn,
  sessionId: string,
): Promise<"done" | "notFound"> {
  return transact(ctx, async (tx) => {
    if (!(await sessions.revokeSession(tx, sessionId, ownerOf(session)))) return "notFound";
    await audit(tx, actor, { action: "session.end", subject: actor.name });
    return "done";
  });
}
