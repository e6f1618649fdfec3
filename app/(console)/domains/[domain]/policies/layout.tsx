import type { ReactNode } from "react";
import { DomainTabs } from "@/components/domain-tabs.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";

/** The three policies beside each other; each page decides for itself what it may show. */
export default async function PoliciesLayout({
  params,
  children,
}: {
  params: Promise<{ domain: string }>;
  children: ReactNode;
}) {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  return (
    <>
      <DomainTabs
        label={t("policies.tabs", { domain: decodeURIComponent(domain) })}
        base={`/domains/${domain}/policies`}
        words={{
          "": t("policies.tab.dmarc"),
          "/mta-sts": t("policies.tab.mtaSts"),
          "/dane": t("policies.tab.dane"),
        }}
      />
      {children}
    </>
  );
}
