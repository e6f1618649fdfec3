import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { MadeLink } from "@/components/made-link.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { getShareView, SHARE_DAYS } from "@/lib/dal/share.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import type { PageProps } from "@/lib/schemas/query.ts";
import { Ways } from "../_components/ways.tsx";
import { OpenLinks } from "./_components/open-links.tsx";
import { makeShareLinkAction } from "./actions.ts";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getShareView(domain);
  if (!view) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("share.title"), subject: view.shown }) };
}

export default async function SharePage({ params }: Props) {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const view = await getShareView(domain);
  if (!view) notFound();
  const { name, shown, links, onlyHere } = view;
  return (
    <>
      <PageHeader
        title={t("share.title")}
        lead={t("share.lead", { domain: shown })}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${name}`, text: shown },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
        actions={
          <ButtonLink href={`/domains/${name}/dns/sheet`} look="secondary">
            {t("sheet.link")}
          </ButtonLink>
        }
      />
      <Ways t={t} domain={name} current="/share" />
      <div className="grid grid-cols-1 gap-5">
        <Card title={t("share.new")} lead={t("share.new.lead", { n: SHARE_DAYS })}>
          {onlyHere !== null && (
            <p className="mb-4 rounded-md bg-warn-wash px-3 py-2 text-sm text-warn">
              {t("share.onlyHere", { host: onlyHere })}
            </p>
          )}
          <ActionForm
            action={makeShareLinkAction}
            submit={t("share.make")}
            working={t("common.working")}
            closes
          >
            <MadeLink words={wordsOf(t)} again={`/domains/${name}/dns/share`}>
              <input type="hidden" name="domain" value={name} />
            </MadeLink>
          </ActionForm>
        </Card>
        <OpenLinks t={t} shown={shown} links={links} />
      </div>
    </>
  );
}

const wordsOf = (t: Translate) => ({
  qr: t("share.qr"),
  copy: t("share.copy"),
  copied: t("common.copied"),
  open: t("share.openIt"),
  mail: t("share.mail"),
  again: t("share.again"),
  steps: [t("share.step1"), t("share.step2"), t("share.step3")],
});
