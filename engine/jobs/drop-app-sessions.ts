/** Work of lib/jobs/definitions/drop-app-sessions.ts: an app password was revoked. */
import { dropAppSessions } from "../../lib/jobs/definitions/drop-app-sessions.ts";
import { finishDrop } from "./drop-sessions.ts";
import { handle } from "./handler.ts";

export const dropAppSessionsHandler = handle(
  dropAppSessions,
  async ({ mailboxId, reason, appPasswordId }, job, { control }) => {
    await job.progress(0, 1);
    return finishDrop(await control.dropSessions(mailboxId, reason, appPasswordId), job);
  },
);
