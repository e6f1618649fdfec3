/** The table of contents of background work: one handler per definition in lib/jobs/definitions. */
import { acmeRegisterHandler } from "./acme-register.ts";
import { dropAppSessionsHandler } from "./drop-app-sessions.ts";
import { domainKeysHandler } from "./domain-keys.ts";
import { domainSurveyHandler } from "./domain-survey.ts";
import { dnsApplyHandler } from "./dns-apply.ts";
import { dnsPreviewHandler } from "./dns-preview.ts";
import { dnsTestCredentialHandler } from "./dns-test-credential.ts";
import { dnsUndoHandler } from "./dns-undo.ts";
import { dropSessionsHandler } from "./drop-sessions.ts";
import type { JobHandler } from "./handler.ts";
import { hostKeyAdvanceHandler } from "./host-key-advance.ts";
import { sendTestMessageHandler } from "./send-test-message.ts";

export const JOB_HANDLERS: readonly JobHandler[] = [
  dnsPreviewHandler,
  dnsApplyHandler,
  dnsUndoHandler,
  dnsTestCredentialHandler,
  hostKeyAdvanceHandler,
  acmeRegisterHandler,
  dropSessionsHandler,
  dropAppSessionsHandler,
  sendTestMessageHandler,
  domainSurveyHandler,
  domainKeysHandler,
];
