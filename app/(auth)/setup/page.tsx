import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { needsSetUp } from "@/lib/dal/setup.ts";
import { text, type PageProps } from "@/lib/schemas/query.ts";
import { setUpAction } from "../actions.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("setup.title") }) };
}

export default async function SetUpPage({ searchParams }: PageProps) {
  const [t, query, needed] = await Promise.all([getTranslate(), searchParams, needsSetUp()]);
  if (!needed) redirect("/");
  return (
    <>
      <p className="text-sm text-soft">{t("setup.step.of", { step: 1, steps: 2 })}</p>
      <h1 className="text-2xl font-semibold tracking-tight">{t("setup.title")}</h1>
      <p className="mt-1 mb-6 text-soft">{t("setup.lead")}</p>
      <ActionForm action={setUpAction} submit={t("setup.submit")} working={t("common.working")}>
        <FormField
          name="token"
          label={t("setup.token")}
          hint={t("setup.tokenHint")}
          defaultValue={text(query["token"])}
          autoComplete="off"
          required
        />
        <FormField name="name" label={t("setup.name")} autoComplete="name" required />
        <FormField
          name="email"
          label={t("setup.email")}
          hint={t("setup.emailHint")}
          type="email"
          autoComplete="username"
          required
        />
        <FormField
          name="password"
          label={t("setup.password")}
          hint={t("setup.passwordHint")}
          type="password"
          autoComplete="new-password"
          required
        />
      </ActionForm>
    </>
  );
}
