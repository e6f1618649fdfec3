/**
 * CAA property values: RFC 8659 §4.2 (issue, issuewild), with the parameters of RFC 8657. "issuer; a=b; c=d";
 * an empty issuer forbids everybody. A value that does not follow the grammar forbids everybody too (§4.2).
 */
import type { IssuerSettings } from "./settings.ts";

export interface CaaIssue {
  /** Lower case; "" permits nobody. */
  readonly issuer: string;
  /** By lower-case tag. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** §4.2: labels of letters, digits and hyphens. */
const ISSUER = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;
const TAG = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;
/** Printable ASCII without space and ";". */
const VALUE = /^[\x21-\x3a\x3c-\x7e]*$/;

/** Null: malformed, which is as if nobody were permitted. */
export function parseCaaIssue(text: string): CaaIssue | null {
  const [head = "", ...rest] = text.split(";").map((part) => part.trim());
  if (head !== "" && !ISSUER.test(head)) return null;
  const parameters = new Map<string, string>();
  for (const part of rest.filter((one) => one !== "")) {
    const at = part.indexOf("=");
    const tag = part.slice(0, Math.max(at, 0)).trim();
    const value = part.slice(at + 1).trim();
    if (at < 0 || !TAG.test(tag) || !VALUE.test(value)) return null;
    if (!parameters.has(tag.toLowerCase())) parameters.set(tag.toLowerCase(), value);
  }
  return { issuer: head.toLowerCase(), parameters };
}

/** What we publish. */
export function issuerText({ issuer, accountUri, validationMethods = [] }: IssuerSettings): string {
  const account = accountUri === undefined ? "" : `; accounturi=${accountUri}`;
  const methods =
    validationMethods.length === 0 ? "" : `; validationmethods=${validationMethods.join(",")}`;
  return `${issuer}${account}${methods}`;
}

export type CaaProblem =
  | { readonly kind: "issuer" }
  | { readonly kind: "account"; readonly found: string }
  | { readonly kind: "methods"; readonly found: string };

export interface CaaProperty {
  readonly flags: number;
  readonly tag: string;
  readonly value: string;
}

const CRITICAL = 0x80;
/** Those that an authority understands today. */
const KNOWN_TAGS: ReadonlySet<string> = new Set([
  ...["issue", "issuewild", "iodef", "issuemail", "issuevmc", "contactemail", "contactphone"],
]);

/** The critical property that nobody understands and that so forbids everybody (RFC 8659 §4.1, §4.5). */
export const strangeProperty = <T extends CaaProperty>(records: readonly T[]): T | undefined =>
  records.find(({ flags, tag }) => (flags & CRITICAL) !== 0 && !KNOWN_TAGS.has(tag.toLowerCase()));

/** Values of "issue"; where there is none, names without a wildcard are free to all (§4.2). */
export const issueValues = (records: readonly CaaProperty[]): string[] =>
  records.filter(({ tag }) => tag.toLowerCase() === "issue").map(({ value }) => value);

/** Whether that property lets the issuer issue to us; null: it does. */
export function whyNotIssued(text: string, ours: IssuerSettings): CaaProblem | null {
  const parsed = parseCaaIssue(text);
  if (parsed === null || parsed.issuer !== ours.issuer.toLowerCase()) return { kind: "issuer" };
  const account = parsed.parameters.get("accounturi");
  // RFC 8657 §3: the URIs are compared as they are.
  if (account !== undefined && ours.accountUri !== undefined && account !== ours.accountUri)
    return { kind: "account", found: account };
  const methods = parsed.parameters.get("validationmethods");
  const used = ours.validationMethods ?? [];
  const permitted = methods?.split(",").map((method) => method.trim().toLowerCase());
  const isShut = used.length > 0 && !used.some((method) => permitted?.includes(method) ?? true);
  return isShut ? { kind: "methods", found: methods ?? "" } : null;
}
