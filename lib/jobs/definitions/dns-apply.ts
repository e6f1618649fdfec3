/**
 * Applies exactly the change set that was previewed. What is done already is left alone, so running it
 * twice does it once; a zone that changed meanwhile is not touched.
 */
import { z } from "zod";
import { defineJob } from "../job.ts";

export const dnsApply = defineJob({
  kind: "dns.apply.v1",
  maxAttempts: 3,
  payload: z.object({ publicationId: z.uuid() }),
});
