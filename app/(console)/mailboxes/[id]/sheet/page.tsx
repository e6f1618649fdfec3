import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getDeviceView } from "@/lib/dal/devices.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import type { PageProps } from "@/lib/schemas/query.ts";
import { WelcomeSheet } from "../../../_components/welcome-sheet.tsx";

type Props = PageProps<{ id: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { id }] = await Promise.all([getTranslate(), params]);
  const view = await getDeviceView(id);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("clients.sheet.link"), subject: view.shown }) };
}

export default async function MailboxSheetPage({ params }: Props) {
  const [t, { id }] = await Promise.all([getTranslate(), params]);
  const view = await getDeviceView(id);
  if (!view) notFound();
  return (
    <>
      <PageHeader
        title={t("clients.sheet.title", { address: view.shown })}
        lead={t("clients.sheet.lead")}
        crumbs={[{ href: `/mailboxes/${id}`, text: view.shown }]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <WelcomeSheet t={t} view={view} />
    </>
  );
}
