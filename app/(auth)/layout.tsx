import type { ReactNode } from "react";
import { Brand } from "@/components/brand.tsx";
import { LanguageSwitch } from "@/components/language-switch.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { setLanguageAction } from "./actions.ts";

export default async function AuthLayout({ children }: { children: ReactNode }) {
  const t = await getTranslate();
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-md flex-col px-4 py-8">
      <header className="mb-8 flex items-center justify-between">
        <Brand name={t("app.name")} />
        <LanguageSwitch
          action={setLanguageAction}
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
