import { Card } from "@/components/ui/card.tsx";
import type { PublicationView } from "@/lib/dal/publish.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { Diff } from "./diff.tsx";
import { StateBadge, Undo } from "./publication.tsx";

interface Props {
  readonly t: Translate;
  /** "": the server itself. */
  readonly domain: string;
  readonly past: readonly PublicationView[];
}

export function Past({ t, domain, past }: Props) {
  return (
    <Card title={t("publish.past")} flush>
      <ul className="divide-y divide-line border-t border-line">
        {past.map((publication) => (
          <li key={publication.id} className="grid gap-2 px-4 py-3 sm:px-5">
            <PastOne t={t} domain={domain} publication={publication} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function PastOne({
  t,
  domain,
  publication,
}: Omit<Props, "past"> & {
  readonly publication: PublicationView;
}) {
  const { id, state, createdAt, askedBy, error, changes } = publication;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-2">
        <p className="min-w-0 text-sm wrap-anywhere">
          <time dateTime={createdAt.toISOString()}>{formatTime(t.locale, createdAt)}</time>{" "}
          <span className="text-soft">
            {askedBy === null ? t("publish.past.system") : t("publish.past.by", { name: askedBy })}
          </span>
        </p>
        <StateBadge t={t} state={state} />
      </div>
      {error && <p className="text-sm text-bad wrap-anywhere">{error}</p>}
      {changes.length > 0 && (
        <details>
          <summary className="cursor-pointer text-sm text-accent">
            {t("publish.past.show", { n: changes.length })}
          </summary>
          <div className="mt-2 grid gap-2">
            {changes.map((change) => (
              <Diff key={change.key} t={t} change={change} withNote={false} />
            ))}
          </div>
        </details>
      )}
      {state === "applied" && (
        <div>
          <Undo t={t} domain={domain} id={id} />
        </div>
      )}
    </>
  );
}
