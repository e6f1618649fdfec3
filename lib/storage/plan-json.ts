/**
 * The lists of a plan (lib/mail/dns/plan.ts) as they come back from their JSON columns. Only engine/publish
 * writes them; lists that are only shown are empty when another version wrote them in another shape.
 */
import { z } from "zod";
import { SET_TYPES } from "../mail/dns/record-sets.ts";
import { toReason } from "./dns-credential-list.ts";

const Values = z.object({ ttl: z.number(), values: z.array(z.string()) }).nullable();
const head = {
  name: z.string(),
  type: z.enum(SET_TYPES),
  records: z.array(z.string()).default([]),
};
const reason = z.unknown().optional().transform(toReason);

/** Never passed over: what would be written must be what is shown. */
const Changes = z.array(z.object({ ...head, before: Values, after: Values, reason }));
const Kept = z.array(z.object({ ...head, ttl: z.number(), values: z.array(z.string()) })).catch([]);
const Problems = z
  .array(z.object({ ...head, reason }))
  .transform((list) =>
    list.flatMap(({ reason: why, ...rest }) => (why ? [{ ...rest, reason: why }] : [])),
  )
  .catch([]);

export const PlanJson = z.object({
  changes: Changes,
  questions: Changes.catch([]),
  kept: Kept,
  problems: Problems,
});
