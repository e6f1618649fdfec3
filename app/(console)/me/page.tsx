import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getAppPasswordsView } from "@/lib/dal/app-passwords.ts";
import { getFoldersView } from "@/lib/dal/folders.ts";
import { getMailboxView } from "@/lib/dal/mailboxes.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { PLATFORMS } from "@/lib/schemas/clients.ts";
import { key, type PageProps } from "@/lib/schemas/query.ts";
import { Folders } from "../_components/folders.tsx";
import { Usage } from "../_components/usage.tsx";
import { signOutDevicesAction } from "../mailboxes/actions.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("me.title") }) };
}

export default async function MePage({ searchParams }: PageProps) {
  const [actor, query] = await Promise.all([requireActor(), searchParams]);
  if (!actor.mailbox) redirect("/home");
  const [t, view, passwords, folders] = await Promise.all([
    getTranslate(),
    getMailboxView(actor.mailbox.id),
    getAppPasswordsView(actor.mailbox.id),
    getFoldersView(actor.mailbox.id, { after: key(query["after"]), before: key(query["before"]) }),
  ]);
  if (!view || !passwords || !folders) redirect("/sign-in");
  return (
    <>
      <PageHeader title={t("me.title")} lead={<bdi translate="no">{view.address}</bdi>} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <div className="grid gap-5">
          <Card title={t("me.usage")}>
            <Usage t={t} usage={view.usage} />
          </Card>
          <Card title={t("clients.device.title")} lead={t("clients.device.lead")}>
            <ul className="flex flex-wrap gap-2">
              {PLATFORMS.map((platform) => (
                <li key={platform}>
                  <ButtonLink look="secondary" href={`/me/devices/${platform}`}>
                    {t(`clients.device.${platform}`)}
                  </ButtonLink>
                </li>
              ))}
            </ul>
          </Card>
          <Card title={t("clients.app.title")} lead={t("clients.app.lead")}>
            <p className="mb-4">
              {passwords.rows.length === 0
                ? t("clients.app.none")
                : t("clients.app.some", { n: passwords.rows.length })}
            </p>
            <ButtonLink look="secondary" href="/me/app-passwords">
              {t("clients.app.manage")}
            </ButtonLink>
          </Card>
        </div>
        <div className="grid gap-5">
          <Folders t={t} view={folders} here="/me" />
          <Card title={t("mailbox.signOut")} lead={t("mailbox.signOutText")}>
            <ActionForm
              action={signOutDevicesAction}
              submit={t("mailbox.signOut")}
              working={t("common.working")}
              look="secondary"
            >
              <input type="hidden" name="mailboxId" value={view.id} />
            </ActionForm>
          </Card>
        </div>
      </div>
    </>
  );
}
