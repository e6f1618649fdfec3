import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { getAutomateTitle, getAutomateView } from "@/lib/dal/publish.ts";
import { text, type PageProps } from "@/lib/schemas/query.ts";
import { Automate } from "../../../../_components/publish/automate.tsx";
import { Ways } from "../_components/ways.tsx";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const subject = await getAutomateTitle(domain);
  if (subject === null) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("publish.title"), subject }) };
}

export default async function AutomatePage({ params, searchParams }: Props) {
  const [t, { domain }, query] = await Promise.all([getTranslate(), params, searchParams]);
  const chosen = { add: text(query["add"]), tool: text(query["tool"]) };
  const view = await getAutomateView(domain, chosen.tool);
  if (!view) notFound();
  return (
    <>
      <PageHeader
        title={t("publish.title")}
        lead={t("publish.lead", { domain: view.shown })}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${view.domain}`, text: view.shown },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <Ways t={t} domain={view.domain} current="/automate" />
      <Automate t={t} view={view} path={`/domains/${view.domain}/dns/automate`} chosen={chosen} />
    </>
  );
}
