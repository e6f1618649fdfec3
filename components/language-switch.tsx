import { LANGUAGE_TAG, LOCALES, type Locale } from "@/lib/i18n/translate.ts";

interface Props {
  /** An action, or the path that takes the form. */
  readonly action: ((form: FormData) => Promise<void>) | string;
  readonly current: Locale;
  readonly label: string;
  readonly names: Readonly<Record<Locale, string>>;
}

/** The other languages as buttons of a plain form: found by who cannot read the page. */
export function LanguageSwitch({ action, current, label, names }: Props) {
  return (
    <form
      action={action}
      method={typeof action === "string" ? "post" : undefined}
      aria-label={label}
      className="flex gap-1"
    >
      {LOCALES.filter((locale) => locale !== current).map((locale) => (
        <button
          key={locale}
          name="language"
          value={locale}
          lang={LANGUAGE_TAG[locale]}
          className="min-h-8 cursor-pointer rounded-md px-2 text-sm text-accent hover:bg-accent-wash"
        >
          {names[locale]}
        </button>
      ))}
    </form>
  );
}
