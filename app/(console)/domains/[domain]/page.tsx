import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Badge } from "@/components/ui/badge.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { formatBytes, formatTime } from "@/lib/i18n/format.ts";
import { CapabilityTiles } from "@/components/capability-tiles.tsx";
import { getChecksView } from "@/lib/dal/dns.ts";
import { getActivityView, getDomainView } from "@/lib/dal/domains.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { sendTestAction } from "../actions.ts";
import { Activity } from "./_components/activity.tsx";
import { NextStep } from "./_components/next-step.tsx";
import { link, type PageProps } from "@/lib/schemas/query.ts";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getDomainView(domain);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("nav.overview"), subject: view.shown }) };
}

export default async function DomainPage({ params }: Props) {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const [view, checks, activity] = await Promise.all([
    getDomainView(domain),
    getChecksView(domain),
    getActivityView(domain),
  ]);
  if (!view || !checks) notFound();
  const facts = [
    {
      text: t("domains.mailboxes"),
      value: view.mailboxes,
      href: `/domains/${view.name}/mailboxes`,
    },
    { text: t("domains.aliases"), value: view.aliases, href: `/domains/${view.name}/aliases` },
    { text: t("domains.storage"), value: formatBytes(t.locale, view.usedBytes), href: null },
    { text: t("domain.created"), value: formatTime(t.locale, view.createdAt), href: null },
  ];
  return (
    <>
      <PageHeader
        title={<bdi translate="no">{view.shown}</bdi>}
        lead={t(`domain.lead.${view.mode}`, { domain: view.shown })}
        crumbs={[{ href: "/domains", text: t("nav.domains") }]}
        crumbsLabel={t("nav.breadcrumbs")}
        actions={
          checks.tiles.length === 0 && <Badge glyph="hollow">{t("domains.notChecked")}</Badge>
        }
      />
      {checks.openAlarms > 0 && (
        <p className="mb-5 rounded-md bg-bad-wash px-4 py-3 text-bad">
          {t("alarms.ofDomain", { n: checks.openAlarms, domain: view.shown })}{" "}
          <Link href={link("/alarms", { q: view.name })} className="underline">
            {t("alarms.ofDomain.link")}
          </Link>
        </p>
      )}
      <CapabilityTiles
        t={t}
        tiles={checks.tiles}
        domain={view.shown}
        linkTo={(capability) => link(`/domains/${view.name}/dns`, { capability })}
      />
      <NextStep
        t={t}
        domain={{ name: view.name, shown: view.shown }}
        checks={checks}
        needsMailbox={view.mailboxes === 0 && view.mode !== "reports" && view.may.createMailbox}
      />
      <div className="grid gap-5">
        <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line lg:grid-cols-4">
          {facts.map(({ text, value, href }) => (
            <div key={text} className="bg-surface px-4 py-3">
              <dt className="text-sm text-soft">{text}</dt>
              <dd className="mt-0.5 text-lg font-medium tabular-nums">
                {href ? (
                  <Link href={href} className="text-accent hover:underline">
                    {value}
                  </Link>
                ) : (
                  value
                )}
              </dd>
            </div>
          ))}
        </dl>
        {view.may.sendTest && (
          <Card title={t("domain.test.title")} lead={t("domain.test.lead", { domain: view.name })}>
            <ActionForm
              action={sendTestAction}
              submit={t("domain.test.submit")}
              working={t("common.working")}
              row
            >
              <input type="hidden" name="domain" value={view.name} />
              <div className="min-w-0 grow basis-64">
                <FormField
                  name="to"
                  label={t("domain.test.to")}
                  type="email"
                  autoComplete="email"
                  required
                />
              </div>
            </ActionForm>
          </Card>
        )}
        <Activity t={t} lines={activity ?? []} />
      </div>
    </>
  );
}
