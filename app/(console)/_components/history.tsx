import { buttonClass, ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Pager } from "@/components/ui/pager.tsx";
import type { HistoryView } from "@/lib/dal/alarms.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { link } from "@/lib/schemas/query.ts";
import { ChangeItem } from "./change-item.tsx";

interface Props {
  readonly t: Translate;
  readonly view: HistoryView;
  /** The page's own address. */
  readonly path: string;
  readonly asked: { readonly record: string; readonly before: string };
  /** Why there is nothing yet. */
  readonly none: string;
}

/** How the answers changed: of a domain, or of the server. */
export function History({ t, view: { rows, next, options }, path, asked, none }: Props) {
  const { record, before } = asked;
  return (
    <>
      <Filter t={t} action={path} record={record} options={options} />
      {rows.length > 0 ? (
        <Card flush>
          <h2 className="sr-only">{t("history.list")}</h2>
          <ol>
            {rows.map((change) => (
              <ChangeItem key={change.id} t={t} change={change} />
            ))}
          </ol>
        </Card>
      ) : record !== "" || before !== "" ? (
        <EmptyState>{t("history.none")}</EmptyState>
      ) : (
        <EmptyState title={t("history.empty")}>{none}</EmptyState>
      )}
      <Pager
        label={t("common.paging")}
        previous={before ? { href: link(path, { record }), text: t("common.first") } : null}
        next={next ? { href: link(path, { record, before: next }), text: t("common.next") } : null}
      />
    </>
  );
}

interface FilterProps {
  readonly t: Translate;
  readonly action: string;
  readonly record: string;
  readonly options: HistoryView["options"];
}

/** A GET form: works without script, and the address keeps the choice. */
function Filter({ t, action, record, options }: FilterProps) {
  const known = record === "" || options.some(({ value }) => value === record);
  const all = [
    { value: "", text: t("history.of.all") },
    // What is not looked at any more still has its history.
    ...(known ? [] : [{ value: record, text: record }]),
    ...options,
  ];
  return (
    <form
      action={action}
      method="get"
      role="search"
      className="mb-4 flex flex-wrap items-end gap-2"
    >
      <div className="min-w-0 max-w-full">
        <label htmlFor="record" className="mb-1 block text-sm text-soft">
          {t("history.of")}
        </label>
        <select
          id="record"
          name="record"
          defaultValue={record}
          className="min-h-10 w-full max-w-[28rem] rounded-md border border-edge bg-surface px-3 text-ink"
        >
          {all.map(({ value, text: shown }) => (
            <option key={value} value={value}>
              {shown}
            </option>
          ))}
        </select>
      </div>
      <button className={buttonClass("secondary")}>{t("history.filter")}</button>
      {record !== "" && (
        <ButtonLink look="quiet" href={action}>
          {t("history.of.all")}
        </ButtonLink>
      )}
    </form>
  );
}
