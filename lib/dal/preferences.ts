/** Language and theme: the cookie, then the account, then the browser. Drawn by the server, no script. */
import "server-only";
import { cache } from "react";
import { cookies, headers } from "next/headers";
import {
  LOCALES,
  negotiate,
  translator,
  type Locale,
  type Translate,
} from "@/lib/i18n/translate.ts";
import { isSecure } from "./request.ts";
import { getSignedIn } from "./session.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

// Not "posthorn-…": next-auth takes every cookie that begins with its session's name for a part of it.
const LANGUAGE = "console-language";
const THEME = "console-theme";
const YEAR_SECONDS = 365 * 24 * 3600;

const asLocale = (value: string | null | undefined) => LOCALES.find((locale) => locale === value);

export const getLocale = cache(async (): Promise<Locale> => {
  const chosen = asLocale((await cookies()).get(LANGUAGE)?.value);
  if (chosen) return chosen;
  // Also the page that says that the database is gone needs a language.
  const account = asLocale((await getSignedIn().catch(() => null))?.locale);
  return account ?? negotiate((await headers()).get("accept-language"));
});

export const getTranslate = cache(async (): Promise<Translate> => translator(await getLocale()));

export async function getTheme(): Promise<Theme> {
  const value = (await cookies()).get(THEME)?.value;
  return THEMES.find((theme) => theme === value) ?? "system";
}

export async function setPreferences(chosen: { language: Locale; theme?: Theme }): Promise<void> {
  const secure = await isSecure();
  const options = {
    path: "/",
    sameSite: "lax",
    secure,
    httpOnly: true,
    maxAge: YEAR_SECONDS,
  } as const;
  const jar = await cookies();
  jar.set(LANGUAGE, chosen.language, options);
  if (chosen.theme) jar.set(THEME, chosen.theme, options);
}
