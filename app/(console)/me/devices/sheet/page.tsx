import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getDeviceView } from "@/lib/dal/devices.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { WelcomeSheet } from "../../../_components/welcome-sheet.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("clients.sheet.link") }) };
}

export default async function SheetPage() {
  const actor = await requireActor();
  if (!actor.mailbox) redirect("/home");
  const [t, view] = await Promise.all([getTranslate(), getDeviceView(actor.mailbox.id)]);
  if (!view) redirect("/sign-in");
  return (
    <>
      <PageHeader
        title={t("clients.sheet.title", { address: view.shown })}
        lead={t("clients.sheet.lead")}
        crumbs={[
          { href: "/me", text: t("me.title") },
          { href: "/me/devices", text: t("clients.device.title") },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <WelcomeSheet t={t} view={view} />
    </>
  );
}
