import { DomainTabs } from "@/components/domain-tabs.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";

/** Between the pages about the server itself. */
export function SystemTabs({ t }: { t: Translate }) {
  return (
    <DomainTabs
      label={t("system.tabs")}
      base="/system"
      words={{ "/certificates": t("system.tab.certificates") }}
    />
  );
}
