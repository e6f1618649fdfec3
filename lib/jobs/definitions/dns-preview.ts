/** Reads a domain's zone at its DNS host and works out what publishing would change. Changes nothing. */
import { z } from "zod";
import { defineJob } from "../job.ts";

export const dnsPreview = defineJob({
  kind: "dns.preview.v1",
  maxAttempts: 2,
  payload: z.object({ publicationId: z.uuid() }),
});
