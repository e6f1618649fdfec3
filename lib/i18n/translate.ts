/**
 * The message catalogue's engine: sentences with `{name}` and plurals `{n|one|other}`, where "#" inside
 * a form is the number itself. Numbers are written and plurals chosen by Intl in the reader's language.
 * Keys and parameters are checked by the compiler; nothing is ever concatenated.
 */
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export const LOCALES = ["en", "zh"] as const;
export type Locale = (typeof LOCALES)[number];

export type MessageKey = keyof typeof en;

/** The parameter names of a sentence, from its text. */
type NamesIn<Text extends string> = Text extends `${string}{${infer Slot}}${infer Rest}`
  ? (Slot extends `${infer Name}|${string}` ? Name : Slot) | NamesIn<Rest>
  : never;

export type Params<Key extends MessageKey> = Record<NamesIn<(typeof en)[Key]>, string | number>;

/** Nothing more to say for sentences without parameters. */
type Arguments<Key extends MessageKey> = [NamesIn<(typeof en)[Key]>] extends [never]
  ? []
  : [params: Params<Key>];

export interface Translate {
  <Key extends MessageKey>(key: Key, ...params: Arguments<Key>): string;
  readonly locale: Locale;
}

const CATALOGUES: Record<Locale, Record<MessageKey, string>> = { en, zh };

/** What `lang` says and Intl is asked with. */
export const LANGUAGE_TAG: Record<Locale, string> = { en: "en", zh: "zh-CN" };

const SLOT = /\{(\w+)(?:\|([^{}]*))?\}/g;

export function translator(locale: Locale): Translate {
  const tag = LANGUAGE_TAG[locale];
  const plural = new Intl.PluralRules(tag);
  const number = new Intl.NumberFormat(tag);
  const show = (value: string | number | undefined) =>
    typeof value === "number" ? number.format(value) : (value ?? "");
  const translate = (key: MessageKey, params: Record<string, string | number> = {}) =>
    CATALOGUES[locale][key].replace(SLOT, (_, name: string, forms?: string) => {
      const value = params[name];
      if (forms === undefined) return show(value);
      const all = forms.split("|");
      const form = plural.select(Number(value)) === "one" ? all[0] : all.at(-1);
      return (form ?? "").replaceAll("#", show(value));
    });
  return Object.assign(translate, { locale }) as Translate; // the generic signature narrows the parameters
}

/** A key that came as text (from a schema's refusal): its sentence, or a general one. */
export function translateKey(t: Translate, key: string): string {
  const known: Partial<Record<string, string>> = CATALOGUES[t.locale];
  return known[key] ?? CATALOGUES[t.locale]["error.field"];
}

/**
 * A key and parameters that came from a row (the reason of a check): its sentence, or null when this
 * version does not know it. Missing parameters are left empty.
 */
export function translateRow(
  t: Translate,
  key: string,
  params: Readonly<Record<string, string | number>>,
): string | null {
  if (!Object.hasOwn(CATALOGUES[t.locale], key)) return null;
  // The key is one of the catalogue; what its sentence needs was checked where the row was written.
  const say = t as (key: MessageKey, params: Readonly<Record<string, string | number>>) => string;
  return say(key as MessageKey, params);
}

/** The pieces of a sentence around its slots, for sentences that hold elements. */
export function pieces(locale: Locale, key: MessageKey): (string | { readonly slot: string })[] {
  const text = CATALOGUES[locale][key];
  const parts: (string | { slot: string })[] = [];
  let end = 0;
  for (const match of text.matchAll(SLOT)) {
    parts.push(text.slice(end, match.index), { slot: match[1] ?? "" });
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

/** The best of ours for an Accept-Language header (RFC 9110 §12.5.4). */
export function negotiate(header: string | null): Locale {
  const ranges = (header ?? "").split(",").map((range) => {
    const [tag = "", ...params] = range.trim().toLowerCase().split(";");
    const q = params.map((param) => /^\s*q=([\d.]+)\s*$/.exec(param)?.[1]).find(Boolean);
    return { tag, q: q === undefined ? 1 : Number(q) };
  });
  const best = ranges
    .filter(({ tag, q }) => q > 0 && LOCALES.some((locale) => tag.split("-")[0] === locale))
    .sort((a, b) => b.q - a.q)[0];
  return best?.tag.startsWith("zh") ? "zh" : "en";
}
