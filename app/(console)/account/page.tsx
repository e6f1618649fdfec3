import type { Metadata } from "next";
import { Badge } from "@/components/ui/badge.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm, FormField, UserName } from "@/components/ui/form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { formatAge } from "@/lib/i18n/format.ts";
import { LOCALES } from "@/lib/i18n/translate.ts";
import { getAccountView } from "@/lib/dal/account.ts";
import { getTheme, getTranslate } from "@/lib/dal/preferences.ts";
import { changePasswordAction, endSessionAction, saveAppearanceAction } from "./actions.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("account.title") }) };
}

const THEMES = ["system", "light", "dark"] as const;

export default async function AccountPage() {
  const [t, theme, view] = await Promise.all([getTranslate(), getTheme(), getAccountView()]);
  const now = new Date();
  const working = t("common.working");
  return (
    <>
      <PageHeader title={t("account.title")} lead={<bdi translate="no">{view.address}</bdi>} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card title={t("account.appearance")}>
          <ActionForm
            action={saveAppearanceAction}
            submit={t("common.save")}
            working={working}
            look="secondary"
          >
            <FormField
              name="language"
              label={t("account.language")}
              defaultValue={t.locale}
              options={LOCALES.map((value) => ({ value, text: t(`account.language.${value}`) }))}
            />
            <FormField
              name="theme"
              label={t("account.theme")}
              defaultValue={theme}
              options={THEMES.map((value) => ({ value, text: t(`account.theme.${value}`) }))}
            />
          </ActionForm>
        </Card>
        <Card title={t("account.password")}>
          <ActionForm
            action={changePasswordAction}
            submit={t("account.change")}
            working={working}
            look="secondary"
          >
            <UserName address={view.address} />
            <FormField
              name="current"
              label={t("account.current")}
              type="password"
              autoComplete="current-password"
              required
            />
            <FormField
              name="password"
              label={t("account.new")}
              hint={t("setup.passwordHint")}
              type="password"
              autoComplete="new-password"
              required
            />
          </ActionForm>
        </Card>
      </div>
      <div className="mt-5">
        <Card title={t("account.sessions")} flush>
          <ul className="border-t border-line">
            {view.sessions.map((row) => (
              <li
                key={row.id}
                className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-3 last:border-b-0 sm:px-5"
              >
                <div className="min-w-0">
                  <p className="wrap-anywhere">
                    {browserOf(row.userAgent) ?? t("account.unknownBrowser")}
                  </p>
                  <p className="text-sm text-soft">
                    {t("account.lastSeen", { age: formatAge(t.locale, row.lastSeenAt, now) })} ·{" "}
                    {t("account.signedIn", { age: formatAge(t.locale, row.createdAt, now) })} ·{" "}
                    <bdi translate="no">{row.remoteIp}</bdi>
                  </p>
                </div>
                {row.current ? (
                  <Badge tone="accent" glyph="dot">
                    {t("account.thisSession")}
                  </Badge>
                ) : (
                  <ActionForm
                    action={endSessionAction}
                    submit={t("account.endSession")}
                    working={working}
                    look="secondary"
                    row
                  >
                    <input type="hidden" name="sessionId" value={row.id} />
                  </ActionForm>
                )}
              </li>
            ))}
          </ul>
        </Card>
      </div>
    </>
  );
}

const BROWSERS = [
  /Edg\/(\d+)/,
  /Firefox\/(\d+)/,
  /Chrome\/(\d+)/,
  /Version\/(\d+).*Safari/,
] as const;
const NAMES = ["Edge", "Firefox", "Chrome", "Safari"] as const;
const SYSTEMS = ["iPhone", "iPad", "Android", "Windows", "Mac OS X", "Linux"];

/** "Firefox 142 · Linux": as much as a person needs to tell two of theirs apart. */
function browserOf(agent: string | null): string | null {
  const index = BROWSERS.findIndex((pattern) => pattern.test(agent ?? ""));
  const system = SYSTEMS.find((name) => agent?.includes(name));
  const name = NAMES[index];
  if (!name) return system ?? null;
  const version = BROWSERS[index]?.exec(agent ?? "")?.[1] ?? "";
  return [`${name} ${version}`.trim(), system].filter(Boolean).join(" · ");
}
