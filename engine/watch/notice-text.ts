/** Mails about checks as RFC 5322 bytes, in the language of whoever reads them. Plain text: nothing to trust. */
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import { checkTitle } from "../../lib/i18n/check-title.ts";
import { formatTime } from "../../lib/i18n/format.ts";
import { reasonText } from "../../lib/i18n/reason-text.ts";
import type { Translate } from "../../lib/i18n/translate.ts";
import type { Fix } from "../../lib/mail/dns/check.ts";
import type { PendingAlarm } from "../../lib/storage/notices.ts";

export type NoticeKind = "broken" | "recovered" | "green" | "waiting";

export interface Notice {
  readonly kind: NoticeKind;
  /** Domain, or the host name. */
  readonly subject: string;
  readonly alarms: readonly PendingAlarm[];
  /** Records that wait: "Mail exchange (MX) example.org". */
  readonly waiting: readonly { readonly kind: string; readonly name: string }[];
  readonly url: string;
  readonly host: string;
}

export function noticeText(t: Translate, name: string, notice: Notice): string {
  const { kind, subject, alarms, waiting, url, host } = notice;
  const items =
    kind === "waiting"
      ? waiting.map((one) => `- ${checkTitle(t, one.kind)}: ${one.name}`)
      : alarms.map((alarm) => alarmText(t, alarm, kind));
  return [
    t("notice.hello", { name }),
    t(`notice.${kind}`, { subject }),
    ...items,
    t("notice.link", { url }),
    t("notice.why", { subject, host }),
  ].join("\n\n");
}

function alarmText(t: Translate, alarm: PendingAlarm, kind: NoticeKind): string {
  const title = `- ${checkTitle(t, alarm.kind)}`;
  if (kind === "recovered") return title;
  const { before, after, reasons, fix, openedAt } = alarm;
  const lines = [
    t("notice.since", { time: formatTime(t.locale, openedAt) }),
    ...reasons.flatMap((reason) => reasonText(t, reason) ?? []),
    ...(before.length > 0 ? [t("notice.before", { values: shown(t, before) })] : []),
    t("notice.now", { values: shown(t, after) }),
    ...(fix === null ? [] : [fixText(t, fix)]),
  ];
  return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

/** What strangers publish stays on its line, and short. */
const MAX_SHOWN = 300;
function shown(t: Translate, values: readonly string[]): string {
  if (values.length === 0) return t("notice.nothing");
  const text = values.join("; ").replace(/\p{Cc}+/gu, " ");
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function fixText(t: Translate, { action, name, type, add, remove }: Fix): string {
  if (action === "remove") return t("notice.fixRemove", { name, type, values: shown(t, remove) });
  const values = shown(t, add);
  return action === "add"
    ? t("notice.fixAdd", { name, type, values })
    : t("notice.fixReplace", { name, type, values });
}

interface Envelope {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly date: Date;
  /** Ids of earlier mails of the thread, the first one first. */
  readonly references: readonly string[];
}

export function composeNotice(
  t: Translate,
  notice: Notice,
  { name, ...envelope }: Envelope & { name: string },
): Promise<Buffer> {
  const { id, from, to, date, references } = envelope;
  const domain = from.slice(from.lastIndexOf("@") + 1);
  const thread = references.map((other) => `<${other}@${domain}>`);
  const n = notice.alarms.length;
  const { kind, subject } = notice;
  const composer = new MailComposer({
    ...{ from: { name: "Posthorn", address: from }, to, date, newline: "\r\n" },
    subject:
      kind === "broken"
        ? t("notice.subject.broken", { subject, n })
        : t(`notice.subject.${kind}`, { subject }),
    text: noticeText(t, name, notice),
    messageId: `<${id}@${domain}>`,
    ...(thread.length > 0 && { inReplyTo: thread.at(-1), references: thread }),
    headers: { "Auto-Submitted": "auto-generated" }, // RFC 3834 §5
  });
  return composer.compile().build();
}
