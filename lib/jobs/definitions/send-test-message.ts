/**
 * Writes a short message from an address of ours to any address, the way a submitted message goes:
 * stored when the recipient is here, signed and queued when it is elsewhere. The job's id is the
 * message's trace id, so running it twice sends it once.
 */
import { z } from "zod";
import { defineJob } from "../job.ts";

export const sendTestMessage = defineJob({
  kind: "mail.send-test.v1",
  maxAttempts: 3,
  payload: z.object({
    from: z.email().max(320),
    to: z.email().max(320),
    language: z.enum(["en", "zh"]),
  }),
});
