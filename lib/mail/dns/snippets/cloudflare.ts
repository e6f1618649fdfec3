/** Cloudflare: one request for curl, and resources for Terraform (cloudflare/cloudflare 5). */
import { cloudflareRecord, type CloudflareRecord } from "../cloudflare-record.ts";
import { hereJson, relative, type SnippetInput } from "./sets.ts";

const recordsOf = ({ sets }: SnippetInput): CloudflareRecord[] =>
  sets.flatMap(({ name, type, ttl, values }) =>
    values.map((value) => cloudflareRecord({ name, type, ttl }, value)),
  );

export function cloudflareSnippet(input: SnippetInput): string {
  return [
    `# export CLOUDFLARE_API_TOKEN=…   a token with "DNS edit" on ${input.zone}`,
    `# export ZONE_ID=…                from the zone's overview`,
    `curl --fail-with-body -X POST \\`,
    `  "https://api.cloudflare.com/client/v4/zones/$ZONE_ID/dns_records/batch" \\`,
    `  -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" \\`,
    `  -H "Content-Type: application/json" --data @- ${hereJson({ posts: recordsOf(input) })}`,
  ].join("\n");
}

export function terraformSnippet(input: SnippetInput): string {
  const taken = new Map<string, number>();
  const blocks = recordsOf(input).map((record) => {
    const label = resourceName(relative(record.name, input.zone, "apex"), record.type);
    const count = taken.get(label) ?? 0;
    taken.set(label, count + 1);
    return resource(count === 0 ? label : `${label}_${count + 1}`, record);
  });
  const head = `variable "cloudflare_zone_id" {\n  type = string\n}\n`;
  return [head, ...blocks].join("\n");
}

const resourceName = (name: string, type: string) =>
  `mail_${name}_${type}`.toLowerCase().replace(/[^a-z0-9]+/g, "_");

function resource(label: string, { data, ...record }: CloudflareRecord): string {
  const fields = [["zone_id", "var.cloudflare_zone_id"], ...entries(record)];
  return [
    `resource "cloudflare_dns_record" "${label}" {`,
    ...aligned("  ", fields),
    ...(data ? ["  data = {", ...aligned("    ", entries(data)), "  }"] : []),
    "}",
    "",
  ].join("\n");
}

const entries = (fields: object) => Object.entries(fields).map(([key, value]) => [key, hcl(value)]);

/** As `terraform fmt` has it. */
function aligned(indent: string, fields: readonly (readonly string[])[]): string[] {
  const width = Math.max(...fields.map(([key = ""]) => key.length));
  return fields.map(([key = "", value = ""]) => `${indent}${key.padEnd(width)} = ${value}`);
}

/** Strings of HCL are those of JSON, but for templates. */
const hcl = (value: unknown) => JSON.stringify(value).replace(/[$%](?=\{)/g, (sign) => sign + sign);
