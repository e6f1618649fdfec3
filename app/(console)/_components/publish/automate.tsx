import { Card } from "@/components/ui/card.tsx";
import {
  PROVIDERS,
  SNIPPET_NAMES,
  type AutomateView,
  type ProviderName,
} from "@/lib/dal/publish.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { link } from "@/lib/schemas/query.ts";
import { AddCredential } from "./add-credential.tsx";
import { Credentials } from "./credentials.tsx";
import { Past } from "./past.tsx";
import { Publication } from "./publication.tsx";
import { Snippet } from "./snippet.tsx";

interface Props {
  readonly t: Translate;
  readonly view: AutomateView;
  /** The page's own address. */
  readonly path: string;
  /** What was chosen, by the address; "": nothing. */
  readonly chosen: { readonly add: string; readonly tool: string };
}

/** Credentials, what they would change or changed, and scripts: of a domain, or of the server. */
export function Automate({ t, view, path, chosen }: Props) {
  const domain = view.domain ?? "";
  const add = PROVIDERS.find((name) => name === chosen.add) ?? view.host?.automation ?? "rfc2136";
  const here = (over: Readonly<Record<string, string>>, part: string) =>
    link(path, { ...chosen, ...over }) + part;
  const now = new Date();
  return (
    <div className="grid grid-cols-1 gap-5">
      <Host t={t} host={view.host} />
      {view.publish?.current && (
        <Publication t={t} domain={domain} publication={view.publish.current} now={now} />
      )}
      <WithCredential
        t={t}
        view={view}
        add={add}
        chosen={chosen.add !== ""}
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
        <Past t={t} domain={domain} past={view.publish.past} />
      )}
    </div>
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
  const { publish, domain, shown } = view;
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
      domain={domain ?? ""}
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
          <Credentials t={t} domain={domain ?? ""} credentials={credentials} now={now} />
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
