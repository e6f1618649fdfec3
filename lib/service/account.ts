/** What signed-in people change about themselves: password, language. */
import { hashPassword, verifyPassword } from "../mail/password.ts";
import { passwordProblem, type PasswordProblem } from "../mail/password-policy.ts";
import type { ChangePassword } from "../schemas/forms.ts";
import { findMailboxSecret } from "../storage/mailboxes.ts";
import { revokeSessions } from "../storage/sessions.ts";
import { findUserSecret, setUserLocale, setUserPasswordHash } from "../storage/users.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { setMailboxPassword } from "./mailboxes.ts";
import type { SignedIn } from "./sign-in.ts";
import { Throttle } from "./throttle.ts";

export type ChangePasswordOutcome =
  | { readonly outcome: "done" | "wrongPassword" }
  | { readonly outcome: "wait"; readonly seconds: number }
  | { readonly outcome: "badPassword"; readonly problem: PasswordProblem };

/** An open session is no licence to find out the password. */
const guesses = new Throttle();

/** Asks for the present password again; other browsers and devices are signed out. */
export async function changeOwnPassword(
  ctx: ServiceContext,
  me: SignedIn,
  input: ChangePassword,
): Promise<ChangePasswordOutcome> {
  const { actor } = me;
  const problem = passwordProblem(input.password, actor.name);
  if (problem !== null) return { outcome: "badPassword", problem };
  const wait = guesses.waitFor(actor.name, null, Date.now());
  if (wait > 0) return { outcome: "wait", seconds: Math.ceil(wait / 1000) };
  guesses.failed(actor.name, null, Date.now()); // until it is known to be right
  const kept = await ownHash(ctx, me);
  if (kept === null || !(await verifyPassword(input.current, kept)))
    return { outcome: "wrongPassword" };
  guesses.succeeded(actor.name, null);
  return actor.mailbox
    ? changeMailbox(ctx, me, actor.mailbox.id, input.password)
    : changeUser(ctx, me, input.password);
}

async function ownHash(ctx: ServiceContext, { actor }: SignedIn): Promise<string | null> {
  if (!actor.mailbox) return (await findUserSecret(ctx.prisma, actor.name))?.passwordHash ?? null;
  const at = actor.name.lastIndexOf("@");
  const [local, domain] = [actor.name.slice(0, at), actor.name.slice(at + 1)];
  return (await findMailboxSecret(ctx.prisma, domain, local))?.passwordHash ?? null;
}

async function changeMailbox(
  ctx: ServiceContext,
  { actor, session }: SignedIn,
  mailboxId: string,
  password: string,
): Promise<ChangePasswordOutcome> {
  const input = { mailboxId, password, keepSession: session.id, presentKnown: true };
  const result = await setMailboxPassword(ctx, actor, input);
  return result.outcome === "notFound" ? { outcome: "wrongPassword" } : result;
}

async function changeUser(
  ctx: ServiceContext,
  { actor, session }: SignedIn,
  password: string,
): Promise<ChangePasswordOutcome> {
  const userId = session.userId;
  if (userId === null) return { outcome: "wrongPassword" };
  const hash = await hashPassword(password);
  return transact(ctx, async (tx) => {
    await setUserPasswordHash(tx, userId, hash);
    await revokeSessions(tx, { userId }, session.id);
    await audit(tx, actor, { action: "account.setPassword", subject: actor.name });
    return { outcome: "done" };
  });
}

/** Remembered with the account; a mailbox has only its cookie. */
export async function setOwnLanguage(
  ctx: ServiceContext,
  { session }: SignedIn,
  locale: "en" | "zh",
): Promise<void> {
  if (session.userId !== null) await setUserLocale(ctx.prisma, session.userId, locale);
}
