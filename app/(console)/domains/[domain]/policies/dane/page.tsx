import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { Badge, type Glyph, type Tone } from "@/components/ui/badge.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { getDaneView, type DaneView, type SeenZone } from "@/lib/dal/dane.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { formatAge } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { PageProps } from "@/lib/schemas/query.ts";
import { PolicyHeader } from "../_components/policy-header.tsx";
import { SeenList } from "../_components/seen-list.tsx";
import { ChangeCard } from "./_components/change-card.tsx";
import { TlsaRecords } from "./_components/records.tsx";

type Props = PageProps<{ domain: string }>;
interface Part {
  readonly t: Translate;
  readonly view: DaneView;
  readonly now: Date;
}

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
  const part = { t, view, now: new Date() };
  const isSigned = view.hostZone?.security === "signed";
  // A change that was begun is shown to its end, whatever became of the zone.
  const isMoving = view.place.step !== null;
  return (
    <>
      <PolicyHeader t={t} title={t("dane.title")} name={view.name} shown={view.shown} />
      <div className="grid grid-cols-1 gap-5">
        <Now {...part} />
        {isSigned && !view.strange && <TlsaRecords t={t} view={view} />}
        {(isSigned || isMoving) && <ChangeCard {...part} />}
        {view.seen.length > 0 && (
          <Card title={t("policies.seen")}>
            <SeenList t={t} seen={view.seen} now={part.now} />
          </Card>
        )}
      </div>
    </>
  );
}

const LOOK: Record<DaneView["state"], [tone: Tone, glyph: Glyph]> = {
  unknown: ["neutral", "hollow"],
  nothing: ["neutral", "dash"],
  wrong: ["bad", "cross"],
  partly: ["warn", "half"],
  good: ["good", "tick"],
};

/** What a sender that verifies finds, as it was measured. */
function Now({ t, view, now }: Part) {
  const { hostZone, domainZone, hostName, shown, state, strange, lookedAt } = view;
  const isSigned = hostZone?.security === "signed";
  const [tone, glyph] = LOOK[state];
  return (
    <Card title={t("dane.now")} lead={t("dane.lead")}>
      <div className="grid gap-3">
        {isSigned && (
          <div>
            <p className="mb-1 flex flex-wrap items-baseline gap-x-3">
              <Badge tone={tone} glyph={glyph}>
                {t(`dane.state.${state}`)}
              </Badge>
              {lookedAt && (
                <span className="text-sm text-soft">
                  {t("policies.seenAt", { age: formatAge(t.locale, lookedAt, now) })}
                </span>
              )}
            </p>
            <p className="max-w-prose">{t(`dane.means.${state}`, { host: hostName })}</p>
          </div>
        )}
        {strange && <Warning>{t("dane.strange", { host: hostName })}</Warning>}
        <Zone {...{ t, now }} zone={hostZone} text={hostZoneText(t, hostZone, hostName)} />
        {isSigned && domainZone?.security !== "signed" && (
          <Zone {...{ t, now }} zone={domainZone} text={domainZoneText(t, domainZone, shown)} />
        )}
        <p className="text-sm text-soft">{t("dane.once", { host: hostName })}</p>
      </div>
    </Card>
  );
}

function hostZoneText(t: Translate, zone: SeenZone | null, host: string): string {
  if (zone === null) return t("dane.zone.notLooked", { host });
  return t(`dane.zone.${zone.security}`, { zone: zone.apex, host });
}

/** RFC 7672 §2.2.1: without a signed MX a sender does not know that it is this host. */
function domainZoneText(t: Translate, zone: SeenZone | null, domain: string): string {
  if (zone === null) return t("dane.domain.notLooked", { domain });
  const key = zone.security === "signed" ? "unknown" : zone.security;
  return t(`dane.domain.${key}`, { zone: zone.apex, domain });
}

const isFine = (zone: SeenZone | null) => zone?.security === "signed";

function Zone({
  t,
  zone,
  text,
  now,
}: Omit<Part, "view"> & { zone: SeenZone | null; text: string }) {
  if (zone === null) return <EmptyState>{text}</EmptyState>;
  const age = t("policies.seenAt", { age: formatAge(t.locale, zone.checkedAt, now) });
  const line = (
    <>
      {text} <span className="text-sm text-soft">{age}</span>
    </>
  );
  return isFine(zone) ? <p className="max-w-prose">{line}</p> : <Warning>{line}</Warning>;
}

function Warning({ children }: { children: ReactNode }) {
  return <div className="rounded-md bg-warn-wash px-4 py-3 text-warn">{children}</div>;
}
