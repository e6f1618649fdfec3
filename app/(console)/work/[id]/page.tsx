import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { formatClock, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { getJobView } from "@/lib/dal/work.ts";
import type { PageProps } from "@/lib/schemas/query.ts";
import { JobState, kindName } from "../../_components/job-state.tsx";
import { stopJobAction } from "../actions.ts";

type Props = PageProps<{ id: string }>;
type Job = NonNullable<Awaited<ReturnType<typeof getJobView>>>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { id }] = await Promise.all([getTranslate(), params]);
  const job = await getJobView(id);
  if (!job) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: kindName(t, job.kind), subject: job.subject }) };
}

export default async function JobPage({ params }: Props) {
  const [t, { id }] = await Promise.all([getTranslate(), params]);
  const job = await getJobView(id);
  if (!job) notFound();
  return (
    <>
      <PageHeader
        title={kindName(t, job.kind)}
        lead={<bdi translate="no">{job.subject}</bdi>}
        crumbs={[{ href: "/work", text: t("nav.work") }]}
        crumbsLabel={t("nav.breadcrumbs")}
        actions={<JobState t={t} state={job.state} />}
      />
      <div className="grid gap-5">
        <Card>
          {!job.over && (
            <div className="mb-4">
              <progress
                aria-label={t("work.progress")}
                max={job.total || 1}
                value={job.total > 0 ? job.done : undefined}
              />
              {job.total > 0 && (
                <p className="mt-1 text-sm text-soft">
                  {t("work.progressOf", { done: job.done, total: job.total })}
                </p>
              )}
            </div>
          )}
          <Facts t={t} job={job} />
          {!job.over && !job.cancelAsked && (
            <div className="mt-4">
              <ActionForm
                action={stopJobAction}
                submit={t("work.cancel")}
                working={t("common.working")}
                look="secondary"
              >
                <input type="hidden" name="jobId" value={job.id} />
              </ActionForm>
            </div>
          )}
          {job.cancelAsked && !job.over && (
            <p className="mt-4 text-soft">{t("work.cancelAsked")}</p>
          )}
          {job.error && (
            <p className="mt-4 rounded-md bg-bad-wash px-3 py-2 text-bad">
              <bdi>{job.error}</bdi>
            </p>
          )}
        </Card>
        {job.result && Object.keys(job.result).length > 0 && (
          <Card title={t("work.result")}>
            <dl className="grid gap-2 sm:grid-cols-[12rem_1fr]">
              {Object.entries(job.result).map(([name, value]) => (
                <div key={name} className="contents">
                  <dt className="text-soft">{resultName(t, name)}</dt>
                  <dd className="wrap-anywhere">{resultValue(t, name, value)}</dd>
                </div>
              ))}
            </dl>
          </Card>
        )}
        <Card title={t("work.log")}>
          {job.log.length === 0 ? (
            <p className="text-soft">{t("work.noLog")}</p>
          ) : (
            <ol className="grid gap-1 text-sm">
              {job.log.map(({ at, text }, index) => (
                <li key={index} className="grid gap-x-4 sm:grid-cols-[8rem_1fr]">
                  <time dateTime={at} className="text-soft tabular-nums">
                    {formatClock(t.locale, new Date(at))}
                  </time>
                  <bdi className="wrap-anywhere">{text}</bdi>
                </li>
              ))}
            </ol>
          )}
        </Card>
      </div>
    </>
  );
}

function Facts({ t, job }: { t: Translate; job: Job }) {
  const facts = [
    [t("work.asked"), formatTime(t.locale, job.createdAt)],
    [t("work.askedBy"), job.askedByName],
    [t("work.finished"), job.finishedAt ? formatTime(t.locale, job.finishedAt) : "–"],
  ];
  return (
    <dl className="grid gap-3 text-sm sm:grid-cols-3">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className="text-soft">{name}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const RESULTS = [
  "outcome",
  "traceId",
  "sessions",
  "engines",
  "changes",
  "questions",
  "kept",
  "problems",
  "seen",
  "zone",
] as const;
const OUTCOMES = ["delivered", "queued", "failed"] as const;

/** What our own handlers answer has words; anything else is shown as it is. */
function resultName(t: Translate, name: string): string {
  const known = RESULTS.find((word) => word === name);
  return known ? t(`work.result.${known}`) : name;
}

function resultValue(t: Translate, name: string, value: unknown): string {
  const outcome = name === "outcome" && OUTCOMES.find((word) => word === value);
  if (outcome) return t(`work.result.outcome.${outcome}`);
  if (typeof value === "boolean") return t(value ? "work.result.yes" : "work.result.no");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
