import { formatBytes } from "@/lib/i18n/format.ts";
import { GridTable } from "@/components/ui/grid-table.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Folder {
  readonly name: string;
  readonly messages: number;
  readonly unseen: number;
  readonly bytes: number;
}

/** Counts as the mail store keeps them. */
export function FolderTable({ t, folders }: { t: Translate; folders: readonly Folder[] }) {
  if (folders.length === 0) return <p className="px-5 pb-5 text-soft">{t("mailbox.noFolders")}</p>;
  const number = (n: number) => n.toLocaleString(t.locale);
  return (
    <GridTable
      caption={t("mailbox.folders")}
      columns={[t("mailbox.folder"), t("mailbox.messages"), t("mailbox.unread"), t("mailbox.size")]}
    >
      {folders.map((folder) => (
        <tr key={folder.name}>
          <th scope="row">
            <bdi>{folder.name}</bdi>
          </th>
          <td data-label={t("mailbox.messages")} className="tabular-nums">
            {number(folder.messages)}
          </td>
          <td data-label={t("mailbox.unread")} className="tabular-nums">
            {number(folder.unseen)}
          </td>
          <td data-label={t("mailbox.size")}>{formatBytes(t.locale, folder.bytes)}</td>
        </tr>
      ))}
    </GridTable>
  );
}
