/** Work of lib/jobs/definitions/drop-sessions.ts: "Sign out all devices". */
import { dropSessions } from "../../lib/jobs/definitions/drop-sessions.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { Dropped } from "./control.ts";
import { handle, type JobRun } from "./handler.ts";

export const dropSessionsHandler = handle(
  dropSessions,
  async ({ mailboxId, reason }, job, { control }) => {
    await job.progress(0, 1);
    return finishDrop(await control.dropSessions(mailboxId, reason), job);
  },
);

/** Done when every engine that is there has answered. */
export async function finishDrop({ sessions, answered, engines }: Dropped, job: JobRun) {
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
}
