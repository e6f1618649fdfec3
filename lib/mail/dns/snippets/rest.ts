/** deSEC and PowerDNS: requests that replace whole sets, for curl. */
import { toPresentation } from "../presentation.ts";
import { dotted, hereJson, relative, type SnippetInput } from "./sets.ts";

/** desec.readthedocs.io, "Bulk operations": the apex is "". */
export function desecSnippet({ zone, sets }: SnippetInput): string {
  const body = sets.map(({ name, type, ttl, values }) => ({
    ...{ subname: relative(name, zone, ""), type, ttl },
    records: values.map((value) => toPresentation(type, value)),
  }));
  return [
    `# export DESEC_TOKEN=…`,
    `curl --fail-with-body -X PATCH "https://desec.io/api/v1/domains/${zone}/rrsets/" \\`,
    `  -H "Authorization: Token $DESEC_TOKEN" \\`,
    `  -H "Content-Type: application/json" --data @- ${hereJson(body)}`,
  ].join("\n");
}

/** doc.powerdns.com/authoritative/http-api/zone.html: names and contents in full, with their dots. */
export function powerdnsSnippet({ zone, sets }: SnippetInput): string {
  const rrsets = sets.map(({ name, type, ttl, values }) => ({
    ...{ name: dotted(name), type, ttl, changetype: "REPLACE" },
    records: values.map((value) => ({ content: toPresentation(type, value), disabled: false })),
  }));
  return [
    `# export PDNS_API_KEY=…`,
    `curl --fail-with-body -X PATCH \\`,
    `  "http://127.0.0.1:8081/api/v1/servers/localhost/zones/${dotted(zone)}" \\`,
    `  -H "X-API-Key: $PDNS_API_KEY" \\`,
    `  -H "Content-Type: application/json" --data @- ${hereJson({ rrsets })}`,
  ].join("\n");
}
