/** Ends the live sessions that signed in by one app password. Running it twice ends nothing twice. */
import { z } from "zod";
import { defineJob } from "../job.ts";

export const dropAppSessions = defineJob({
  kind: "app-password.drop-sessions.v1",
  maxAttempts: 5,
  payload: z.object({ mailboxId: z.uuid(), appPasswordId: z.uuid(), reason: z.string().max(200) }),
});
