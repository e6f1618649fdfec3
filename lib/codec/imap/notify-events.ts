/** What NOTIFY can tell of: RFC 5465 §5. */
const MESSAGE_EVENTS = ["MessageNew", "MessageExpunge", "FlagChange"] as const;
/** None of them is about the selected mailbox. */
export const OTHER_EVENTS = [
  "MailboxName",
  "SubscriptionChange",
  "MailboxMetadataChange",
  "ServerMetadataChange",
] as const;

/** As BADEVENT lists them. */
export const NOTIFY_EVENTS = [...MESSAGE_EVENTS, ...OTHER_EVENTS] as const;
export type NotifyEvent = (typeof NOTIFY_EVENTS)[number];
