import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { VerdictMark } from "@/components/verdict.tsx";
import { Viewed } from "@/components/viewed.tsx";
import { getStepsTitle, getStepsView, type StepsView } from "@/lib/dal/dns-steps.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { formatClock } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { link, text, type PageProps } from "@/lib/schemas/query.ts";
import { HostLine } from "../_components/host-line.tsx";
import { WatchBar } from "../../../../_components/watch-bar.tsx";
import { Ways } from "../_components/ways.tsx";
import { Advance } from "./_components/advance.tsx";
import { Finished } from "./_components/finished.tsx";
import { StepCard } from "./_components/step-card.tsx";
import { StepList } from "./_components/step-list.tsx";
import { Waiting } from "./_components/waiting.tsx";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const subject = await getStepsTitle(domain);
  if (subject === null) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("steps.title"), subject }) };
}

export default async function StepsPage({ params, searchParams }: Props) {
  const [t, { domain }, query] = await Promise.all([getTranslate(), params, searchParams]);
  const view = await getStepsView(domain, text(query["step"]));
  if (!view) notFound();
  const { current, steps, done, watch } = view;
  const dns = `/domains/${view.name}/dns`;
  const linkTo = (step: string | null) => link(`${dns}/steps`, { step: step ?? "" });
  return (
    <>
      <PageHeader
        title={t("steps.title")}
        lead={t("steps.lead", { domain: view.shown })}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${view.name}`, text: view.shown },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <Ways t={t} domain={view.name} current="/steps" />
      <Viewed domain={view.name} />
      <Advance
        step={current?.id ?? ""}
        open={current?.isOpen ?? false}
        next={linkTo(current?.next ?? null)}
      />
      <WatchBar t={t} domain={view.name} watch={watch} mayCheck={view.may.check} next={null} />
      <HostLine t={t} domain={view.name} host={view.host} />
      <div className="mb-5">
        <p id="progress" className="mb-1.5 font-medium tabular-nums">
          {t("steps.progress", { done, total: steps.length })}
        </p>
        <progress aria-labelledby="progress" value={done} max={Math.max(steps.length, 1)} />
      </div>
      <Seen t={t} view={view} />
      {view.zone && (
        <div className="mb-5 rounded-md border border-line bg-surface px-4 py-3 text-sm">
          <p className="flex flex-wrap items-center gap-2 font-medium">
            {view.zone.title}
            <VerdictMark t={t} verdict={view.zone.verdict} />
          </p>
          {view.zone.reasons.map((reason) => (
            <p key={reason} className="mt-1 max-w-[72ch]">
              {reason}
            </p>
          ))}
        </div>
      )}
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_18rem]">
        <div className="grid grid-cols-1 gap-5">
          {current ? (
            <StepCard t={t} view={view} step={current} linkTo={linkTo} />
          ) : (
            <Finished t={t} view={view} linkTo={linkTo} />
          )}
          {steps.some(({ state }) => state === "todo" || state === "unseen") && (
            <Waiting t={t} view={view} />
          )}
        </div>
        <StepList t={t} steps={steps} current={current?.id ?? ""} linkTo={linkTo} />
      </div>
    </>
  );
}

/** Who publishes a whole zone at once need not read it back. */
const NAMED = 3;

/** Always there, so that what appears in it is read aloud. */
function Seen({ t, view: { seen } }: { t: Translate; view: StepsView }) {
  return (
    <div role="status">
      {seen.length > 0 && (
        <div className="mb-5 rounded-md bg-good-wash px-4 py-3 text-good">
          <p className="font-medium">{t("steps.seen")}</p>
          <ul>
            {seen.slice(0, NAMED).map(({ id, title, name, at }) => (
              <li key={id}>
                {t("steps.seenAt", { title, time: formatClock(t.locale, at) })}{" "}
                <bdi translate="no" className="font-mono text-xs wrap-anywhere">
                  {name}
                </bdi>
              </li>
            ))}
            {seen.length > NAMED && <li>{t("steps.seenMore", { n: seen.length - NAMED })}</li>}
          </ul>
        </div>
      )}
    </div>
  );
}
