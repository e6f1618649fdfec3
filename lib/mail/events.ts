/**
 * The trace: one row per decision about a message or session (table `mail_event`).
 * `traceId` follows one message from acceptance to its last delivery; `sessionId` names the connection.
 */
export type EventKind =
  | "session.opened"
  | "session.refused"
  | "auth.succeeded"
  | "auth.failed"
  | "sender.refused"
  | "recipient.refused"
  | "message.refused"
  | "message.accepted"
  | "message.delivered" // stored in a folder of ours
  | "message.queued"
  | "delivery.attempted"
  | "delivery.succeeded" // by the next server
  | "delivery.delayed"
  | "delivery.failed"
  | "dsn.sent"
  | "queue.changed"; // a person held, released, retried or cancelled

export interface MailEvent {
  readonly id: string;
  readonly at: Date;
  readonly kind: EventKind;
  readonly traceId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly mailboxId?: string | undefined;
  readonly domainId?: string | undefined;
  readonly sender?: string | undefined;
  readonly recipient?: string | undefined;
  /** RFC 5322 Message-ID without angle brackets. */
  readonly messageId?: string | undefined;
  readonly remoteIp?: string | undefined;
  readonly code?: number | undefined;
  readonly enhanced?: string | undefined;
  readonly text?: string | undefined;
  /** Anything more, small and without secrets or bodies. */
  readonly detail?: Record<string, unknown> | undefined;
}
