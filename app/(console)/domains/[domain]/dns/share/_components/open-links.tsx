import { Card } from "@/components/ui/card.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import { GridTable } from "@/components/ui/grid-table.tsx";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { endShareLinkAction } from "../actions.ts";

interface OpenLink {
  readonly id: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
}

interface Props {
  readonly t: Translate;
  readonly shown: string;
  readonly links: readonly OpenLink[];
}

/** Who can look at the domain's records without an account, and the end of it. */
export function OpenLinks({ t, shown, links }: Props) {
  if (links.length === 0) {
    return (
      <Card title={t("share.open.title")}>
        <p className="text-soft">{t("share.open.none")}</p>
      </Card>
    );
  }
  const now = new Date();
  return (
    <Card title={t("share.open.title")} flush>
      <GridTable
        caption={t("share.open.caption", { domain: shown })}
        columns={[
          t("share.open.by"),
          t("share.open.made"),
          t("share.open.used"),
          t("share.open.ends"),
          t("common.actions"),
        ]}
      >
        {links.map((link) => (
          <tr key={link.id}>
            <th scope="row" className="wrap-anywhere">
              <bdi translate="no">{link.createdBy}</bdi>
            </th>
            <td data-label={t("share.open.made")}>
              <Age t={t} at={link.createdAt} now={now} />
            </td>
            <td data-label={t("share.open.used")}>
              {link.lastUsedAt ? <Age t={t} at={link.lastUsedAt} now={now} /> : t("common.never")}
            </td>
            <td data-label={t("share.open.ends")}>
              <time dateTime={link.expiresAt.toISOString()}>
                {formatTime(t.locale, link.expiresAt)}
              </time>
            </td>
            <td>
              <End t={t} link={link} now={now} />
            </td>
          </tr>
        ))}
      </GridTable>
    </Card>
  );
}

function End({ t, link, now }: { t: Translate; link: OpenLink; now: Date }) {
  const age = formatAge(t.locale, link.createdAt, now);
  const label = t("share.revokeWhat", { name: link.createdBy, age });
  return (
    <Confirm summary={t("share.revoke")} label={label}>
      <p className="mb-3">{t("share.revokeText")}</p>
      <ActionForm
        action={endShareLinkAction}
        submit={t("share.revoke")}
        submitLabel={label}
        working={t("common.working")}
        look="danger"
      >
        <input type="hidden" name="linkId" value={link.id} />
      </ActionForm>
    </Confirm>
  );
}

function Age({ t, at, now }: { t: Translate; at: Date; now: Date }) {
  return (
    <time dateTime={at.toISOString()} title={formatTime(t.locale, at)}>
      {formatAge(t.locale, at, now)}
    </time>
  );
}
