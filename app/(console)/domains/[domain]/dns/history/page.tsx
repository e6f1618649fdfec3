import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { buttonClass, ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Pager } from "@/components/ui/pager.tsx";
import { getHistoryTitle, getHistoryView, type HistoryView } from "@/lib/dal/alarms.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { link, text, type PageProps } from "@/lib/schemas/query.ts";
import { ChangeItem } from "./_components/change-item.tsx";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const subject = await getHistoryTitle(domain);
  if (subject === null) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("history.title"), subject }) };
}

export default async function HistoryPage({ params, searchParams }: Props) {
  const [t, { domain }, query] = await Promise.all([getTranslate(), params, searchParams]);
  const [record, before] = [text(query["record"]), text(query["before"])];
  const view = await getHistoryView(domain, { record, before });
  if (!view) notFound();
  const { name, shown, rows, next } = view;
  const here = `/domains/${name}/dns/history`;
  return (
    <>
      <PageHeader
        title={t("history.title")}
        lead={t("history.lead", { domain: shown })}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${name}`, text: shown },
          { href: `/domains/${name}/dns`, text: t("dns.title") },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <Filter t={t} action={here} record={record} options={view.options} />
      {rows.length > 0 ? (
        <Card flush>
          <h2 className="sr-only">{t("history.list")}</h2>
          <ol>
            {rows.map((change) => (
              <ChangeItem key={change.id} t={t} change={change} domain={name} />
            ))}
          </ol>
        </Card>
      ) : record !== "" || before !== "" ? (
        <EmptyState>{t("history.none")}</EmptyState>
      ) : (
        <EmptyState title={t("history.empty")}>
          {t("history.emptyText", { domain: shown })}
        </EmptyState>
      )}
      <Pager
        label={t("common.paging")}
        previous={before ? { href: link(here, { record }), text: t("common.first") } : null}
        next={next ? { href: link(here, { record, before: next }), text: t("common.next") } : null}
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
