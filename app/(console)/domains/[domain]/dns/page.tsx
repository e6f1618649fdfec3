import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Badge } from "@/components/ui/badge.tsx";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Tabs } from "@/components/ui/tabs.tsx";
import { getRecordsView } from "@/lib/dal/domains.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { oneOf, type PageProps } from "@/lib/schemas/query.ts";
import { RecordRow } from "./_components/record-row.tsx";

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
  const view = await getRecordsView(domain);
  if (!view) notFound();
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
        actions={<Badge glyph="hollow">{t("dns.state.notChecked")}</Badge>}
      />
      {!view.hostName.includes(".") && (
        <p className="mb-5 rounded-md bg-warn-wash px-4 py-3 text-warn">
          {t("dns.noHost", { host: view.hostName })}{" "}
          <Link href="/setup/host" className="underline">
            {t("home.next.hostNameAction")}
          </Link>
        </p>
      )}
      <Tabs
        label={t("dns.tabs")}
        tabs={[
          { href: here, text: t("dns.tab.records"), current: true },
          { href: `${here}/zone`, text: t("dns.tab.zone"), current: false },
        ]}
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
                  <RecordRow key={record.id} t={t} record={record} names={names} />
                ))}
              </ul>
            </Card>
          );
        })}
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
