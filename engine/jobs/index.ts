/** The table of contents of background work: one handler per definition in lib/jobs/definitions. */
import { dropSessionsHandler } from "./drop-sessions.ts";
import type { JobHandler } from "./handler.ts";
import { sendTestMessageHandler } from "./send-test-message.ts";

export const JOB_HANDLERS: readonly JobHandler[] = [dropSessionsHandler, sendTestMessageHandler];
