/** Puts back what a publication changed, unless somebody changed it since. */
import { z } from "zod";
import { defineJob } from "../job.ts";

export const dnsUndo = defineJob({
  kind: "dns.undo.v1",
  maxAttempts: 3,
  payload: z.object({ publicationId: z.uuid() }),
});
