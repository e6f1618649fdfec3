/** Reading the TXT record that announces an MTA-STS policy: RFC 8461 §3.1. Extensions are passed over. */
import { parseTags } from "./tag-list.ts";

export type ParsedSts =
  { readonly id: string; readonly problem: null } | { readonly id: null; readonly problem: string };

/** Others at the name are discarded (§3.1). */
export const isSts = (text: string) => /^v=STSv1[ \t]*(?:;|$)/.test(text);

const ID = /^[A-Za-z0-9]{1,32}$/;

export function parseStsRecord(text: string): ParsedSts {
  const tags = parseTags(text);
  if (tags === null || !isSts(text)) return { id: null, problem: "v" };
  const id = tags.get("id");
  if (id === undefined) return { id: null, problem: "id" };
  return ID.test(id) ? { id, problem: null } : { id: null, problem: `id=${id}` };
}
