/** The table of contents of background work: one handler per definition in lib/jobs/definitions. */
import { dropAppSessionsHandler } from "./drop-app-sessions.ts";
import { dropSessionsHandler } from "./drop-sessions.ts";
import type { JobHandler } from "./handler.ts";
import { sendTestMessageHandler } from "./send-test-message.ts";

export const JOB_HANDLERS: readonly JobHandler[] = [
  dropSessionsHandler,
  dropAppSessionsHandler,
  sendTestMessageHandler,
];
