import { VerdictMark } from "@/components/verdict.tsx";
import type { CheckView } from "@/lib/dal/dns.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { CheckState } from "./check-state.tsx";

interface Props {
  readonly t: Translate;
  /** Null: the server itself. */
  readonly domain: string | null;
  readonly check: CheckView;
  readonly mayAccept: boolean;
  /** When it was looked at, where that may be older than the page says. */
  readonly at?: string;
}

/** Something that was looked at and is no record: a port, a certificate, a policy. */
export function BeyondRow({ t, domain, check, mayAccept, at }: Props) {
  return (
    <li
      id={`record-${check.key}`}
      className="border-b border-line px-4 py-4 last:border-b-0 target:bg-accent-wash sm:px-5"
    >
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
        <h3 className="font-medium">{check.title}</h3>
        <VerdictMark t={t} verdict={check.verdict} />
      </div>
      <p className="mt-1 text-xs text-soft wrap-anywhere">
        <span translate="no" className="font-mono">
          {check.name}
        </span>
        {at !== undefined && ` · ${at}`}
      </p>
      <CheckState t={t} domain={domain} check={check} mayAccept={mayAccept} />
    </li>
  );
}
