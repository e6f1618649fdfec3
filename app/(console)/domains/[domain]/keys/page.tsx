import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getKeysView, type KeysView } from "@/lib/dal/keys.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { PageProps } from "@/lib/schemas/query.ts";
import { KeyCard } from "./_components/key-card.tsx";
import { LookNow } from "./_components/look-now.tsx";
import { AddCard, ImportCard, SettingsCard } from "./_components/more-keys.tsx";
import { RecordList } from "./_components/record-fields.tsx";
import { RotationCard } from "./_components/rotation-card.tsx";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getKeysView(domain);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("keys.title"), subject: view.shown }) };
}

export default async function KeysPage({ params }: Props) {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getKeysView(domain);
  if (!view) notFound();
  const now = new Date();
  return (
    <>
      <PageHeader
        title={t("keys.title")}
        lead={t("keys.lead", { domain: view.shown })}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${view.name}`, text: view.shown },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <div className="grid grid-cols-1 gap-5">
        <Now t={t} view={view} />
        {view.toPublish.length > 0 && (
          <Card title={t("keys.publish")} lead={t("keys.publishLead")}>
            <div className="grid gap-4">
              <RecordList t={t} records={view.toPublish} />
              {view.mayWrite && <LookNow t={t} domain={view.name} />}
            </div>
          </Card>
        )}
        {(view.signers.length > 0 || view.rotation) && <RotationCard t={t} view={view} now={now} />}
        <KeyList t={t} view={view} now={now} />
        {view.mayWrite ? (
          <>
            <SettingsCard t={t} view={view} />
            <div className="grid gap-5 lg:grid-cols-2">
              <AddCard t={t} view={view} />
              <ImportCard t={t} view={view} />
            </div>
          </>
        ) : (
          <p className="text-sm text-soft">{t("keys.readOnly")}</p>
        )}
      </div>
    </>
  );
}

/** The answer before everything else: is mail signed, and with what. */
function Now({ t, view }: { t: Translate; view: KeysView }) {
  const { shown, signers, isDual, keys } = view;
  if (signers.length > 0)
    return (
      <Card title={t("keys.now")}>
        <p className="text-lg">
          {t("keys.now.signed", { domain: shown, selectors: signers.join(", ") })}
        </p>
        <p className="mt-1 max-w-prose text-soft">
          {t(isDual ? "keys.now.dual" : "keys.now.single")}
        </p>
      </Card>
    );
  if (keys.length === 0)
    return (
      <EmptyState
        action={
          view.mayWrite && (
            <a href="#add" className={buttonClass()}>
              {t("keys.add")}
            </a>
          )
        }
      >
        {t("keys.now.none", { domain: shown })}
      </EmptyState>
    );
  return (
    <p role="note" className="rounded-md bg-warn-wash px-4 py-3 text-warn">
      {t("keys.now.unsigned", { domain: shown })}
    </p>
  );
}

function KeyList({ t, view, now }: { t: Translate; view: KeysView; now: Date }) {
  if (view.keys.length === 0) return null;
  return (
    <Card title={t("keys.list")} flush>
      <ul aria-label={t("keys.mine", { domain: view.shown })} className="divide-y divide-line">
        {view.keys.map((key) => (
          <li key={key.id}>
            <KeyCard t={t} view={key} domain={view.name} mayWrite={view.mayWrite} now={now} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
