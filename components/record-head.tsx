import { Badge } from "@/components/ui/badge.tsx";
import { VerdictMark, type VerdictName } from "@/components/verdict.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Props {
  readonly t: Translate;
  readonly record: {
    readonly type: string;
    readonly title: string;
    readonly need: "required" | "recommended" | "optional";
  };
  /** Null: nobody has looked, and it says so. */
  readonly verdict: VerdictName | null;
  /** The one record of its page is a heading of the page, which can be led to. */
  readonly only?: boolean;
}

/** What a record is, how much it is needed, and what is seen of it. */
export function RecordHead({ t, record: { type, title, need }, verdict, only = false }: Props) {
  const name = (
    <>
      <span
        translate="no"
        className="min-w-13 rounded bg-sunken px-1.5 py-0.5 text-center font-mono text-xs font-normal text-soft"
      >
        {type}
      </span>
      {title}
    </>
  );
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
      {only ? (
        <h2
          id="step"
          tabIndex={-1}
          className="flex min-w-0 items-baseline gap-2 text-base font-semibold"
        >
          {name}
        </h2>
      ) : (
        <h3 className="flex min-w-0 items-baseline gap-2 font-medium">{name}</h3>
      )}
      <div className="flex flex-wrap gap-1.5">
        <Badge tone={need === "required" ? "accent" : "neutral"}>{t(`dns.need.${need}`)}</Badge>
        {verdict ? (
          <VerdictMark t={t} verdict={verdict} />
        ) : (
          <Badge glyph="hollow">{t("dns.state.notChecked")}</Badge>
        )}
      </div>
    </div>
  );
}
