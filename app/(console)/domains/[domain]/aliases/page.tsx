import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import { GridTable } from "@/components/ui/grid-table.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Pager } from "@/components/ui/pager.tsx";
import { SearchForm } from "@/components/ui/search-form.tsx";
import { getDomainView } from "@/lib/dal/domains.ts";
import { getAliasesView } from "@/lib/dal/mailboxes.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { link, text, type PageProps } from "@/lib/schemas/query.ts";
import { addAliasAction, removeAliasAction } from "../../actions.ts";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getDomainView(domain);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("aliases.title"), subject: view.shown }) };
}

export default async function AliasesPage({ params, searchParams }: Props) {
  const [t, { domain }, query] = await Promise.all([getTranslate(), params, searchParams]);
  const [search, after] = [text(query["q"]), text(query["after"])];
  const view = await getAliasesView(domain, { search, after });
  if (!view) notFound();
  const here = `/domains/${view.domain}/aliases`;
  const bare = view.rows.length === 0 && !search && !after;
  return (
    <>
      <PageHeader
        title={t("aliases.title")}
        lead={t("aliases.empty")}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${view.domain}`, text: view.shown },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <div className="grid gap-5">
        {view.mayWrite && (
          <Card title={t("aliases.create")}>
            <ActionForm
              action={addAliasAction}
              submit={t("aliases.new.submit")}
              working={t("common.working")}
            >
              <input type="hidden" name="domain" value={view.domain} />
              <div className="grid gap-4 sm:grid-cols-2">
                <FormField
                  name="localPart"
                  label={t("aliases.new.localPart")}
                  hint={t("aliases.new.localPartHint")}
                  suffix={`@${view.shown}`}
                  autoComplete="off"
                  required
                />
                <FormField
                  name="targets"
                  label={t("aliases.new.targets")}
                  hint={t("aliases.new.targetsHint")}
                  multiline
                  required
                />
              </div>
            </ActionForm>
          </Card>
        )}
        <div>
          {!bare && (
            <SearchForm
              action={here}
              label={t("aliases.searchLabel")}
              query={search}
              submit={t("common.search")}
              clear={t("common.clear")}
            />
          )}
          {view.rows.length === 0 ? (
            <EmptyState>
              {bare ? t("aliases.emptyTitle") : t("aliases.none", { query: search })}
            </EmptyState>
          ) : (
            <Card flush>
              <GridTable
                caption={t("aliases.caption", { domain: view.shown })}
                columns={[
                  t("aliases.address"),
                  t("aliases.targets"),
                  view.mayWrite && t("common.actions"),
                ]}
              >
                {view.rows.map((row) => {
                  const { address } = row;
                  return (
                    <tr key={row.id}>
                      <th scope="row">
                        <bdi translate="no">{address}</bdi>
                      </th>
                      <td data-label={t("aliases.targets")}>
                        <ul translate="no">
                          {row.targets.map((target) => (
                            <li key={target} className="wrap-anywhere">
                              <bdi>{target}</bdi>
                            </li>
                          ))}
                        </ul>
                      </td>
                      {view.mayWrite && (
                        <td className="md:w-72">
                          <Confirm
                            summary={t("aliases.delete")}
                            label={t("aliases.deleteWhat", { address })}
                          >
                            <p className="mb-3">{t("aliases.deleteText", { address })}</p>
                            <ActionForm
                              action={removeAliasAction}
                              submit={t("aliases.delete")}
                              submitLabel={t("aliases.deleteWhat", { address })}
                              working={t("common.working")}
                              look="danger"
                            >
                              <input type="hidden" name="aliasId" value={row.id} />
                            </ActionForm>
                          </Confirm>
                        </td>
                      )}
                    </tr>
                  );
                })}
              </GridTable>
            </Card>
          )}
          <Pager
            label={t("common.paging")}
            previous={after ? { href: link(here, { q: search }), text: t("common.first") } : null}
            next={
              view.next
                ? { href: link(here, { q: search, after: view.next }), text: t("common.next") }
                : null
            }
          />
        </div>
      </div>
    </>
  );
}
