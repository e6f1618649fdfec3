import { Tabs } from "@/components/ui/tabs.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";

/** Path below /system → its words. */
const PAGES = {
  "/identity": "identity.title",
  "/certificates": "certificates.title",
} as const;

/** The pages about the server as a whole. */
export function SystemTabs({ t, current }: { t: Translate; current: keyof typeof PAGES }) {
  const tabs = Object.entries(PAGES).map(([below, key]) => ({
    href: `/system${below}`,
    text: t(key),
    current: below === current,
  }));
  return <Tabs label={t("system.tabs")} tabs={tabs} />;
}
