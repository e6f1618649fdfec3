import { Badge, type Glyph, type Tone } from "@/components/ui/badge.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import type { CredentialView } from "@/lib/dal/publish.ts";
import { formatAge } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import {
  previewAction,
  removeCredentialAction,
  testCredentialAction,
} from "../../domains/[domain]/dns/automate/actions.ts";

interface Props {
  readonly t: Translate;
  /** "": the server itself. */
  readonly domain: string;
  readonly credentials: readonly CredentialView[];
  readonly now: Date;
}

const LOOK: Record<CredentialView["state"], [tone: Tone, glyph: Glyph]> = {
  ok: ["good", "tick"],
  untested: ["neutral", "hollow"],
  broken: ["bad", "cross"],
};

const USE = {
  one: "publish.credential.forOne",
  all: "publish.credential.forAll",
  host: "publish.credential.forHost",
} as const;

export function Credentials({ credentials, ...rest }: Props) {
  return (
    <ul className="grid divide-y divide-line">
      {credentials.map((credential) => (
        <li key={credential.id} className="py-4 first:pt-0 last:pb-0">
          <Credential {...rest} credential={credential} />
        </li>
      ))}
    </ul>
  );
}

function Credential({
  t,
  domain,
  credential,
  now,
}: Omit<Props, "credentials"> & {
  readonly credential: CredentialView;
}) {
  const { id, label, provider, state, error, use, lastUsedAt, testedAt, mayRemove } = credential;
  const [tone, glyph] = LOOK[state];
  const words = { ok: "ok", untested: "untested", broken: "broken" } as const;
  const reference = (
    <>
      <input type="hidden" name="domain" value={domain} />
      <input type="hidden" name="credentialId" value={id} />
    </>
  );
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0">
          <p className="font-medium wrap-anywhere">
            <bdi>{label}</bdi>
          </p>
          <p className="text-sm text-soft">
            {provider && `${t(`publish.provider.${provider}`)} · `}
            {t(USE[use])} ·{" "}
            {lastUsedAt
              ? t("publish.credential.used", { age: formatAge(t.locale, lastUsedAt, now) })
              : t("publish.credential.never")}
            {testedAt &&
              ` · ${t("publish.credential.tested", { age: formatAge(t.locale, testedAt, now) })}`}
          </p>
        </div>
        <Badge tone={tone} glyph={glyph}>
          {t(`publish.credential.${words[state]}`)}
        </Badge>
      </div>
      {error && <p className="rounded-md bg-bad-wash px-3 py-2 text-sm text-bad">{error}</p>}
      <div className="flex flex-wrap items-start gap-3">
        <ActionForm
          action={previewAction}
          submit={t("publish.credential.preview")}
          submitLabel={t("publish.credential.previewWith", { label })}
          working={t("common.working")}
        >
          {reference}
        </ActionForm>
        <ActionForm
          action={testCredentialAction}
          submit={t("publish.credential.test")}
          submitLabel={t("publish.credential.testOf", { label })}
          working={t("common.working")}
          look="secondary"
        >
          {reference}
        </ActionForm>
        {mayRemove && (
          <Confirm
            summary={t("publish.credential.remove")}
            label={t("publish.credential.removeOf", { label })}
            look="quiet"
          >
            <p className="mb-3">{t("publish.credential.removeText")}</p>
            <ActionForm
              action={removeCredentialAction}
              submit={t("publish.credential.remove")}
              submitLabel={t("publish.credential.removeOf", { label })}
              working={t("common.working")}
              look="danger"
            >
              {reference}
            </ActionForm>
          </Confirm>
        )}
      </div>
    </div>
  );
}
