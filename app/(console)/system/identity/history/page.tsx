import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getServerHistoryView } from "@/lib/dal/alarms.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { text, type PageProps } from "@/lib/schemas/query.ts";
import { historyPath } from "../../../_components/history-path.ts";
import { History } from "../../../_components/history.tsx";
import { SystemTabs } from "../../_components/system-tabs.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.titleIn", { page: t("history.title"), subject: t("identity.title") }) };
}

export default async function ServerHistoryPage({ searchParams }: PageProps) {
  const [t, query] = await Promise.all([getTranslate(), searchParams]);
  const asked = { record: text(query["record"]), before: text(query["before"]) };
  const view = await getServerHistoryView(asked);
  if (!view) notFound();
  return (
    <>
      <PageHeader
        title={t("history.title")}
        lead={t("history.server.lead")}
        crumbs={[{ href: "/system/identity", text: t("identity.title") }]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <SystemTabs t={t} current="/identity" />
      <History
        t={t}
        view={view}
        path={historyPath(null)}
        asked={asked}
        none={t("history.server.empty")}
      />
    </>
  );
}
