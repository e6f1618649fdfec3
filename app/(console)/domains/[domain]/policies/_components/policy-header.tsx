import { PageHeader } from "@/components/ui/page-header.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";

interface Props {
  readonly t: Translate;
  readonly title: string;
  readonly name: string;
  readonly shown: string;
}

export function PolicyHeader({ t, title, name, shown }: Props) {
  return (
    <PageHeader
      title={title}
      lead={t("policies.lead", { domain: shown })}
      crumbs={[
        { href: "/domains", text: t("nav.domains") },
        { href: `/domains/${name}`, text: shown },
        { href: `/domains/${name}/policies`, text: t("nav.policies") },
      ]}
      crumbsLabel={t("nav.breadcrumbs")}
    />
  );
}
