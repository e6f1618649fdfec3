import type { Metadata } from "next";
import Link from "next/link";
import { CapabilityMarks } from "@/components/capability-mark.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { GridTable } from "@/components/ui/grid-table.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Pager } from "@/components/ui/pager.tsx";
import { SearchForm } from "@/components/ui/search-form.tsx";
import { formatBytes } from "@/lib/i18n/format.ts";
import { getDomainsView } from "@/lib/dal/domains.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { link, text, type PageProps } from "@/lib/schemas/query.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  return { title: t("app.title", { page: t("domains.title") }) };
}

export default async function DomainsPage({ searchParams }: PageProps) {
  const [t, query] = await Promise.all([getTranslate(), searchParams]);
  const search = text(query["q"]).toLowerCase();
  const after = text(query["after"]);
  const view = await getDomainsView({ search, after });
  const add = view.mayCreate && <ButtonLink href="/domains/new">{t("domains.add")}</ButtonLink>;
  const bare = view.rows.length === 0 && search === "" && after === "";
  return (
    <>
      <PageHeader title={t("domains.title")} actions={!bare && add} />
      {bare ? (
        <EmptyState title={t("domains.emptyTitle")} action={add}>
          {view.mayCreate ? t("domains.empty") : t("domains.emptyForYou")}
        </EmptyState>
      ) : (
        <>
          <SearchForm
            action="/domains"
            label={t("domains.searchLabel")}
            query={search}
            submit={t("common.search")}
            clear={t("common.clear")}
          />
          {view.rows.length === 0 ? (
            <EmptyState>{t("domains.none", { query: search })}</EmptyState>
          ) : (
            <Card flush>
              <GridTable
                caption={t("domains.title")}
                columns={[
                  t("domains.name"),
                  t("domains.capabilities"),
                  t("domains.mailboxes"),
                  t("domains.aliases"),
                  t("domains.storage"),
                ]}
              >
                {view.rows.map((row) => (
                  <tr key={row.id}>
                    <th scope="row">
                      <Link
                        href={`/domains/${row.name}`}
                        className="text-accent hover:underline"
                        title={row.name}
                      >
                        <bdi translate="no">{row.shown}</bdi>
                      </Link>
                      {row.mode !== "full" && (
                        <span className="block text-sm font-normal text-soft">
                          {t(`mode.${row.mode}`)}
                        </span>
                      )}
                    </th>
                    <td data-label={t("domains.capabilities")}>
                      <CapabilityMarks t={t} capabilities={row.capabilities} />
                    </td>
                    <td data-label={t("domains.mailboxes")} className="tabular-nums">
                      {row.mailboxes}
                    </td>
                    <td data-label={t("domains.aliases")} className="tabular-nums">
                      {row.aliases}
                    </td>
                    <td data-label={t("domains.storage")}>
                      {formatBytes(t.locale, row.usedBytes)}
                    </td>
                  </tr>
                ))}
              </GridTable>
            </Card>
          )}
          <Pager
            label={t("common.paging")}
            previous={
              after ? { href: link("/domains", { q: search }), text: t("common.first") } : null
            }
            next={
              view.next
                ? {
                    href: link("/domains", { q: search, after: view.next }),
                    text: t("common.next"),
                  }
                : null
            }
          />
        </>
      )}
    </>
  );
}
