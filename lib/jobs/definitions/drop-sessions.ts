/** Ends every live IMAP, POP3 and SMTP session of a mailbox. Running it twice ends nothing twice. */
import { z } from "zod";
import { defineJob } from "../job.ts";

export const dropSessions = defineJob({
  kind: "mailbox.drop-sessions.v1",
  maxAttempts: 5,
  payload: z.object({ mailboxId: z.uuid(), reason: z.string().max(200) }),
});
