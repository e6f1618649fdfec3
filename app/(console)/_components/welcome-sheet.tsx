import { PrintButton } from "@/components/print-button.tsx";
import type { DeviceView } from "@/lib/dal/devices.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { ClientSettings } from "./client-settings.tsx";

/** To print or to hand over: how to reach the mailbox, and no secret. (Print takes `header`s away.) */
export function WelcomeSheet({ t, view }: { t: Translate; view: DeviceView }) {
  return (
    <div className="grid gap-5">
      <section className="rounded-lg border border-line bg-surface p-4 sm:p-5">
        <h2 className="text-base font-semibold">{t("clients.sheet.console")}</h2>
        <p className="mb-3 max-w-prose text-soft">{t("clients.sheet.consoleText")}</p>
        <p className="font-mono text-sm wrap-anywhere" translate="no">
          {`${view.origin.url}/me`}
        </p>
      </section>
      <section className="rounded-lg border border-line bg-surface p-4 sm:p-5">
        <h2 className="mb-3 text-base font-semibold">{t("clients.table.title")}</h2>
        <ClientSettings t={t} view={view} servers={view.automatic} print />
      </section>
      <p className="text-sm text-soft">
        {t("clients.sheet.made", { domain: view.domain, time: formatTime(t.locale, new Date()) })}
      </p>
      <p className="print:hidden">
        <PrintButton text={t("clients.sheet.print")} />
      </p>
    </div>
  );
}
