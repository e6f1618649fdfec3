import { Badge } from "@/components/ui/badge.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { AppPasswordRow } from "@/lib/dal/app-passwords.ts";
import { revokeAppPasswordAction } from "../me/app-passwords/actions.ts";

interface Props {
  readonly t: Translate;
  readonly rows: readonly AppPasswordRow[];
  readonly mayRevoke: boolean;
}

/** App passwords without what they are: for their owner, and for those who look after the mailbox. */
export function AppPasswordList({ t, rows, mayRevoke }: Props) {
  const now = new Date();
  return (
    <ul className="border-t border-line">
      {rows.map((row) => (
        <li
          key={row.id}
          className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-b border-line px-4 py-3 last:border-b-0 sm:px-5"
        >
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium wrap-anywhere">
              <bdi>{row.name}</bdi>
              {row.expired && row.expiresAt && (
                <Badge tone="warn" glyph="dash">
                  {t("clients.app.expired", { age: formatAge(t.locale, row.expiresAt, now) })}
                </Badge>
              )}
            </p>
            <p className="mt-0.5 text-sm text-soft">{protocolsText(t, row)}</p>
            <p className="mt-0.5 text-sm text-soft">
              {lastUsed(t, row, now)}
              {" · "}
              <Time at={row.createdAt} locale={t.locale}>
                {t("clients.app.createdAt", { age: formatAge(t.locale, row.createdAt, now) })}
              </Time>
              {row.expiresAt && !row.expired && (
                <>
                  {" · "}
                  {t("clients.app.listEnds")}{" "}
                  <Time at={row.expiresAt} locale={t.locale}>
                    {formatAge(t.locale, row.expiresAt, now)}
                  </Time>
                </>
              )}
            </p>
          </div>
          {mayRevoke && (
            <Confirm
              summary={t("clients.app.revoke")}
              label={t("clients.app.revokeWhat", { name: row.name })}
            >
              <p className="mb-3">{t("clients.app.revokeText")}</p>
              <ActionForm
                action={revokeAppPasswordAction}
                submit={t("clients.app.revokeWhat", { name: row.name })}
                working={t("common.working")}
                look="danger"
              >
                <input type="hidden" name="appPasswordId" value={row.id} />
              </ActionForm>
            </Confirm>
          )}
        </li>
      ))}
    </ul>
  );
}

const PROTOCOLS = ["imap", "pop3", "smtp"] as const;

const protocolsText = (t: Translate, { protocols }: AppPasswordRow) =>
  PROTOCOLS.filter((protocol) => protocols.includes(protocol))
    .map((protocol) => t(`clients.app.protocol.${protocol}`))
    .join(" · ");

function lastUsed(t: Translate, row: AppPasswordRow, now: Date) {
  if (!row.lastUsedAt) return t("clients.app.notUsed");
  const protocol = (row.lastUsedProtocol ?? "").toUpperCase();
  const age = formatAge(t.locale, row.lastUsedAt, now);
  const network = row.lastUsedNetwork ?? "";
  return (
    <Time at={row.lastUsedAt} locale={t.locale}>
      {t("clients.app.usedAt", { age, protocol, network })}
    </Time>
  );
}

interface TimeProps {
  readonly at: Date;
  readonly locale: Translate["locale"];
  readonly children: string;
}

const Time = ({ at, locale, children }: TimeProps) => (
  <time dateTime={at.toISOString()} title={formatTime(locale, at)}>
    {children}
  </time>
);
