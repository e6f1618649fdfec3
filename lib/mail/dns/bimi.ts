/**
 * BIMI assertion record: draft-brand-indicators-for-message-identification §4. "v=BIMI1; l=<https URL>; a=<https
 * URL>"; an empty l declines. Unknown tags are passed over.
 */
import { parseTags } from "./tag-list.ts";
import type { BimiSettings } from "./settings.ts";

export function bimiText({ location, authority }: BimiSettings): string {
  return `v=BIMI1; l=${location};${authority === undefined ? "" : ` a=${authority};`}`;
}

export type ParsedBimi =
  | { readonly location: string; readonly authority: string; readonly problem: null }
  | { readonly problem: string };

export function parseBimi(text: string): ParsedBimi {
  const tags = parseTags(text);
  if (tags === null) return { problem: "grammar" };
  if (tags.entries[0]?.name !== "v" || tags.get("v") !== "BIMI1") return { problem: "v" };
  const location = tags.get("l");
  const authority = tags.get("a") ?? "";
  if (location === undefined) return { problem: "l" };
  if (location !== "" && !isHttps(location)) return { problem: `l=${location}` };
  if (authority !== "" && !isHttps(authority)) return { problem: `a=${authority}` };
  return { location, authority, problem: null };
}

const isHttps = (url: string) => /^https:\/\/[^\s;,]+$/i.test(url);
