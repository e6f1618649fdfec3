/** Asks DNS about a domain that somebody wants to add. Changes nothing. */
import { z } from "zod";
import type { DomainSurvey } from "../../mail/dns/survey.ts";
import { defineJob } from "../job.ts";

export const domainSurvey = defineJob({
  kind: "domain.survey.v1",
  maxAttempts: 2,
  payload: z.object({ name: z.string() }),
});

const asked = <T extends z.ZodType>(record: T) =>
  z.union([
    z.object({ answered: z.literal(true), records: z.array(record), ttl: z.number() }),
    z.object({ answered: z.literal(false), rcode: z.string() }),
  ]);

/** The job's result. */
export const SurveyResult: z.ZodType<DomainSurvey> = z.object({
  name: z.string(),
  apex: z.string().nullable(),
  exists: z.boolean().nullable(),
  servers: z.array(z.string()),
  security: z.enum(["signed", "unsigned", "bogus", "unknown"]),
  mx: asked(z.object({ preference: z.number(), exchange: z.string() })),
  spf: asked(z.string()),
  dmarc: asked(z.string()),
  spfPasses: z.boolean().nullable(),
});
