import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { getDaneView } from "@/lib/dal/policies.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import type { PageProps } from "@/lib/schemas/query.ts";
import { PolicyHeader } from "../_components/policy-header.tsx";
import { SeenList } from "../_components/seen-list.tsx";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getDaneView(domain);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: "DANE", subject: view.shown }) };
}

export default async function DanePage({ params }: Props) {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getDaneView(domain);
  if (!view) notFound();
  const { name, shown, hostName: host, seen } = view;
  return (
    <>
      <PolicyHeader t={t} title={t("dane.title")} name={name} shown={shown} />
      <div className="grid grid-cols-1 gap-5">
        <Card title={t("dane.title")} lead={t("dane.lead")}>
          <p>{t("dane.once", { host })}</p>
          <p className="mt-2 text-sm text-soft">{t("dane.rule")}</p>
        </Card>
        {seen.length === 0 ? (
          <EmptyState>{t("dane.none", { host })}</EmptyState>
        ) : (
          <Card title={t("policies.seen")}>
            <SeenList t={t} seen={seen} now={new Date()} />
          </Card>
        )}
      </div>
    </>
  );
}
