/** What signed-in people change about themselves: password, language. */
import { hashPassword } from "../mail/password.ts";
import { passwordProblem, type PasswordProblem } from "../mail/password-policy.ts";
import type { ChangePassword } from "../schemas/forms.ts";
import { revokeSessions } from "../storage/sessions.ts";
import { setUserLocale, setUserPasswordHash } from "../storage/users.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { setMailboxPassword } from "./mailboxes.ts";
import { proveOwnPassword } from "./own-password.ts";
import type { SignedIn } from "./sign-in.ts";

export type ChangePasswordOutcome =
  | { readonly outcome: "done" | "wrongPassword" }
  | { readonly outcome: "wait"; readonly seconds: number }
  | { readonly outcome: "badPassword"; readonly problem: PasswordProblem };

/** Asks for the present password again; other browsers and devices are signed out. */
export async function changeOwnPassword(
  ctx: ServiceContext,
  me: SignedIn,
  input: ChangePassword,
): Promise<ChangePasswordOutcome> {
  const { actor } = me;
  const problem = passwordProblem(input.password, actor.name);
  if (problem !== null) return { outcome: "badPassword", problem };
  const proof = await proveOwnPassword(ctx, me, input.current);
  if (proof.outcome === "wait") return proof;
  if (proof.outcome !== "known") return { outcome: "wrongPassword" };
  return actor.mailbox
    ? changeMailbox(ctx, me, actor.mailbox.id, input.password)
    : changeUser(ctx, me, input.password);
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
