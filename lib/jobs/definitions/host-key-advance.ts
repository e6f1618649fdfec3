/** Looks at the host's TLSA now and moves the host's keys on; twice moves them no further. */
import { z } from "zod";
import { defineJob } from "../job.ts";

export const hostKeyAdvance = defineJob({
  kind: "host-key.advance.v1",
  maxAttempts: 3,
  payload: z.object({}),
});
