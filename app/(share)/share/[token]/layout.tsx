import type { ReactNode } from "react";
import { Brand } from "@/components/brand.tsx";
import { LanguageSwitch } from "@/components/language-switch.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";

interface Props {
  readonly params: Promise<{ token: string }>;
  readonly children: ReactNode;
}

/** What strangers see who were sent a link: nothing here leads into the console. */
export default async function SharedLayout({ params, children }: Props) {
  const [t, { token }] = await Promise.all([getTranslate(), params]);
  return (
    <div className="mx-auto min-h-dvh w-full max-w-4xl px-4 py-6 sm:px-8">
      <header className="mb-8 flex items-center justify-between">
        <Brand name={t("app.name")} />
        <LanguageSwitch
          action={`/share/${token}/language`}
          current={t.locale}
          label={t("account.language")}
          names={{ en: t("account.language.en"), zh: t("account.language.zh") }}
        />
      </header>
      <main id="main" tabIndex={-1} className="outline-none">
        {children}
      </main>
    </div>
  );
}
