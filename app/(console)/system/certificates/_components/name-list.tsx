import { Badge, type Glyph, type Tone } from "@/components/ui/badge.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import type { CertificateName } from "@/lib/dal/certificates.ts";
import { formatAge, formatClock, formatTime } from "@/lib/i18n/format.ts";
import { reasonText } from "@/lib/i18n/reason-text.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { renewNowAction } from "../actions.ts";

interface Props {
  readonly t: Translate;
  readonly names: readonly CertificateName[];
  readonly mayWrite: boolean;
  readonly now: Date;
}

const STATE: Record<CertificateName["state"], [Tone, Glyph]> = {
  waiting: ["neutral", "hollow"],
  issuing: ["accent", "half"],
  issued: ["good", "tick"],
  failed: ["bad", "cross"],
};

/** Names that shall have a certificate from the authority, and how that goes. */
export function NameList({ t, names, mayWrite, now }: Props) {
  return (
    <Card title={t("certificates.managed.title")} lead={t("certificates.managed.lead")}>
      {names.length === 0 ? (
        <p className="text-soft">{t("certificates.managed.none")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {names.map((row) => (
            <li key={row.id} className="grid gap-2 py-4 first:pt-0 last:pb-0">
              <Head t={t} row={row} mayWrite={mayWrite} />
              <State t={t} row={row} now={now} />
              <Log t={t} row={row} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

interface RowProps {
  readonly t: Translate;
  readonly row: CertificateName;
}

function Head({ t, row, mayWrite }: RowProps & { mayWrite: boolean }) {
  const [tone, glyph] = STATE[row.state];
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <h3 className="flex min-w-0 flex-wrap items-center gap-2 font-medium wrap-anywhere">
        <bdi translate="no">{row.shown}</bdi>
        <Badge tone={tone} glyph={glyph}>
          {t(`certificates.state.${row.state}`)}
        </Badge>
      </h3>
      {mayWrite && row.state !== "issuing" && (
        <ActionForm
          action={renewNowAction}
          submit={t("certificates.try")}
          submitLabel={t("certificates.tryName", { name: row.shown })}
          working={t("common.working")}
          look="secondary"
          row
        >
          <input type="hidden" name="id" value={row.id} />
        </ActionForm>
      )}
    </div>
  );
}

function State({ t, row, now }: RowProps & { now: Date }) {
  const { certificate, renewFrom, renewUntil, lastError } = row;
  const error = lastError && reasonText(t, lastError);
  return (
    <div className="grid max-w-[80ch] gap-1 text-sm">
      {error && <p className={row.state === "failed" ? "text-bad" : "text-soft"}>{error}</p>}
      {row.failures > 0 && (
        <p className="text-soft">{t("certificates.failures", { n: row.failures })}</p>
      )}
      {certificate && (
        <p>
          {t("certificates.until")}{" "}
          <time dateTime={certificate.notAfter.toISOString()}>
            {formatTime(t.locale, certificate.notAfter)}
          </time>
          {certificate.issuer && (
            <>
              {" · "}
              <bdi>{certificate.issuer}</bdi>
            </>
          )}
          {row.method && ` · ${row.method}`}
        </p>
      )}
      {renewFrom && renewUntil && (
        <p className="text-soft">
          {t("certificates.renewal")}:{" "}
          {t("certificates.renewal.window", {
            from: formatTime(t.locale, renewFrom),
            to: formatTime(t.locale, renewUntil),
          })}
          {row.renewSource === "ari" && ` (${t("certificates.renewal.ari")})`}
          {row.renewReasonUrl?.startsWith("https://") && (
            <>
              {" "}
              <a href={row.renewReasonUrl} rel="noreferrer" className="text-accent underline">
                {t("certificates.renewal.reason")}
              </a>
            </>
          )}
        </p>
      )}
      {row.state !== "issuing" && row.nextAt > now && (
        <p className="text-soft">
          {t("certificates.next", { age: formatAge(t.locale, row.nextAt, now) })}
        </p>
      )}
    </div>
  );
}

function Log({ t, row }: RowProps) {
  if (row.log.length === 0 || !row.lastAttemptAt) return null;
  return (
    <details className="text-sm">
      <summary className="min-h-8 cursor-pointer text-accent">
        {t("certificates.log", { time: formatTime(t.locale, row.lastAttemptAt) })}
      </summary>
      <ol className="mt-1 grid gap-1 font-mono text-xs">
        {row.log.map(({ at, text }, index) => (
          <li key={index} className="flex flex-wrap gap-x-3">
            <time dateTime={at.toISOString()} className="text-soft">
              {formatClock(t.locale, at)}
            </time>
            <bdi className="wrap-anywhere">{text}</bdi>
          </li>
        ))}
      </ol>
    </details>
  );
}
