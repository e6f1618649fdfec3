import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Badge } from "@/components/ui/badge.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { GridTable } from "@/components/ui/grid-table.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Pager } from "@/components/ui/pager.tsx";
import { SearchForm } from "@/components/ui/search-form.tsx";
import { formatAge, formatBytes } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { getDomainView } from "@/lib/dal/domains.ts";
import { getMailboxesView, type MailboxRowView } from "@/lib/dal/mailboxes.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { link, oneOf, text, type PageProps } from "@/lib/schemas/query.ts";

type Props = PageProps<{ domain: string }>;
const STATES = ["all", "active", "suspended"] as const;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getDomainView(domain);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("mailboxes.title"), subject: view.shown }) };
}

export default async function MailboxesPage({ params, searchParams }: Props) {
  const [t, { domain }, query] = await Promise.all([getTranslate(), params, searchParams]);
  const search = text(query["q"]);
  const state = oneOf(query["status"], STATES);
  const [after, before] = [text(query["after"]), text(query["before"])];
  const view = await getMailboxesView(domain, { search, state, after, before });
  if (!view) notFound();
  const here = `/domains/${view.domain}/mailboxes`;
  const filter = { q: search, status: state === "all" ? "" : state };
  const bare = view.rows.length === 0 && !search && state === "all" && !after && !before;
  const add = view.may.create && (
    <ButtonLink href={`${here}/new`}>{t("mailboxes.create")}</ButtonLink>
  );
  const created = view.rows.find((row) => row.id === text(query["created"]));
  return (
    <>
      <PageHeader
        title={t("mailboxes.title")}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${view.domain}`, text: view.shown },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
        actions={!bare && add}
      />
      {created && (
        <p role="status" className="mb-4 rounded-md bg-good-wash px-4 py-2.5 text-good">
          {t("mailboxes.created", { address: created.address })}
        </p>
      )}
      {bare ? (
        <EmptyState title={t("mailboxes.emptyTitle")} action={add}>
          {t("mailboxes.empty")}
        </EmptyState>
      ) : (
        <>
          <SearchForm
            action={here}
            label={t("mailboxes.searchLabel")}
            query={search}
            submit={t("common.search")}
            clear={t("common.clear")}
            filter={{
              name: "status",
              label: t("mailboxes.stateLabel"),
              value: state,
              options: STATES.map((value) => ({ value, text: t(`mailboxes.state.${value}`) })),
            }}
          />
          {view.rows.length === 0 ? (
            <EmptyState>{t("mailboxes.none")}</EmptyState>
          ) : (
            <Card flush>
              <MailboxTable
                t={t}
                rows={view.rows}
                caption={t("mailboxes.caption", { domain: view.shown })}
              />
            </Card>
          )}
          <Pager
            label={t("common.paging")}
            previous={
              view.previous
                ? {
                    href: link(here, { ...filter, before: view.previous }),
                    text: t("common.previous"),
                  }
                : null
            }
            next={
              view.next
                ? { href: link(here, { ...filter, after: view.next }), text: t("common.next") }
                : null
            }
          />
        </>
      )}
    </>
  );
}

interface TableProps {
  readonly t: Translate;
  readonly rows: readonly MailboxRowView[];
  readonly caption: string;
}

function MailboxTable({ t, rows, caption }: TableProps) {
  const now = new Date();
  return (
    <GridTable
      caption={caption}
      columns={[
        t("mailboxes.address"),
        t("mailboxes.name"),
        t("mailboxes.state"),
        t("mailboxes.usage"),
        t("mailboxes.lastSignIn"),
      ]}
    >
      {rows.map((row) => (
        <tr key={row.id}>
          <th scope="row">
            <Link href={`/mailboxes/${row.id}`} className="text-accent hover:underline">
              <bdi translate="no">{row.address}</bdi>
            </Link>
          </th>
          <td data-label={row.displayName ? t("mailboxes.name") : undefined}>{row.displayName}</td>
          <td data-label={t("mailboxes.state")}>
            <StateBadge t={t} suspended={row.suspended} />
          </td>
          <td data-label={t("mailboxes.usage")} className="min-w-36 tabular-nums">
            <Usage t={t} usage={row.usage} />
          </td>
          <td data-label={t("mailboxes.lastSignIn")} className="text-soft">
            {row.lastSignInAt ? formatAge(t.locale, row.lastSignInAt, now) : t("common.never")}
          </td>
        </tr>
      ))}
    </GridTable>
  );
}

function StateBadge({ t, suspended }: { t: Translate; suspended: boolean }) {
  return suspended ? (
    <Badge tone="warn" glyph="dash">
      {t("mailboxes.state.suspended")}
    </Badge>
  ) : (
    <Badge tone="good" glyph="dot">
      {t("mailboxes.state.active")}
    </Badge>
  );
}

function Usage({ t, usage }: { t: Translate; usage: MailboxRowView["usage"] }) {
  const { usedBytes, quotaBytes, usedMessages, quotaMessages } = usage;
  const words = {
    used: formatBytes(t.locale, usedBytes),
    quota: formatBytes(t.locale, quotaBytes),
  };
  return (
    <span className="text-sm">
      {t("mailboxes.usageOf", words)}
      {quotaMessages !== null && (
        <span className="block text-soft">
          {t("limits.messagesOf", { used: usedMessages, limit: quotaMessages })}
        </span>
      )}
    </span>
  );
}
