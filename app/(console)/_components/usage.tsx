import type { MailboxView } from "@/lib/dal/mailboxes.ts";
import { formatBytes } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";

/** Above this share of a limit its bar turns to a warning. */
const HIGH = 0.9;

/** What a mailbox keeps of what it may keep: octets, and messages when they are limited. */
export function Usage({ t, usage }: { t: Translate; usage: MailboxView["usage"] }) {
  const { usedBytes, quotaBytes, usedMessages, quotaMessages } = usage;
  const full = usedBytes >= quotaBytes || (quotaMessages !== null && usedMessages >= quotaMessages);
  const words = {
    used: formatBytes(t.locale, usedBytes),
    quota: formatBytes(t.locale, quotaBytes),
  };
  return (
    <div className="grid gap-3">
      <Bar
        label={t("mailboxes.usage")}
        text={t("mailboxes.usageOf", words)}
        used={usedBytes}
        limit={quotaBytes}
      />
      {quotaMessages === null ? (
        <p className="text-soft tabular-nums">{t("limits.any", { n: usedMessages })}</p>
      ) : (
        <Bar
          label={t("folders.messages")}
          text={t("limits.messagesOf", { used: usedMessages, limit: quotaMessages })}
          used={usedMessages}
          limit={quotaMessages}
        />
      )}
      {full && <p className="text-bad">{t("limits.full")}</p>}
    </div>
  );
}

interface BarProps {
  readonly label: string;
  readonly text: string;
  readonly used: number;
  readonly limit: number;
}

function Bar({ label, text, used, limit }: BarProps) {
  return (
    <div>
      <p className="mb-1.5 text-lg font-medium tabular-nums">{text}</p>
      <meter aria-label={label} min={0} max={limit} high={limit * HIGH} optimum={0} value={used}>
        {text}
      </meter>
    </div>
  );
}
