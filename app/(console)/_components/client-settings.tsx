import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { DeviceView } from "@/lib/dal/devices.ts";

interface Props {
  readonly t: Translate;
  readonly view: DeviceView;
  readonly servers: DeviceView["servers"];
  /** On paper nothing can be copied. */
  readonly print?: boolean;
}

/** What mail programs ask for, in the order in which they ask. */
export function ClientSettings({ t, view, servers, print = false }: Props) {
  const { address, hostName } = view;
  return (
    <>
      <div className="divide-y divide-line rounded-md border border-line">
        <dl>
          <Row t={t} name={t("clients.table.address")} value={address} print={print} />
          <div className="px-3 pb-2">
            <dt className="text-xs text-soft">{t("clients.table.password")}</dt>
            <dd className="text-sm">{t("clients.table.passwordText")}</dd>
          </div>
        </dl>
        {servers.map(({ protocol, port, tls }) => (
          <section key={protocol + tls} className="break-inside-avoid">
            <h3 className="px-3 pt-2 text-sm font-medium">
              {t(`clients.table.${protocol}`)} · {t(`clients.table.${tls}`)}
            </h3>
            <dl className="sm:grid sm:grid-cols-[minmax(0,1fr)_auto]">
              <Row t={t} name={t("clients.table.server")} value={hostName} print={print} />
              <Row t={t} name={t("clients.table.port")} value={String(port)} print={print} />
            </dl>
          </section>
        ))}
      </div>
      <p className="mt-3 text-sm text-soft">{t("clients.table.auth")}</p>
      {!view.portsKnown && <p className="mt-1 text-sm text-warn">{t("clients.table.unknown")}</p>}
    </>
  );
}

interface RowProps {
  readonly t: Translate;
  readonly name: string;
  readonly value: string;
  readonly print: boolean;
}

function Row({ t, name, value, print }: RowProps) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-3 py-1">
      <dt className="col-span-2 text-xs text-soft">{name}</dt>
      <dd className="font-mono text-sm wrap-anywhere" translate="no">
        {value}
      </dd>
      {!print && (
        <dd className="flex">
          <CopyButton
            text={value}
            label={t("common.copyWhat", { what: name })}
            copied={t("common.copied")}
          />
        </dd>
      )}
    </div>
  );
}
