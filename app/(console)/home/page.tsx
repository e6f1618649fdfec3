import type { Metadata } from "next";
import { Badge } from "@/components/ui/badge.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { getHomeView, type NextStep } from "@/lib/dal/home.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { Attention } from "./_components/attention.tsx";
import { ListenerTable } from "../_components/listener-table.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("home.title") }) };
}

export default async function HomePage() {
  const [t, view] = await Promise.all([getTranslate(), getHomeView()]);
  const { engine } = view;
  return (
    <>
      <PageHeader title={t("home.title")} lead={sentence(t, view.domains)} />
      <div className="grid gap-5">
        <NextStepCard t={t} next={view.next} />
        {(view.domains > 0 || view.alarms.length > 0) && <Attention t={t} alarms={view.alarms} />}
        <div className="grid items-start gap-5 lg:grid-cols-2">
          <Card title={t("home.engine")} aside={<EngineBadge t={t} state={engine.state} />}>
            <p className="text-soft">{engineSentence(t, engine)}</p>
            {engine.listeners.length > 0 && (
              <div className="mt-3">
                <ListenerTable t={t} listeners={engine.listeners} />
              </div>
            )}
          </Card>
          <Card title={t("home.queue")}>
            <p className="text-soft">
              {view.waiting === 0 ? t("home.queueEmpty") : t("home.queueSome", { n: view.waiting })}
            </p>
            {view.domains > 0 && (
              <p className="mt-2 text-soft">{t("home.domainsMailboxes", { n: view.mailboxes })}</p>
            )}
          </Card>
        </div>
      </div>
    </>
  );
}

const sentence = (t: Translate, n: number) =>
  n === 0 ? t("home.noDomains") : t("home.domains", { n });

type Engine = Awaited<ReturnType<typeof getHomeView>>["engine"];

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
