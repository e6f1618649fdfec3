/** Answers of a kept check (`dns_check.answers`), as far as keys need them; what has no shape is left out. */
import type { SeenAnswer } from "../../lib/mail/dns/key-sight.ts";
import type { Rcode } from "../../lib/mail/ports.ts";

const RCODES: readonly Rcode[] = ["NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT", "OTHER"];

export function seenAnswers(value: unknown): SeenAnswer[] {
  return Array.isArray(value) ? value.flatMap((item: unknown) => answerOf(item) ?? []) : [];
}

function answerOf(value: unknown): SeenAnswer | null {
  if (typeof value !== "object" || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  const [view, ttl, values] = [fields.get("view"), fields.get("ttl"), fields.get("values")];
  const rcode = RCODES.find((known) => known === fields.get("rcode"));
  if ((view !== "authority" && view !== "resolver") || rcode === undefined) return null;
  if (typeof ttl !== "number" || !Array.isArray(values)) return null;
  return { view, rcode, ttl, values: values.filter((text) => typeof text === "string") };
}
