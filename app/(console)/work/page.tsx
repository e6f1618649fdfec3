import type { Metadata } from "next";
import Link from "next/link";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { GridTable } from "@/components/ui/grid-table.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Pager } from "@/components/ui/pager.tsx";
import { formatAge } from "@/lib/i18n/format.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { getWorkView } from "@/lib/dal/work.ts";
import { link, text, type PageProps } from "@/lib/schemas/query.ts";
import { JobState, kindName } from "../_components/job-state.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("work.title") }) };
}

export default async function WorkPage({ searchParams }: PageProps) {
  const [t, query] = await Promise.all([getTranslate(), searchParams]);
  const before = text(query["before"]);
  const view = await getWorkView({ before });
  const now = new Date();
  return (
    <>
      <PageHeader title={t("work.title")} lead={t("work.lead")} />
      {view.rows.length === 0 ? (
        <EmptyState title={t("work.empty")}>{t("work.emptyText")}</EmptyState>
      ) : (
        <Card flush>
          <GridTable
            caption={t("work.title")}
            columns={[
              t("work.kind"),
              t("work.subject"),
              t("work.state"),
              t("work.asked"),
              t("work.askedBy"),
            ]}
          >
            {view.rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  <Link href={`/work/${row.id}`} className="text-accent hover:underline">
                    {kindName(t, row.kind)}
                  </Link>
                </th>
                <td data-label={t("work.subject")} className="wrap-anywhere">
                  <bdi translate="no">{row.subject}</bdi>
                </td>
                <td data-label={t("work.state")}>
                  <JobState t={t} state={row.state} />
                </td>
                <td data-label={t("work.asked")}>
                  <time dateTime={row.createdAt.toISOString()}>
                    {formatAge(t.locale, row.createdAt, now)}
                  </time>
                </td>
                <td data-label={t("work.askedBy")} className="wrap-anywhere">
                  <bdi translate="no">{row.askedByName}</bdi>
                </td>
              </tr>
            ))}
          </GridTable>
        </Card>
      )}
      <Pager
        label={t("common.paging")}
        previous={before ? { href: "/work", text: t("common.first") } : null}
        next={
          view.next ? { href: link("/work", { before: view.next }), text: t("common.next") } : null
        }
      />
    </>
  );
}
