/** The table of contents of snippets: the same records, written for other tools. No secret is ever in them. */
import { cloudflareSnippet, terraformSnippet } from "./cloudflare.ts";
import { dnscontrolSnippet } from "./dnscontrol.ts";
import { nsupdateSnippet } from "./nsupdate.ts";
import { octodnsSnippet } from "./octodns.ts";
import { desecSnippet, powerdnsSnippet } from "./rest.ts";
import { route53Snippet } from "./route53.ts";
import type { SnippetInput } from "./sets.ts";

export const SNIPPETS = {
  nsupdate: nsupdateSnippet,
  cloudflare: cloudflareSnippet,
  terraform: terraformSnippet,
  route53: route53Snippet,
  desec: desecSnippet,
  powerdns: powerdnsSnippet,
  octodns: octodnsSnippet,
  dnscontrol: dnscontrolSnippet,
} as const satisfies Record<string, (input: SnippetInput) => string>;

export type SnippetName = keyof typeof SNIPPETS;
export const SNIPPET_NAMES: readonly SnippetName[] = [
  ...(["nsupdate", "cloudflare", "terraform", "route53"] as const),
  ...(["desec", "powerdns", "octodns", "dnscontrol"] as const),
];
