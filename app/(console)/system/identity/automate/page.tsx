import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Viewed } from "@/components/viewed.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { getServerAutomateView } from "@/lib/dal/publish.ts";
import { text, type PageProps } from "@/lib/schemas/query.ts";
import { Automate } from "../../../_components/publish/automate.tsx";
import { SystemTabs } from "../../_components/system-tabs.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.titleIn", { page: t("publish.title"), subject: t("identity.title") }) };
}

/** The server's own records, published as a domain's are. */
export default async function ServerAutomatePage({ searchParams }: PageProps) {
  const [t, query] = await Promise.all([getTranslate(), searchParams]);
  const chosen = { add: text(query["add"]), tool: text(query["tool"]) };
  const view = await getServerAutomateView(chosen.tool);
  if (!view) notFound();
  return (
    <>
      <PageHeader
        title={t("publish.title")}
        lead={t("publish.server.lead", { host: view.shown })}
        crumbs={[{ href: "/system/identity", text: t("identity.title") }]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <SystemTabs t={t} current="/identity" />
      <Viewed domain={null} />
      <Automate t={t} view={view} path="/system/identity/automate" chosen={chosen} />
    </>
  );
}
