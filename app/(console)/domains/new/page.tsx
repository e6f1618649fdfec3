import type { Metadata } from "next";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { addDomainAction } from "../actions.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("domains.new.title") }) };
}

export default async function NewDomainPage() {
  await requireActor();
  const t = await getTranslate();
  return (
    <div className="max-w-xl">
      <PageHeader
        title={t("domains.new.title")}
        lead={t("domains.new.lead")}
        crumbs={[{ href: "/domains", text: t("nav.domains") }]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <Card>
        <ActionForm
          action={addDomainAction}
          submit={t("domains.new.submit")}
          working={t("common.working")}
        >
          <FormField
            name="name"
            label={t("domains.new.field")}
            hint={t("domains.new.hint")}
            autoComplete="off"
            required
          />
        </ActionForm>
      </Card>
    </div>
  );
}
