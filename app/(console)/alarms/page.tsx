import type { Metadata } from "next";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Pager } from "@/components/ui/pager.tsx";
import { SearchForm } from "@/components/ui/search-form.tsx";
import { getAlarmsView } from "@/lib/dal/alarms.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { link, oneOf, text, type PageProps } from "@/lib/schemas/query.ts";
import { AlarmItem } from "./_components/alarm-item.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("alarms.title") }) };
}

const STATES = ["open", "closed", "any"] as const;

export default async function AlarmsPage({ searchParams }: PageProps) {
  const [t, query] = await Promise.all([getTranslate(), searchParams]);
  const search = text(query["q"]).toLowerCase();
  const state = oneOf(query["state"], STATES);
  const before = text(query["before"]);
  const view = await getAlarmsView({ search, state, before });
  const here = (more: Readonly<Record<string, string>> = {}) =>
    link("/alarms", { q: search, state: state === "open" ? "" : state, ...more });
  return (
    <>
      <PageHeader title={t("alarms.title")} lead={t("alarms.lead")} />
      <SearchForm
        action="/alarms"
        label={t("alarms.searchLabel")}
        query={search}
        submit={t("common.search")}
        clear={t("common.clear")}
        filter={{
          name: "state",
          label: t("alarms.state"),
          value: state,
          options: STATES.map((value) => ({ value, text: t(`alarms.state.${value}`) })),
        }}
      />
      {view.rows.length > 0 ? (
        <Card flush>
          <h2 className="sr-only">{t("alarms.list")}</h2>
          <ul>
            {view.rows.map((alarm) => (
              <AlarmItem key={alarm.id} t={t} alarm={alarm} />
            ))}
          </ul>
        </Card>
      ) : search !== "" || before !== "" ? (
        <EmptyState>{t("alarms.none")}</EmptyState>
      ) : (
        <EmptyState title={t(state === "open" ? "alarms.empty.open" : "alarms.empty.other")}>
          {t(state === "open" ? "alarms.empty.openText" : "alarms.empty.otherText")}
        </EmptyState>
      )}
      <Pager
        label={t("common.paging")}
        previous={before ? { href: here(), text: t("common.first") } : null}
        next={view.next ? { href: here({ before: view.next }), text: t("common.next") } : null}
      />
    </>
  );
}
