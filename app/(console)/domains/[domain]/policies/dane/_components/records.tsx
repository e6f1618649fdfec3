import { Badge, type Tone } from "@/components/ui/badge.tsx";
import { Card } from "@/components/ui/card.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { DaneView, TlsaKeyView } from "@/lib/dal/dane.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { RecordLine } from "../../_components/record-line.tsx";

const TONE: Record<TlsaKeyView["state"], Tone> = {
  current: "good",
  next: "accent",
  retired: "neutral",
};

/** TLSA of every key that has to be published, each with what was seen of it. */
export function TlsaRecords({ t, view }: { t: Translate; view: DaneView }) {
  const [first = "", ...others] = view.names;
  return (
    <Card title={t("dane.records")} lead={t("dane.recordsLead", { name: first })}>
      <ul className="grid gap-4">
        {view.keys.map((key) => (
          <li key={key.id}>
            <p className="mb-1 flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <Badge tone={TONE[key.state]} glyph={key.state === "current" ? "tick" : "half"}>
                {t(`dane.key.${key.state}`)}
              </Badge>
              <span className="text-sm text-soft" translate="no">
                {key.algorithm.toUpperCase()}
              </span>
              <span className="text-sm text-soft">{seenText(t, key)}</span>
            </p>
            <RecordLine t={t} name={first} text={key.text} />
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <details className="mt-4">
          <summary className="cursor-pointer text-sm text-accent">
            {t("dane.lines", { n: view.names.length })}
          </summary>
          <p className="my-2 max-w-prose text-sm text-soft">{t("dane.linesLead")}</p>
          <div className="flex items-start gap-2 rounded-md border border-line bg-sunken px-3 py-2">
            <pre
              translate="no"
              tabIndex={0}
              aria-label={t("dane.linesLabel")}
              className="min-w-0 grow overflow-x-auto font-mono text-[0.8125rem]"
            >
              {view.lines}
            </pre>
            <CopyButton
              text={view.lines}
              label={t("common.copyWhat", { what: t("dane.linesLabel") })}
              copied={t("common.copied")}
            />
          </div>
        </details>
      )}
    </Card>
  );
}

function seenText(t: Translate, { visibleSince, lastSeenAt }: TlsaKeyView): string {
  if (visibleSince) return t("dane.seenSince", { time: formatTime(t.locale, visibleSince) });
  if (lastSeenAt) return t("dane.seenPartly", { time: formatTime(t.locale, lastSeenAt) });
  return t("dane.notSeen");
}
