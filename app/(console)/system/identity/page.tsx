import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { buttonClass, ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Viewed } from "@/components/viewed.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { getIdentityView } from "@/lib/dal/server.ts";
import { formatAge } from "@/lib/i18n/format.ts";
import { BeyondRow } from "../../_components/beyond-row.tsx";
import { RecordRow } from "../../_components/record-row.tsx";
import { WatchBar } from "../../_components/watch-bar.tsx";
import { SystemTabs } from "../_components/system-tabs.tsx";
import { IdentityForms } from "./_components/identity-forms.tsx";
import { checkServerAction } from "./actions.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("identity.title") }) };
}

export default async function IdentityPage() {
  const [t, view] = await Promise.all([getTranslate(), getIdentityView()]);
  if (!view) notFound();
  const now = new Date();
  return (
    <>
      <PageHeader title={t("identity.title")} lead={t("identity.lead")} />
      <SystemTabs t={t} current="/identity" />
      <Viewed domain={null} />
      {!view.hostName.includes(".") && (
        <p className="mb-5 rounded-md bg-warn-wash px-4 py-3 text-warn">{t("identity.noHost")}</p>
      )}
      <WatchBar
        t={t}
        domain={null}
        action={checkServerAction}
        watch={view.watch}
        mayCheck={view.mayCheck}
        next={null}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        <IdentityForms t={t} view={view} />
        <Card id="beyond" title={t("identity.beyond")} lead={t("identity.beyond.lead")} flush>
          {view.beyond.length === 0 && (
            <p className="px-4 pb-4 text-soft sm:px-5">{t("identity.beyond.none")}</p>
          )}
          <ul className="border-t border-line empty:hidden">
            {view.beyond.map((check) => (
              <BeyondRow
                key={check.key}
                t={t}
                domain={null}
                check={check}
                mayAccept={view.mayWrite}
                at={t("identity.checkedAt", { age: formatAge(t.locale, check.checkedAt, now) })}
              />
            ))}
          </ul>
        </Card>
        <Card
          id="records"
          title={t("identity.records")}
          lead={t("identity.records.lead")}
          aside={
            view.hostName.includes(".") && (
              <ButtonLink href="/system/identity/automate" look="secondary">
                {t("publish.title")}
              </ButtonLink>
            )
          }
          flush
        >
          <ul className="border-t border-line">
            {view.records.map((record) => (
              <RecordRow
                key={record.id}
                t={t}
                record={record}
                name={record.name}
                domain={null}
                check={view.byRecord.get(record.id)}
                mayAccept={view.mayWrite}
              />
            ))}
          </ul>
        </Card>
        <Card
          id="zone"
          title={t("identity.zone")}
          aside={
            <div className="flex items-center gap-2">
              <a
                href="/system/identity/zone"
                className={buttonClass("secondary")}
                download={`${view.hostName}.zone`}
              >
                {t("dns.zone.download")}
              </a>
              <CopyButton
                text={view.zoneFile}
                label={t("common.copyWhat", { what: t("identity.zone") })}
                copied={t("common.copied")}
              />
            </div>
          }
        >
          <pre
            tabIndex={0}
            translate="no"
            role="region"
            aria-label={t("identity.zone")}
            className="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs"
          >
            {view.zoneFile}
          </pre>
        </Card>
      </div>
    </>
  );
}
