import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { buttonClass } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getZoneFile } from "@/lib/dal/domains.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import type { PageProps } from "@/lib/schemas/query.ts";
import { Ways } from "../_components/ways.tsx";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const zone = await getZoneFile(domain);
  if (!zone) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("dns.tab.zone"), subject: zone.shown }) };
}

export default async function ZonePage({ params }: Props) {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const zone = await getZoneFile(domain);
  if (!zone) notFound();
  const here = `/domains/${zone.name}/dns`;
  const label = t("dns.zone.label", { domain: zone.shown });
  return (
    <>
      <PageHeader
        title={t("dns.tab.zone")}
        lead={t("dns.zone.lead")}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${zone.name}`, text: zone.shown },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
        actions={
          <a
            href={`${here}/zone/file`}
            className={buttonClass("secondary")}
            download={`${zone.name}.zone`}
          >
            {t("dns.zone.download")}
          </a>
        }
      />
      <Ways t={t} domain={zone.name} current="/zone" />
      <div className="relative rounded-lg border border-line bg-surface">
        <div className="absolute end-2 top-2 flex flex-row-reverse gap-2 rounded-md bg-surface">
          <CopyButton
            text={zone.text}
            label={t("common.copyWhat", { what: label })}
            copied={t("common.copied")}
          />
        </div>
        <pre
          tabIndex={0}
          role="region"
          aria-label={label}
          translate="no"
          className="overflow-x-auto p-4 pe-14 text-[0.8125rem] leading-relaxed"
        >
          {zone.text}
        </pre>
      </div>
    </>
  );
}
