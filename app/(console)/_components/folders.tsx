import { Card } from "@/components/ui/card.tsx";
import { GridTable } from "@/components/ui/grid-table.tsx";
import { Pager } from "@/components/ui/pager.tsx";
import type { FoldersView } from "@/lib/dal/folders.ts";
import { formatBytes } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { link } from "@/lib/schemas/query.ts";

interface Props {
  readonly t: Translate;
  readonly view: FoldersView;
  /** The page it stands on. */
  readonly here: string;
}

/** The folders of a mailbox, counted as the mail store counts them; a page of them when there are many. */
export function Folders({ t, view, here }: Props) {
  const { sum, quotaBytes, previous, next } = view;
  const page = (query: Record<string, string>) => `${link(here, query)}#folders`;
  const words = {
    folders: sum.folders,
    messages: sum.messages,
    unseen: sum.unseen,
    size: formatBytes(t.locale, sum.bytes),
    quota: formatBytes(t.locale, quotaBytes),
  };
  return (
    <Card id="folders" title={t("folders.title")} lead={t("folders.sum", words)} flush>
      {sum.deleted > 0 && (
        <p className="max-w-prose px-4 pb-3 text-soft sm:px-5">
          {t("folders.deleted", { n: sum.deleted })}
        </p>
      )}
      {view.rows.length === 0 ? (
        <p className="px-4 pb-5 text-soft sm:px-5">{t("folders.none")}</p>
      ) : (
        <FolderTable t={t} rows={view.rows} />
      )}
      {(previous ?? next) !== null && (
        <div className="px-4 pb-4 sm:px-5 sm:pb-5">
          <Pager
            label={t("folders.paging")}
            previous={
              previous ? { href: page({ before: previous }), text: t("common.previous") } : null
            }
            next={next ? { href: page({ after: next }), text: t("common.next") } : null}
          />
        </div>
      )}
    </Card>
  );
}

/** On a phone the counts of a folder share a line. */
const COUNT = "whitespace-nowrap tabular-nums max-[44rem]:inline-block! max-[44rem]:me-4";

function FolderTable({ t, rows }: { t: Translate; rows: FoldersView["rows"] }) {
  const number = (n: number) => n.toLocaleString(t.locale);
  return (
    <GridTable
      caption={t("folders.title")}
      columns={[
        t("folders.name"),
        t("folders.use"),
        t("folders.messages"),
        t("folders.unread"),
        t("folders.size"),
      ]}
    >
      {rows.map((row) => (
        <tr key={row.name}>
          <th scope="row" className="w-1/2 break-keep wrap-anywhere">
            <span className="font-normal text-soft">
              {row.above.map((level, at) => (
                <span key={at}>
                  <bdi translate="no">{level}</bdi>
                  {" / "}
                </span>
              ))}
            </span>
            <bdi translate="no">{row.leaf}</bdi>
          </th>
          <td data-label={row.use ? t("folders.use") : undefined} className="text-soft">
            {row.use && t(`folders.use.${row.use}`)}
          </td>
          <td data-label={t("folders.messages")} className={COUNT}>
            {number(row.messages)}
          </td>
          <td data-label={t("folders.unread")} className={COUNT}>
            {number(row.unseen)}
          </td>
          <td data-label={t("folders.size")} className={COUNT}>
            {formatBytes(t.locale, row.bytes)}
          </td>
        </tr>
      ))}
    </GridTable>
  );
}
