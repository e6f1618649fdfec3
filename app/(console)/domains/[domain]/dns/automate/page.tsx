import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { getTranslate } from "@/lib/dal/preferences.ts";
import {
  getAutomateTitle,
  getAutomateView,
  PROVIDERS,
  SNIPPET_NAMES,
  type AutomateView,
  type ProviderName,
} from "@/lib/dal/publish.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { link, text, type PageProps } from "@/lib/schemas/query.ts";
import { AddCredential } from "./_components/add-credential.tsx";
import { Credentials } from "./_components/credentials.tsx";
import { Past } from "./_components/past.tsx";
import { Publication } from "./_components/publication.tsx";
import { Snippet } from "./_components/snippet.tsx";
import { Ways } from "../_components/ways.tsx";

type Props = PageProps<{ domain: string }>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { domain }] = await Promise.all([getTranslate(), params]);
  const subject = await getAutomateTitle(domain);
  if (subject === null) return { title: t("app.title", { page: t("error.notFoundTitle") }) };
  return { title: t("app.titleIn", { page: t("publish.title"), subject }) };
}

export default async function AutomatePage({ params, searchParams }: Props) {
  const [t, { domain }, query] = await Promise.all([getTranslate(), params, searchParams]);
  const tool = SNIPPET_NAMES.find((name) => name === text(query["tool"])) ?? "nsupdate";
  const view = await getAutomateView(domain, tool);
  if (!view) notFound();
  const dns = `/domains/${view.name}/dns`;
  const add =
    PROVIDERS.find((name) => name === text(query["add"])) ?? view.host?.automation ?? "rfc2136";
  const here = (over: Readonly<Record<string, string>>, part = "") =>
    link(`${dns}/automate`, { add: text(query["add"]), tool: text(query["tool"]), ...over }) + part;
  const now = new Date();
  return (
    <>
      <PageHeader
        title={t("publish.title")}
        lead={t("publish.lead", { domain: view.shown })}
        crumbs={[
          { href: "/domains", text: t("nav.domains") },
          { href: `/domains/${view.name}`, text: view.shown },
        ]}
        crumbsLabel={t("nav.breadcrumbs")}
      />
      <Ways t={t} domain={view.name} current="/automate" />
      <div className="grid grid-cols-1 gap-5">
        <Host t={t} host={view.host} />
        {view.publish?.current && (
          <Publication t={t} domain={view.name} publication={view.publish.current} now={now} />
        )}
        <WithCredential
          t={t}
          view={view}
          add={add}
          chosen={text(query["add"]) !== ""}
          linkTo={(provider) => here({ add: provider }, "#add")}
          now={now}
        />
        <Snippet
          t={t}
          snippet={view.snippet}
          tools={SNIPPET_NAMES}
          linkTo={(name) => here({ tool: name }, "#snippets")}
        />
        {view.publish && view.publish.past.length > 0 && (
          <Past t={t} domain={view.name} past={view.publish.past} />
        )}
      </div>
    </>
  );
}

function Host({ t, host }: { t: Translate; host: AutomateView["host"] }) {
  if (!host) return null;
  return (
    <div className="rounded-lg border border-line bg-surface px-4 py-3 sm:px-5">
      <p>
        <strong className="font-semibold">{t("publish.detected", { host: host.name })}</strong>{" "}
        {t(host.automation ? "publish.detected.works" : "publish.detected.snippet")}
      </p>
      {host.traps.length > 0 && (
        <ul className="mt-1.5 grid list-disc gap-1 ps-5 text-sm text-soft">
          {host.traps.map((trap) => (
            <li key={trap}>{trap}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface WithCredentialProps {
  readonly t: Translate;
  readonly view: AutomateView;
  readonly add: ProviderName;
  /** A provider was chosen: the form is what one came for. */
  readonly chosen: boolean;
  readonly linkTo: (provider: ProviderName) => string;
  readonly now: Date;
}

function WithCredential({ t, view, add, chosen, linkTo, now }: WithCredentialProps) {
  const { publish, name, shown } = view;
  if (!publish) {
    return (
      <Card title={t("publish.how")}>
        <p className="text-soft">{t("error.notAllowed")}</p>
      </Card>
    );
  }
  const { credentials, operator } = publish;
  const form = (
    <AddCredential
      {...{ t, shown, operator, linkTo }}
      domain={name}
      provider={add}
      providers={PROVIDERS}
    />
  );
  return (
    <>
      <Card title={t("publish.how")} lead={t("publish.how.lead")}>
        {credentials.length === 0 ? (
          <p className="text-soft">{t("publish.none", { domain: shown })}</p>
        ) : (
          <Credentials t={t} domain={name} credentials={credentials} now={now} />
        )}
      </Card>
      <Card id="add" title={t("publish.add")}>
        {credentials.length === 0 || chosen ? (
          form
        ) : (
          <details>
            <summary className="cursor-pointer text-sm font-medium text-accent">
              {t("publish.add.another")}
            </summary>
            <div className="mt-3">{form}</div>
          </details>
        )}
      </Card>
    </>
  );
}
