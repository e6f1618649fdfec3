import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Redraw } from "@/components/redraw.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { getSharedView, type SharedView } from "@/lib/dal/share.ts";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { PageProps } from "@/lib/schemas/query.ts";
import { SharedRecord } from "./_components/shared-record.tsx";

type Props = PageProps<{ token: string }>;

/** The engine counts a page as open for twice as long. */
const DRAWN_EVERY_SECONDS = 20;
const GROUPS = ["receive", "send", "protect", "encrypt", "devices"] as const;
const RIGHT: readonly string[] = ["ok", "accepted"];

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { token }] = await Promise.all([getTranslate(), params]);
  const view = await getSharedView(token);
  const robots = { index: false, follow: false };
  if (view.outcome !== "done")
    return { title: t("app.title", { page: t("share.gone.title") }), robots };
  return { title: t("app.titleIn", { page: t("dns.title"), subject: view.shown }), robots };
}

export default async function SharedPage({ params }: Props) {
  const [t, { token }] = await Promise.all([getTranslate(), params]);
  const view = await getSharedView(token);
  if (view.outcome === "notFound") notFound();
  if (view.outcome === "wait") {
    return (
      <>
        <h1 className="text-2xl font-semibold tracking-tight">{t("dns.title")}</h1>
        <p role="alert" className="mt-3 rounded-md bg-warn-wash px-3 py-2 text-warn">
          {t("signIn.wait", { n: view.seconds })}
        </p>
      </>
    );
  }
  return (
    <>
      <Redraw everySeconds={DRAWN_EVERY_SECONDS} />
      <PageHeader
        title={
          <>
            {t("dns.title")} <bdi translate="no">{view.shown}</bdi>
          </>
        }
        lead={`${t("share.page.lead", { domain: view.shown })} ${t("sheet.zone", { zone: view.zone })}`}
        actions={
          view.records.length > 0 && (
            <a
              href={`/share/${token}/zone`}
              className={buttonClass("secondary")}
              download={`${view.name}.zone`}
            >
              {t("share.page.zone")}
            </a>
          )
        }
      />
      <State t={t} view={view} />
      {view.records.length === 0 && (
        <EmptyState>{t("share.page.none", { domain: view.shown })}</EmptyState>
      )}
      <div className="grid grid-cols-1 gap-5">
        {GROUPS.map((group) => {
          const records = view.records.filter((record) => record.group === group);
          if (records.length === 0) return null;
          return (
            <Card
              key={group}
              title={t(`dns.group.${group}`)}
              lead={t(`dns.group.${group}.text`, { domain: view.shown })}
              flush
            >
              <ul className="border-t border-line">
                {records.map((record) => (
                  <SharedRecord key={record.id} t={t} record={record} />
                ))}
              </ul>
            </Card>
          );
        })}
      </div>
    </>
  );
}

function State({ t, view }: { t: Translate; view: SharedView }) {
  const { checkedAt, expiresAt, records } = view;
  const correct = records.filter(({ seen }) => seen && RIGHT.includes(seen.verdict)).length;
  return (
    <div className="mb-5 grid gap-1 rounded-md border border-line bg-surface px-4 py-3 text-sm">
      {checkedAt === null ? (
        <p>{t("share.page.never")}</p>
      ) : (
        <p>
          <span className="font-medium">
            {t("share.page.correct", { correct, total: records.length })}
          </span>{" "}
          {t("share.page.looked", { age: formatAge(t.locale, checkedAt, new Date()) })}
        </p>
      )}
      <p className="text-soft">
        {t("share.page.until", { time: formatTime(t.locale, expiresAt) })}
      </p>
    </div>
  );
}
