/**
 * URLMECH: RFC 4467 §8. Said when a mailbox is selected, and to everybody who stands in it in the name of
 * the account when its key is another one. Not where others could listen.
 */
import { isDenied } from "../../../lib/mail/imap-capabilities.ts";
import type { ImapSession } from "../state.ts";

/** The response code; null when it is not to be said. */
export function mechanismsCode(session: ImapSession): string | null {
  return session.private && !isDenied("URLAUTH", session.denied) ? "URLMECH INTERNAL" : null;
}

export function sayMechanisms(session: ImapSession): void {
  const code = mechanismsCode(session);
  if (code !== null) session.out.status("OK", "Mechanisms of URLAUTH", code);
}
