import type { Metadata } from "next";
import { ButtonLink } from "@/components/ui/button.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { getHostNameView } from "@/lib/dal/setup.ts";
import { nameServerAction } from "../../actions.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("setup.step.host") }) };
}

export default async function HostNamePage() {
  const [t, { hostName }] = await Promise.all([getTranslate(), getHostNameView()]);
  return (
    <>
      <p className="text-sm text-soft">{t("setup.step.of", { step: 2, steps: 2 })}</p>
      <h1 className="text-2xl font-semibold tracking-tight">{t("setup.step.host")}</h1>
      <p className="mt-1 mb-6 text-soft">{t("setup.hostLead")}</p>
      <ActionForm
        action={nameServerAction}
        submit={t("setup.hostSubmit")}
        working={t("common.working")}
      >
        <FormField
          name="hostName"
          label={t("setup.hostName")}
          hint={t("setup.hostHint")}
          defaultValue={hostName.includes(".") ? hostName : ""}
          autoComplete="off"
          required
        />
      </ActionForm>
      <p className="mt-3">
        <ButtonLink look="quiet" href="/home">
          {t("setup.hostLater")}
        </ButtonLink>
      </p>
    </>
  );
}
