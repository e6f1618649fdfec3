import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { CapabilityTiles } from "@/components/capability-tiles.tsx";
import { Viewed } from "@/components/viewed.tsx";
import { getChecksView } from "@/lib/dal/dns.ts";
import { getRecordsView } from "@/lib/dal/domains.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { link, oneOf, type PageProps } from "@/lib/schemas/query.ts";
import { Choice } from "./_components/choice.tsx";
import { BeyondRow } from "../../../_components/beyond-row.tsx";
import { HostLine } from "./_components/host-line.tsx";
import { RecordRow } from "../../../_components/record-row.tsx";
import { WatchBar } from "../../../_components/watch-bar.tsx";
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
  const usual = checks.names.usual;
  const names = oneOf(query["names"], [usual, usual === "full" ? "relative" : "full"]);
  const show = oneOf(query["show"], ["", "work"]);
  const group = oneOf(query["capability"], ["", ...GROUPS]);
  const here = `/domains/${view.name}/dns`;
  const linkTo = (over: Readonly<Record<string, string>>) =>
    link(here, { names: names === usual ? "" : names, show, capability: group, ...over });
  const isOpen = (id: string) => checks.byRecord.get(id)?.needsWork ?? true;
  const records = view.records.filter(
    (record) => (group === "" || record.group === group) && (show === "" || isOpen(record.id)),
  );
  const beyond = checks.beyond.filter(
    (check) => (group === "" || check.group === group) && (show === "" || check.needsWork),
  );
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
        actions={
          <ButtonLink href={`${here}/sheet`} look="secondary">
            {t("sheet.link")}
          </ButtonLink>
        }
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
      <CapabilityTiles
        t={t}
        tiles={checks.tiles}
        domain={view.shown}
        linkTo={(capability) => linkTo({ capability })}
        current={group}
      />
      <WatchBar
        t={t}
        domain={view.name}
        watch={checks.watch}
        mayCheck={checks.may.check}
        next={checks.next}
      />
      <HostLine t={t} domain={view.name} host={checks.host} />
      <div className="mb-5 flex flex-wrap items-center gap-x-6 gap-y-2">
        <Choice
          label={t("dns.show")}
          current={show}
          options={[
            { value: "", text: t("dns.show.all"), href: linkTo({ show: "" }) },
            { value: "work", text: t("dns.show.work"), href: linkTo({ show: "work" }) },
          ]}
        />
        <Choice
          label={t("dns.names")}
          current={names}
          options={[
            {
              value: "relative",
              text: t("dns.names.relative"),
              href: linkTo({ names: usual === "relative" ? "" : "relative" }),
            },
            {
              value: "full",
              text: t("dns.names.full"),
              href: linkTo({ names: usual === "full" ? "" : "full" }),
            },
          ]}
        />
        {group !== "" && (
          <p className="text-sm">
            {t("dns.show.only", { group: t(`dns.group.${group}`) })}{" "}
            <Link href={linkTo({ capability: "" })} className="text-accent hover:underline">
              {t("dns.show.everyGroup")}
            </Link>
          </p>
        )}
        <p className="max-w-[60ch] text-sm text-soft">{namesHint(t, checks)}</p>
      </div>
      {records.length + beyond.length === 0 && (
        <EmptyState
          title={t("dns.show.none")}
          action={
            <ButtonLink look="secondary" href={linkTo({ show: "", capability: "" })}>
              {t("dns.show.all")}
            </ButtonLink>
          }
        >
          {t(
            show === ""
              ? "dns.show.noneOfGroup"
              : group === ""
                ? "dns.show.noneLeft"
                : "dns.show.noneInGroup",
          )}
        </EmptyState>
      )}
      <div className="grid gap-5">
        {GROUPS.map((one) => {
          const own = records.filter((record) => record.group === one);
          if (own.length === 0) return null;
          return (
            <Card
              key={one}
              id={one}
              title={t(`dns.group.${one}`)}
              lead={t(`dns.group.${one}.text`, { domain: view.shown })}
              flush
            >
              <ul className="border-t border-line">
                {own.map((record) => (
                  <RecordRow
                    key={record.id}
                    t={t}
                    record={record}
                    name={names === "full" ? record.name : checks.names.short(record.name)}
                    domain={view.name}
                    check={checks.byRecord.get(record.id)}
                    mayAccept={checks.may.accept}
                  />
                ))}
              </ul>
            </Card>
          );
        })}
        {beyond.length > 0 && (
          <Card id="beyond" title={t("check.beyond")} flush>
            <ul className="border-t border-line">
              {beyond.map((check) => (
                <BeyondRow
                  key={check.key}
                  t={t}
                  domain={view.name}
                  check={check}
                  mayAccept={checks.may.accept}
                />
              ))}
            </ul>
          </Card>
        )}
      </div>
    </>
  );
}

type Checks = NonNullable<Awaited<ReturnType<typeof getChecksView>>>;

function namesHint(t: Translate, { host, names: { zone, usual } }: Checks) {
  if (host.name === null) return t("dns.names.hint", { domain: zone });
  return usual === "full"
    ? t("steps.nameHint.full", { host: host.name })
    : t("steps.nameHint.relative", { host: host.name, zone });
}
