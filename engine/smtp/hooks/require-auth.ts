/** Who may submit: RFC 6409 §4.3. Port 25 takes mail from everybody, the other two from accounts of ours. */
import { MailError } from "../../../lib/mail/errors.ts";
import type { SmtpSession } from "../state.ts";

export function requireAuth(session: SmtpSession): void {
  if (session.role === "mx" || session.account) return;
  if (session.connection.canStartTls) throw new MailError("starttlsFirst", "Say STARTTLS first");
  throw new MailError("authRequired", "Authentication required");
}
