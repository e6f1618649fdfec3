import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { getSignedIn } from "@/lib/dal/session.ts";
import { needsSetUp } from "@/lib/dal/setup.ts";
import { text, type PageProps } from "@/lib/schemas/query.ts";
import { signInAction } from "../actions.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("signIn.title") }) };
}

export default async function SignInPage({ searchParams }: PageProps) {
  const [t, query, setUp, me] = await Promise.all([
    getTranslate(),
    searchParams,
    needsSetUp(),
    getSignedIn(),
  ]);
  if (setUp) redirect("/setup");
  if (me) redirect("/");
  const notice = query["out"] ? t("signIn.out") : query["ended"] ? t("signIn.ended") : "";
  return (
    <>
      <h1 className="text-2xl font-semibold tracking-tight">{t("signIn.title")}</h1>
      <p className="mt-1 mb-6 text-soft">{t("signIn.lead")}</p>
      {notice && (
        <p role="status" className="mb-4 rounded-md bg-accent-wash px-3 py-2 text-sm">
          {notice}
        </p>
      )}
      <ActionForm action={signInAction} submit={t("signIn.submit")} working={t("common.working")}>
        <input type="hidden" name="from" value={text(query["from"])} />
        <FormField
          name="address"
          label={t("signIn.address")}
          type="text"
          autoComplete="username"
          required
        />
        <FormField
          name="password"
          label={t("signIn.password")}
          type="password"
          autoComplete="current-password"
          required
        />
      </ActionForm>
    </>
  );
}
