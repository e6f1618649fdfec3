import { Card } from "@/components/ui/card.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import { GridTable } from "@/components/ui/grid-table.tsx";
import type { KeptCertificate } from "@/lib/dal/certificates.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { removeCertificateAction } from "../actions.ts";

interface Props {
  readonly t: Translate;
  readonly certificates: readonly KeptCertificate[];
  readonly mayWrite: boolean;
  readonly now: Date;
}

const SOURCES = ["self-signed", "uploaded", "acme"] as const;

export function KeptList({ t, certificates, mayWrite, now }: Props) {
  const title = t("certificates.kept.title");
  return (
    <Card title={title} lead={t("certificates.kept.lead")} flush>
      <GridTable
        caption={title}
        columns={[
          t("certificates.name"),
          t("certificates.source"),
          t("certificates.until"),
          t("certificates.key"),
          mayWrite && t("certificates.remove"),
        ]}
      >
        {certificates.map((row) => (
          <tr key={row.id}>
            <th scope="row" className="wrap-anywhere">
              <bdi translate="no">{row.names.join(", ")}</bdi>
            </th>
            <td data-label={t("certificates.source")} className="wrap-anywhere">
              {sourceName(t, row.source)}
              {row.source !== "self-signed" && (
                <span className="block text-sm text-soft">
                  <bdi>{row.issuer}</bdi>
                </span>
              )}
            </td>
            <td data-label={t("certificates.until")}>
              <time dateTime={row.notAfter.toISOString()}>
                {formatTime(t.locale, row.notAfter)}
              </time>
              {row.notAfter <= now && (
                <span className="block text-sm text-bad">{t("certificates.expired")}</span>
              )}
            </td>
            <td data-label={t("certificates.key")} className="wrap-anywhere">
              {row.keyAlgorithm}
              {row.hostKeyId && ` (${t("certificates.key.host")})`}
              <details className="text-sm">
                <summary className="cursor-pointer text-accent">
                  {t("certificates.fingerprint")}
                </summary>
                <code className="font-mono text-xs">{row.fingerprint}</code>
              </details>
            </td>
            {mayWrite && <td>{row.source === "uploaded" && <Remove t={t} row={row} />}</td>}
          </tr>
        ))}
      </GridTable>
    </Card>
  );
}

function Remove({ t, row }: { t: Translate; row: KeptCertificate }) {
  const label = t("certificates.removeName", { name: row.names[0] ?? "" });
  return (
    <Confirm summary={t("certificates.remove")} label={label}>
      <p className="mb-3">{t("certificates.removeText")}</p>
      <ActionForm
        action={removeCertificateAction}
        submit={t("certificates.remove")}
        submitLabel={label}
        working={t("common.working")}
        look="danger"
      >
        <input type="hidden" name="certificateId" value={row.id} />
      </ActionForm>
    </Confirm>
  );
}

function sourceName(t: Translate, source: string): string {
  const known = SOURCES.find((word) => word === source);
  return known ? t(`certificates.source.${known}`) : source;
}
