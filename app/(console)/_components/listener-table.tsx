import type { Translate } from "@/lib/i18n/translate.ts";

interface Listener {
  readonly protocol: string;
  readonly port: number;
  readonly tls: string;
}

/** As mail programs name them in their own set-up. */
const WORDS = new Map([
  ["implicit", "TLS"],
  ["starttls", "STARTTLS"],
]);

export function ListenerTable({ t, listeners }: { t: Translate; listeners: readonly Listener[] }) {
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">{t("engine.listeners")}</caption>
      <thead className="text-soft">
        <tr>
          <th scope="col" className="py-1 text-start font-medium">
            {t("engine.protocol")}
          </th>
          <th scope="col" className="py-1 text-end font-medium">
            {t("engine.port")}
          </th>
          <th scope="col" className="py-1 ps-4 text-start font-medium">
            {t("engine.security")}
          </th>
        </tr>
      </thead>
      <tbody translate="no">
        {listeners.map(({ protocol, port, tls }) => (
          <tr key={`${protocol}${port}`} className="border-t border-line">
            <th scope="row" className="py-1 text-start font-normal">
              {protocol}
            </th>
            <td className="py-1 text-end tabular-nums">{port}</td>
            <td className="py-1 ps-4">{WORDS.get(tls) ?? tls}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
