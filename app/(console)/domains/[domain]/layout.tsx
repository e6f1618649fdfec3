import type { ReactNode } from "react";
import { DomainTabs } from "@/components/domain-tabs.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";

/** The pages of one domain beside each other; each page decides for itself what it may show. */
export default async function DomainLayout({
  params,
  children,
}: {
  params: Promise<{ domain: string }>;
  children: ReactNode;
}) {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const name = decodeURIComponent(domain);
  return (
    <>
      <DomainTabs
        label={t("nav.domain", { domain: name })}
        base={`/domains/${domain}`}
        words={{
          "": t("nav.overview"),
          "/dns": t("nav.dns"),
          "/keys": t("nav.keys"),
          "/policies": t("nav.policies"),
          "/mailboxes": t("nav.mailboxes"),
          "/aliases": t("nav.aliases"),
          "/settings": t("nav.settings"),
        }}
      />
      {children}
    </>
  );
}
