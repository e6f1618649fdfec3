import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ModeChoice } from "@/components/mode-choice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getDnsHostView } from "@/lib/dal/dns-host.ts";
import { getDomainModeView } from "@/lib/dal/domain-mode.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { text, type PageProps } from "@/lib/schemas/query.ts";
import { DnsHostCard } from "./_components/dns-host-card.tsx";
import { Preview } from "./_components/preview.tsx";

type Props = PageProps<{ domain: string }>;

const viewOf = async ({ params, searchParams }: Props) => {
  const [{ domain }, query] = await Promise.all([params, searchParams]);
  return { query, view: await getDomainModeView(domain, text(query["mode"])) };
};

export async function generateMetadata(props: Props): Promise<Metadata> {
  const [t, { view }] = await Promise.all([getTranslate(), viewOf(props)]);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("nav.settings"), subject: view.shown }) };
}

export default async function SettingsPage(props: Props) {
  const [t, { view, query }] = await Promise.all([getTranslate(), viewOf(props)]);
  if (!view) notFound();
  const { name, shown, mode, modes, preview, may } = view;
  const dnsHost = await getDnsHostView(name);
  const isDone = text(query["done"]) === mode;
  return (
    <>
      <PageHeader
        title={t("nav.settings")}
        lead={t(`domain.lead.${mode}`, { domain: shown })}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${name}`, text: shown },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <div className="grid max-w-3xl grid-cols-1 gap-5">
        {isDone && (
          <p role="status" className="rounded-md bg-good-wash px-4 py-3 text-good">
            {t("settings.use.done", { mode: t(`mode.${mode}`) })}
          </p>
        )}
        <Card>
          {/* A preview is a page with an address of its own: it can be gone back from, and sent. */}
          <form method="get" className="flex flex-col gap-4">
            <ModeChoice
              key={preview?.to ?? mode}
              legend={t("settings.use.title")}
              lead={t("settings.use.now", {
                mode: t(`mode.${mode}`),
                text: t(`mode.${mode}.text`),
              })}
              options={modes}
              chosen={preview?.to ?? mode}
            />
            <div>
              <Button look="secondary">{t("settings.use.preview")}</Button>
            </div>
            {!may && <p className="text-sm text-soft">{t("settings.use.readOnly")}</p>}
            {preview?.isSame === true && (
              <p role="status" className="text-soft">
                {t("settings.use.same")}
              </p>
            )}
          </form>
        </Card>
        {preview && !preview.isSame && (
          <Preview t={t} domain={name} before={mode} preview={preview} may={may} />
        )}
        {dnsHost && <DnsHostCard t={t} domain={name} view={dnsHost} />}
      </div>
    </>
  );
}
