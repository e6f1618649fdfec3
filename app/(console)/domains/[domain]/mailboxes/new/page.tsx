import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getDomainView } from "@/lib/dal/domains.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import type { PageProps } from "@/lib/schemas/query.ts";
import { addMailboxAction } from "../../../actions.ts";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getDomainView(domain);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("mailboxes.create"), subject: view.shown }) };
}

export default async function NewMailboxPage({ params }: Props) {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getDomainView(domain);
  if (!view?.may.createMailbox) notFound();
  return (
    <div className="max-w-xl">
      <PageHeader
        title={t("mailboxes.create")}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${view.name}`, text: view.shown },
          { href: `/domains/${view.name}/mailboxes`, text: t("nav.mailboxes") },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <Card>
        <ActionForm
          action={addMailboxAction}
          submit={t("mailboxes.new.submit")}
          working={t("common.working")}
        >
          <input type="hidden" name="domain" value={view.name} />
          <FormField
            name="localPart"
            label={t("mailboxes.new.localPart")}
            suffix={`@${view.shown}`}
            autoComplete="off"
            required
          />
          <FormField
            name="displayName"
            label={t("mailboxes.new.name")}
            hint={t("mailboxes.new.nameHint")}
            autoComplete="off"
          />
          <FormField
            name="password"
            label={t("mailboxes.new.password")}
            hint={t("mailboxes.new.passwordHint")}
            type="password"
            autoComplete="new-password"
            required
          />
          <FormField
            name="quotaGib"
            label={t("limits.storage")}
            type="number"
            defaultValue="5"
            autoComplete="off"
          />
          <FormField
            name="quotaMessages"
            label={t("limits.messages")}
            hint={t("limits.messagesHint")}
            type="number"
            autoComplete="off"
          />
        </ActionForm>
      </Card>
    </div>
  );
}
