import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getNewDomainView, mayAddDomains, modeOptions } from "@/lib/dal/new-domain.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { LIST_RESULTS, type ListResult } from "@/lib/schemas/domains.ts";
import { text, type PageProps } from "@/lib/schemas/query.ts";
import { understandAction } from "./actions.ts";
import { ListForm } from "./_components/list-form.tsx";
import { OneDomain } from "./_components/one-domain.tsx";

const viewOf = async ({ searchParams }: PageProps) => {
  const query = await searchParams;
  const job = text(query["job"]);
  return { job, view: job === "" ? null : await getNewDomainView(job, text(query["or"])) };
};

export async function generateMetadata(props: PageProps): Promise<Metadata> {
  const [t, { view }] = await Promise.all([getTranslate(), viewOf(props)]);
  const page = t("domains.new.title");
  if (view) return { title: t("app.titleIn", { page, subject: view.shown }) };
  return { title: t("app.title", { page }) };
}

export default async function NewDomainPage(props: PageProps) {
  const [t, { job, view }, may] = await Promise.all([
    getTranslate(),
    viewOf(props),
    mayAddDomains(),
  ]);
  if (job !== "" && !view) notFound();
  return (
    <>
      <PageHeader
        title={t("domains.new.title")}
        lead={t("domains.new.lead")}
        crumbs={[{ href: "/domains", text: t("nav.domains") }]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      {view ? (
        <OneDomain t={t} view={view} />
      ) : (
        <Card>
          {may ? (
            <ListForm action={understandAction} words={wordsOf(t)} modes={modeOptions(t)} />
          ) : (
            <p className="text-soft">{t("error.notAllowed")}</p>
          )}
        </Card>
      )}
    </>
  );
}

function wordsOf(t: Translate) {
  return {
    field: t("domains.new.field"),
    hint: t("domains.new.many"),
    go: t("domains.new.continue"),
    lookAgain: t("list.look"),
    working: t("common.working"),
    none: t("list.none"),
    keys: t("list.keys"),
    domains: t("list.domains"),
    use: t("list.use"),
    reports: t("domains.new.reports"),
    reportsHint: t("list.reports.hint"),
    results: Object.fromEntries(LIST_RESULTS.map((key) => [key, t(`list.${key}`)])) as Record<
      ListResult,
      string
    >, // one for each
    columns: [t("list.text"), t("list.understood"), t("list.result")],
  } as const;
}
