/** The domain that a folder of an address names: the bar may hold its Unicode form, encoded. */
import { DomainName } from "./forms.ts";
import { segment as decoded } from "./query.ts";

/** A-labels; null: no name of a domain. */
export function domainIn(segment: string): string | null {
  return DomainName.safeParse(decoded(segment)).data ?? null;
}
