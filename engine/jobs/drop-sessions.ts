/** Work of lib/jobs/definitions/drop-sessions.ts: "Sign out all devices". */
import { dropSessions } from "../../lib/jobs/definitions/drop-sessions.ts";
import { MailError } from "../../lib/mail/errors.ts";
import { handle } from "./handler.ts";

export const dropSessionsHandler = handle(
  dropSessions,
  async ({ mailboxId, reason }, job, { control }) => {
    await job.progress(0, 1);
    const { sessions, answered, engines } = await control.dropSessions(mailboxId, reason);
    if (answered < engines) {
      // Tried again: an engine that is really gone loses its heartbeat within half a minute.
      throw new MailError(
        "unavailable",
        `${engines - answered} of ${engines} engines did not answer`,
      );
    }
    await job.log(`${sessions} sessions ended on ${answered} engines`);
    await job.progress(1, 1);
    return { sessions, engines };
  },
);
