import type { Metadata } from "next";
import Link from "next/link";
import { Badge } from "@/components/ui/badge.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { getHomeView, type HomeView, type NextStep } from "@/lib/dal/home.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { oneOf, text, type PageProps } from "@/lib/schemas/query.ts";
import { Attention } from "./_components/attention.tsx";
import { FirstSteps } from "./_components/first-steps.tsx";
import { CapabilityMatrix } from "./_components/matrix.tsx";
import { RecentChanges } from "./_components/recent-changes.tsx";
import { healthSentence } from "./_components/sentence.ts";
import { ListenerTable } from "../_components/listener-table.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("home.title") }) };
}

export default async function HomePage({ searchParams }: PageProps) {
  const [t, asked] = await Promise.all([getTranslate(), searchParams]);
  const query = { sort: oneOf(asked["sort"], ["worst", "name"]), after: text(asked["after"]) };
  const view = await getHomeView(query);
  const { counts, attention, changes } = view;
  const isEmpty = counts.total === 0;
  return (
    <>
      <PageHeader title={t("home.title")} lead={healthSentence(t, counts, view.serverToo)} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        <NextStepCard t={t} next={view.next} />
        {isEmpty && view.mayCreate && <FirstSteps t={t} />}
        {(!isEmpty || attention.length > 0) && <Attention t={t} rows={attention} />}
        {!isEmpty && <CapabilityMatrix t={t} view={view} query={query} />}
        <div className="grid items-start gap-5 lg:grid-cols-2">
          <EngineCard t={t} engine={view.engine} />
          <div className="grid gap-5">
            <QueueCard t={t} view={view} />
            {view.certificates && <CertificateCard t={t} soonest={view.certificates.soonest} />}
          </div>
        </div>
        {changes.length > 0 && <RecentChanges t={t} changes={changes} />}
      </div>
    </>
  );
}

const LINK = "inline-flex min-h-8 items-center text-accent hover:underline";

function EngineCard({ t, engine }: { t: Translate; engine: Engine }) {
  return (
    <Card title={t("home.engine")} aside={<EngineBadge t={t} state={engine.state} />}>
      <p className="text-soft">{engineSentence(t, engine)}</p>
      {engine.listeners.length > 0 && (
        <div className="mt-3">
          <ListenerTable t={t} listeners={engine.listeners} />
        </div>
      )}
    </Card>
  );
}

function QueueCard({ t, view: { queue, counts, mailboxes } }: { t: Translate; view: HomeView }) {
  return (
    <Card
      title={t("home.queue")}
      aside={
        <Link href="/queue" className={LINK}>
          {t("home.queueAll")}
        </Link>
      }
    >
      <p className="text-soft">
        {queue.oldest === null
          ? t("home.queueEmpty")
          : t("home.queueSome", {
              n: queue.waiting,
              age: formatAge(t.locale, queue.oldest, new Date()),
            })}
      </p>
      {counts.total > 0 && (
        <p className="mt-2 text-soft">{t("home.domainsMailboxes", { n: mailboxes })}</p>
      )}
    </Card>
  );
}

type Soonest = NonNullable<HomeView["certificates"]>["soonest"];

function CertificateCard({ t, soonest }: { t: Translate; soonest: Soonest }) {
  return (
    <Card
      title={t("home.certificates")}
      aside={
        <Link href="/system/certificates" className={LINK}>
          {t("home.certificates.all")}
        </Link>
      }
    >
      <p className="text-soft wrap-anywhere">
        {soonest === null
          ? t("home.certificates.none")
          : t("home.certificates.soonest", {
              name: soonest.name,
              age: formatAge(t.locale, soonest.notAfter, new Date()),
              time: formatTime(t.locale, soonest.notAfter),
            })}
      </p>
    </Card>
  );
}

type Engine = HomeView["engine"];

function engineSentence(t: Translate, { state, lastSeenAt }: Engine): string {
  if (lastSeenAt === null || state === "never") return t("engine.never");
  if (state === "silent") return t("engine.silent", { time: formatTime(t.locale, lastSeenAt) });
  return t("engine.reporting", { age: formatAge(t.locale, lastSeenAt, new Date()) });
}

function EngineBadge({ t, state }: { t: Translate; state: Engine["state"] }) {
  return state === "reporting" ? (
    <Badge tone="good" glyph="dot">
      {t("engine.badge.reporting")}
    </Badge>
  ) : (
    <Badge tone="warn" glyph="dash">
      {t("engine.badge.silent")}
    </Badge>
  );
}

function NextStepCard({ t, next }: { t: Translate; next: NextStep }) {
  const words = nextWords(t, next);
  if (!words) return null;
  return (
    <section className="flex flex-wrap items-center justify-between gap-4 rounded-lg bg-accent-wash px-5 py-4">
      <div className="min-w-0">
        <h2 className="text-sm font-medium text-accent">{t("home.nextTitle")}</h2>
        <p className="mt-0.5 max-w-[60ch] text-base">{words.text}</p>
      </div>
      <ButtonLink href={words.href}>{words.action}</ButtonLink>
    </section>
  );
}

function nextWords(t: Translate, next: NextStep) {
  switch (next.step) {
    case "hostName":
      return {
        text: t("home.next.hostName"),
        action: t("home.next.hostNameAction"),
        href: "/setup/host",
      };
    case "domain":
      return {
        text: t("home.next.domain"),
        action: t("home.next.domainAction"),
        href: "/domains/new",
      };
    case "mailbox":
      return {
        text: t("home.next.mailbox", { domain: next.shown }),
        action: t("home.next.mailboxAction"),
        href: `/domains/${next.domain}/mailboxes/new`,
      };
    case "dns":
      return {
        text: t("home.next.dns", { domain: next.shown }),
        action: t("home.next.dnsAction"),
        href: `/domains/${next.domain}/dns`,
      };
    case "none":
      return null;
  }
}
