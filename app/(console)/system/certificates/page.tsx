import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Viewed } from "@/components/viewed.tsx";
import { getCertificatesView, type CertificatesView } from "@/lib/dal/certificates.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { SystemTabs } from "../_components/system-tabs.tsx";
import { AuthorityCard } from "./_components/authority-card.tsx";
import { KeptList } from "./_components/kept-list.tsx";
import { NameList } from "./_components/name-list.tsx";
import { UploadForm } from "./_components/upload-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("certificates.title") }) };
}

export default async function CertificatesPage() {
  const [t, view] = await Promise.all([getTranslate(), getCertificatesView()]);
  if (!view) notFound();
  const { mayWrite, managed, certificates } = view;
  const now = new Date();
  return (
    <>
      <PageHeader title={t("certificates.title")} lead={t("certificates.lead")} />
      <SystemTabs t={t} current="/certificates" />
      {/* Whether a name leads here is looked at while somebody waits for its certificate. */}
      <Viewed domain={null} />
      <div className="grid grid-cols-1 gap-5">
        <Summary t={t} view={view} now={now} />
        <AuthorityCard t={t} account={view.account} mayWrite={mayWrite} />
        {view.account?.registeredAt && (
          <NameList t={t} names={managed} mayWrite={mayWrite} now={now} />
        )}
        <KeptList t={t} certificates={certificates} mayWrite={mayWrite} now={now} />
        {mayWrite && (
          <Card title={t("certificates.upload.title")} lead={t("certificates.upload.lead")}>
            <UploadForm t={t} />
          </Card>
        )}
      </div>
    </>
  );
}

function Summary({ t, view, now }: { t: Translate; view: CertificatesView; now: Date }) {
  const { soonest, hostIsSigned, hostName } = view;
  return (
    <div className="grid max-w-[72ch] gap-1">
      {!hostIsSigned && (
        <p className="text-warn">{t("certificates.onlySelf", { host: hostName })}</p>
      )}
      {soonest && (
        <p>
          {t("certificates.soonest", {
            name: soonest.names[0] ?? "",
            time: formatTime(t.locale, soonest.notAfter),
            age: formatAge(t.locale, soonest.notAfter, now),
          })}
        </p>
      )}
    </div>
  );
}
