/**
 * Knowing one's present password, asked for again before something that an open browser alone must not do:
 * changing it, making an app password, handing a profile to a device. Guessing is slowed down.
 */
import { verifyPassword } from "../mail/password.ts";
import { findMailboxSecret } from "../storage/mailboxes.ts";
import { findUserSecret } from "../storage/users.ts";
import type { ServiceContext } from "./context.ts";
import type { SignedIn } from "./sign-in.ts";
import { throttleOf } from "./throttle.ts";

export type ProofOutcome =
  | { readonly outcome: "known" | "wrongPassword" }
  | { readonly outcome: "wait"; readonly seconds: number };

const guesses = throttleOf("own password");

export async function proveOwnPassword(
  ctx: ServiceContext,
  me: SignedIn,
  current: string,
): Promise<ProofOutcome> {
  const { name } = me.actor;
  const wait = guesses.waitFor(name, null, Date.now());
  if (wait > 0) return { outcome: "wait", seconds: Math.ceil(wait / 1000) };
  guesses.failed(name, null, Date.now()); // until it is known to be right
  const kept = await ownHash(ctx, me);
  if (kept === null || !(await verifyPassword(current, kept))) return { outcome: "wrongPassword" };
  guesses.succeeded(name, null);
  return { outcome: "known" };
}

async function ownHash(ctx: ServiceContext, { actor }: SignedIn): Promise<string | null> {
  if (!actor.mailbox) return (await findUserSecret(ctx.prisma, actor.name))?.passwordHash ?? null;
  const at = actor.name.lastIndexOf("@");
  const [local, domain] = [actor.name.slice(0, at), actor.name.slice(at + 1)];
  return (await findMailboxSecret(ctx.prisma, domain, local))?.passwordHash ?? null;
}
