/** App passwords: one's own, and those of a mailbox that one looks after. */
import "server-only";
import { groupsOf } from "@/lib/mail/app-password.ts";
import type { AppPasswordRef, NewAppPassword } from "@/lib/schemas/clients.ts";
import { Id } from "@/lib/schemas/fields.ts";
import * as service from "@/lib/service/app-passwords.ts";
import { runtime } from "./service.ts";
import { requireActor, requireSignedIn } from "./session.ts";

/** Null when there is no such mailbox, or none of this person's business. */
export async function getAppPasswordsView(mailboxId: string) {
  const actor = await requireActor();
  const id = Id.safeParse(mailboxId);
  const list = id.success && (await service.listAppPasswords(runtime().service, actor, id.data));
  if (!list) return null;
  const now = new Date();
  const { mayCreate, mayRevoke } = list;
  const rows = list.rows.map(({ mailboxId: _, ...row }) => ({
    ...row,
    expired: row.expiresAt !== null && row.expiresAt <= now,
  }));
  return { rows, mayRevoke, mayCreate: mayCreate && actor.mailbox?.id === mailboxId };
}

export type AppPasswordRow = NonNullable<
  Awaited<ReturnType<typeof getAppPasswordsView>>
>["rows"][number];

/** The password comes back in its groups, once. */
export async function addOwnAppPassword(input: NewAppPassword & { readonly current: string }) {
  const me = await requireSignedIn();
  const result = await service.createOwnAppPassword(runtime().service, me, input);
  if (result.outcome !== "done") return result;
  return { ...result, groups: groupsOf(result.password) };
}

export const MAX_APP_PASSWORDS = service.MAX_APP_PASSWORDS;

export const revokeAppPassword = async (input: AppPasswordRef) =>
  service.revokeAppPassword(runtime().service, await requireActor(), input);
