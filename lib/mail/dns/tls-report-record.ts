/** Reading a TLS-RPT record: RFC 8460 §3. Extensions are passed over. */
import { parseReportUris, type ReportUri } from "./report-uri.ts";
import { parseTags } from "./tag-list.ts";

export type ParsedTlsReports =
  | { readonly rua: readonly ReportUri[]; readonly problem: null }
  | { readonly rua: null; readonly problem: string };

/** Others at the name are discarded (§3). */
export const isTlsReports = (text: string) => /^v=TLSRPTv1[ \t]*(?:;|$)/.test(text);

export function parseTlsReports(text: string): ParsedTlsReports {
  const tags = parseTags(text);
  if (tags === null || !isTlsReports(text)) return { rua: null, problem: "v" };
  const value = tags.get("rua");
  if (value === undefined) return { rua: null, problem: "rua" };
  const { uris, bad } = parseReportUris(value);
  if (uris.length === 0 || bad.length > 0) return { rua: null, problem: `rua=${bad[0] ?? ""}` };
  return { rua: uris, problem: null };
}
