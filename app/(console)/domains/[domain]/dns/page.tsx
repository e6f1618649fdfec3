import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { CapabilityTiles } from "@/components/capability-tiles.tsx";
import { VerdictMark } from "@/components/verdict.tsx";
import { Viewed } from "@/components/viewed.tsx";
import { getChecksView } from "@/lib/dal/dns.ts";
import { getRecordsView } from "@/lib/dal/domains.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { oneOf, type PageProps } from "@/lib/schemas/query.ts";
import { CheckState } from "./_components/check-state.tsx";
import { RecordRow } from "./_components/record-row.tsx";
import { WatchBar } from "./_components/watch-bar.tsx";
import { Ways } from "./_components/ways.tsx";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getRecordsView(domain);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: "DNS", subject: view.shown }) };
}

const GROUPS = ["receive", "send", "protect", "encrypt", "devices"] as const;

export default async function DnsPage({ params, searchParams }: Props) {
  const [t, { domain }, query] = await Promise.all([getTranslate(), params, searchParams]);
  const [view, checks] = await Promise.all([getRecordsView(domain), getChecksView(domain)]);
  if (!view || !checks) notFound();
  const names = oneOf(query["names"], ["relative", "full"]);
  const here = `/domains/${view.name}/dns`;
  return (
    <>
      <PageHeader
        title={t("dns.title")}
        lead={t("dns.lead", { domain: view.shown })}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${view.name}`, text: view.shown },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      {!view.hostName.includes(".") && (
        <p className="mb-5 rounded-md bg-warn-wash px-4 py-3 text-warn">
          {t("dns.noHost", { host: view.hostName })}{" "}
          <Link href="/setup/host" className="underline">
            {t("home.next.hostNameAction")}
          </Link>
        </p>
      )}
      <Ways t={t} domain={view.name} current="" />
      <Viewed domain={view.name} />
      <CapabilityTiles t={t} tiles={checks.tiles} domain={view.shown} href={here} />
      <WatchBar
        t={t}
        domain={view.name}
        watch={checks.watch}
        mayCheck={checks.may.check}
        next={checks.next}
      />
      <div className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2">
        <NameSwitch label={t("dns.names")} here={here} names={names} words={nameWords(t)} />
        <p className="max-w-[60ch] text-sm text-soft">
          {t("dns.names.hint", { domain: view.name })}
        </p>
      </div>
      <div className="grid gap-5">
        {GROUPS.map((group) => {
          const records = view.records.filter((record) => record.group === group);
          if (records.length === 0) return null;
          return (
            <Card
              key={group}
              id={group}
              title={t(`dns.group.${group}`)}
              lead={t(`dns.group.${group}.text`, { domain: view.shown })}
              flush
            >
              <ul className="border-t border-line">
                {records.map((record) => (
                  <RecordRow
                    key={record.id}
                    t={t}
                    record={record}
                    names={names}
                    domain={view.name}
                    check={checks.byRecord.get(record.id)}
                    mayAccept={checks.may.accept}
                  />
                ))}
              </ul>
            </Card>
          );
        })}
        {checks.beyond.length > 0 && (
          <Card id="beyond" title={t("check.beyond")} flush>
            <ul className="border-t border-line">
              {checks.beyond.map((check) => (
                <li
                  key={check.key}
                  className="border-b border-line px-4 py-4 last:border-b-0 sm:px-5"
                >
                  <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
                    <h3 className="font-medium">{check.title}</h3>
                    <VerdictMark t={t} verdict={check.verdict} />
                  </div>
                  <p className="mt-1 font-mono text-xs text-soft wrap-anywhere" translate="no">
                    {check.name}
                  </p>
                  <CheckState
                    t={t}
                    domain={view.name}
                    check={check}
                    mayAccept={checks.may.accept}
                  />
                </li>
              ))}
            </ul>
          </Card>
        )}
      </div>
    </>
  );
}

type T = Awaited<ReturnType<typeof getTranslate>>;
const nameWords = (t: T) => ({ relative: t("dns.names.relative"), full: t("dns.names.full") });

interface SwitchProps {
  readonly label: string;
  readonly here: string;
  readonly names: "relative" | "full";
  readonly words: { readonly relative: string; readonly full: string };
}

function NameSwitch({ label, here, names, words }: SwitchProps) {
  return (
    <nav aria-label={label} className="flex items-center gap-2 text-sm">
      <span aria-hidden="true" className="text-soft">
        {label}
      </span>
      <ul className="flex rounded-md border border-edge p-0.5">
        {(["relative", "full"] as const).map((style) => (
          <li key={style}>
            <Link
              href={style === "relative" ? here : `${here}?names=full`}
              aria-current={style === names ? "true" : undefined}
              scroll={false}
              className="inline-flex min-h-8 items-center rounded px-2.5 text-soft hover:text-ink aria-[current]:bg-accent-wash aria-[current]:font-medium aria-[current]:text-accent"
            >
              {words[style]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
