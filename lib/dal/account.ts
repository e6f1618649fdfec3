/** One's own account: sessions, password, language. */
import "server-only";
import type { ChangePassword } from "@/lib/schemas/forms.ts";
import type { Locale } from "@/lib/i18n/translate.ts";
import * as account from "@/lib/service/account.ts";
import { endSession, listSessions } from "@/lib/service/sign-in.ts";
import { setPreferences, type Theme } from "./preferences.ts";
import { runtime } from "./service.ts";
import { requireSignedIn } from "./session.ts";

export async function getAccountView() {
  const me = await requireSignedIn();
  const sessions = await listSessions(runtime().service, me);
  return {
    name: me.displayName,
    address: me.actor.name,
    sessions: sessions.map((row) => ({
      id: row.id,
      current: row.id === me.session.id,
      createdAt: row.createdAt,
      lastSeenAt: row.lastSeenAt,
      remoteIp: row.remoteIp,
      userAgent: row.userAgent,
    })),
  };
}

export const changePassword = async (input: ChangePassword) =>
  account.changeOwnPassword(runtime().service, await requireSignedIn(), input);

export const endOtherSession = async (sessionId: string) =>
  endSession(runtime().service, await requireSignedIn(), sessionId);

export async function saveAppearance(language: Locale, theme: Theme): Promise<void> {
  const me = await requireSignedIn();
  await account.setOwnLanguage(runtime().service, me, language);
  await setPreferences({ language, theme });
}
