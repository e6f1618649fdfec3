import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getHistoryTitle, getHistoryView } from "@/lib/dal/alarms.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { text, type PageProps } from "@/lib/schemas/query.ts";
import { historyPath } from "../../../../_components/history-path.ts";
import { History } from "../../../../_components/history.tsx";

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
  const { name, shown } = view;
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
      <History
        t={t}
        view={view}
        path={historyPath(name)}
        asked={{ record, before }}
        none={t("history.emptyText", { domain: shown })}
      />
    </>
  );
}
