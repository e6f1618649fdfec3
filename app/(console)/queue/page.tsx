import type { Metadata } from "next";
import { Badge } from "@/components/ui/badge.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { GridTable } from "@/components/ui/grid-table.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Pager } from "@/components/ui/pager.tsx";
import { SearchForm } from "@/components/ui/search-form.tsx";
import { formatAge } from "@/lib/i18n/format.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { getQueueView } from "@/lib/dal/work.ts";
import { link, text, type PageProps } from "@/lib/schemas/query.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("queue.title") }) };
}

export default async function QueuePage({ searchParams }: PageProps) {
  const [t, query] = await Promise.all([getTranslate(), searchParams]);
  const [search, after] = [text(query["q"]), text(query["after"])];
  const view = await getQueueView({ search, after });
  const bare = view.rows.length === 0 && !search && !after;
  const now = new Date();
  return (
    <>
      <PageHeader title={t("queue.title")} lead={t("queue.lead")} />
      {bare ? (
        <EmptyState title={t("queue.empty")}>{t("queue.emptyText")}</EmptyState>
      ) : (
        <>
          <SearchForm
            action="/queue"
            label={t("queue.searchLabel")}
            query={search}
            submit={t("common.search")}
            clear={t("common.clear")}
          />
          {view.rows.length === 0 ? (
            <EmptyState>{t("queue.none", { query: search })}</EmptyState>
          ) : (
            <Card flush>
              <GridTable
                caption={t("queue.title")}
                columns={[
                  t("queue.to"),
                  t("queue.from"),
                  t("queue.age"),
                  t("queue.next"),
                  t("queue.attempts"),
                  t("queue.reply"),
                ]}
              >
                {view.rows.map((row) => (
                  <tr key={row.id}>
                    <th scope="row" className="wrap-anywhere">
                      <bdi translate="no">{row.to}</bdi>
                    </th>
                    <td data-label={t("queue.from")} className="wrap-anywhere">
                      {row.from === "" ? (
                        <span className="text-soft">{t("queue.noSender")}</span>
                      ) : (
                        <bdi translate="no">{row.from}</bdi>
                      )}
                    </td>
                    <td data-label={t("queue.age")}>{formatAge(t.locale, row.createdAt, now)}</td>
                    <td data-label={t("queue.next")}>
                      {row.hold ? (
                        <Badge tone="warn" glyph="dash">
                          {t("queue.hold")}
                        </Badge>
                      ) : (
                        formatAge(t.locale, row.nextAttemptAt, now)
                      )}
                    </td>
                    <td data-label={t("queue.attempts")} className="tabular-nums">
                      {row.attempts}
                    </td>
                    <td data-label={t("queue.reply")} className="text-sm wrap-anywhere">
                      {row.lastReply === null ? (
                        <span className="text-soft">{t("queue.noReply")}</span>
                      ) : (
                        <bdi>{row.lastReply}</bdi>
                      )}
                    </td>
                  </tr>
                ))}
              </GridTable>
            </Card>
          )}
          <Pager
            label={t("common.paging")}
            previous={
              after ? { href: link("/queue", { q: search }), text: t("common.first") } : null
            }
            next={
              view.next
                ? { href: link("/queue", { q: search, after: view.next }), text: t("common.next") }
                : null
            }
          />
        </>
      )}
    </>
  );
}
