import { Tabs } from "@/components/ui/tabs.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";

/** Path below the DNS page → its words. */
const WAYS = {
  "/steps": "steps.title",
  "": "dns.tab.records",
  "/zone": "dns.tab.zone",
  "/automate": "publish.title",
  "/share": "share.title",
} as const;

interface Props {
  readonly t: Translate;
  readonly domain: string;
  readonly current: keyof typeof WAYS;
}

/** The ways in which records come into DNS, each a page of its own. */
export function Ways({ t, domain, current }: Props) {
  const tabs = Object.entries(WAYS).map(([below, key]) => ({
    href: `/domains/${domain}/dns${below}`,
    text: t(key),
    current: below === current,
  }));
  return <Tabs label={t("dns.tabs")} tabs={tabs} />;
}
