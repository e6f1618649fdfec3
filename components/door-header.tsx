import { Brand } from "@/components/brand.tsx";
import { LanguageSwitch } from "@/components/language-switch.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Props {
  readonly t: Translate;
  /** Where a choice of language goes: an action, or the path that takes the form. */
  readonly language: ((form: FormData) => Promise<void>) | string;
}

/** Above pages for people who are not signed in. */
export function DoorHeader({ t, language }: Props) {
  return (
    <header className="mb-8 flex items-center justify-between">
      <Brand name={t("app.name")} />
      <LanguageSwitch
        action={language}
        current={t.locale}
        label={t("account.language")}
        names={{ en: t("account.language.en"), zh: t("account.language.zh") }}
      />
    </header>
  );
}
