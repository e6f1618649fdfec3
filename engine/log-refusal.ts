/**
 * A refusal in the log. What the peer did wrong is information; what kept us from serving is a warning,
 * for somebody may have to act; what nobody foresaw is an error.
 */
import type { Logger } from "pino";
import type { MailError } from "../lib/mail/errors.ts";

export function logRefusal(log: Logger, error: MailError, command?: string | null): void {
  const { kind, message, cause } = error;
  const fields = { ...(command && { command }), result: kind, text: message, err: cause };
  if (kind === "internal") log.error(fields, "command failed");
  else if (kind === "unavailable") log.warn(fields, "could not serve");
  else log.info(fields, "refused");
}
