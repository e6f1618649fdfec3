/** Mail events of a session: each has the same trace id, session and peer, so that one search finds all. */
import type { EventKind, MailEvent } from "../../lib/mail/events.ts";
import { formatAddress } from "../../lib/mail/address.ts";
import type { MailError } from "../../lib/mail/errors.ts";
import { newId } from "../../lib/mail/ids.ts";
import type { SmtpSession } from "./state.ts";

export type EventFacts = Partial<Omit<MailEvent, "id" | "at" | "kind">>;

export function traceEvent(session: SmtpSession, kind: EventKind, facts: EventFacts): MailEvent {
  const { transaction, account, connection, ctx } = session;
  const at = ctx.clock.now();
  return {
    id: newId(at.getTime()),
    at,
    kind,
    traceId: transaction?.id,
    sessionId: connection.id,
    mailboxId: account?.mailboxId,
    domainId: account?.domainId,
    sender: transaction ? senderText(transaction) : undefined,
    remoteIp: connection.remoteAddress,
    ...facts,
  };
}

const senderText = ({ reversePath }: { reversePath: { local: string; domain: string } | null }) =>
  reversePath === null ? "" : formatAddress(reversePath);

/** A refusal in the trace, with the words the peer was told. `rest` is what it had said. */
export function recordRefusal(
  session: SmtpSession,
  kind: EventKind,
  refusal: { error: MailError; rest: string },
): void {
  const [code, enhanced] = refusal.error.smtp;
  const { message: text, cause } = refusal.error;
  const facts = { code, enhanced, text, detail: verdictIn(cause), ...said(kind, refusal.rest) };
  session.ctx.store.record([traceEvent(session, kind, facts)]);
}

/** What verdict.ts found, when that is why: the peer is told one sentence, the trace all of it. */
function verdictIn(cause: unknown): Record<string, unknown> | undefined {
  return typeof cause === "object" && cause !== null && "reasons" in cause
    ? { ...cause }
    : undefined;
}

/** The address in a MAIL or RCPT line that may be malformed, as far as it can be told. */
function said(kind: EventKind, rest: string): EventFacts {
  const address = (/<([^<>]*)>/.exec(rest)?.[1] ?? rest).slice(0, 320);
  if (kind === "sender.refused") return { sender: address };
  if (kind === "recipient.refused") return { recipient: address };
  return {};
}
