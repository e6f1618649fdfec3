import { ActionForm, FormField } from "@/components/ui/form.tsx";
import type { ProviderName } from "@/lib/dal/publish.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { addCredentialAction } from "../../domains/[domain]/dns/automate/actions.ts";
import { Choice } from "./choice.tsx";

interface Props {
  readonly t: Translate;
  /** "": the server itself. */
  readonly domain: string;
  readonly shown: string;
  readonly provider: ProviderName;
  readonly providers: readonly ProviderName[];
  readonly operator: boolean;
  readonly linkTo: (provider: ProviderName) => string;
}

const ALGORITHMS = ["hmac-sha256", "hmac-sha384", "hmac-sha512"];

export function AddCredential({ t, domain, shown, provider, providers, operator, linkTo }: Props) {
  const choices = providers.map((name) => {
    return { href: linkTo(name), text: t(`publish.provider.${name}`), current: name === provider };
  });
  return (
    <div className="grid max-w-xl gap-4">
      <Choice label={t("publish.add.choose")} choices={choices} />
      <p className="max-w-[64ch] text-sm text-soft">{t(`publish.add.${provider}`)}</p>
      <ActionForm
        key={provider}
        action={addCredentialAction}
        submit={t("publish.add.submit")}
        working={t("common.working")}
      >
        <input type="hidden" name="domain" value={domain} />
        <input type="hidden" name="provider" value={provider} />
        {provider === "rfc2136" ? <KeyFields t={t} /> : <TokenFields t={t} operator={operator} />}
        {operator && (
          <FormField
            name="scope"
            label={t("publish.add.scope")}
            options={[
              { value: "domain", text: t("publish.add.scope.domain", { domain: shown }) },
              { value: "server", text: t("publish.add.scope.server") },
            ]}
          />
        )}
      </ActionForm>
    </div>
  );
}

function KeyFields({ t }: { t: Translate }) {
  return (
    <>
      <FormField
        name="server"
        label={t("publish.add.server")}
        hint={t("publish.add.serverHint")}
        autoComplete="off"
      />
      <FormField name="keyName" label={t("publish.add.keyName")} autoComplete="off" required />
      <FormField
        name="algorithm"
        label={t("publish.add.algorithm")}
        options={ALGORITHMS.map((value) => ({ value, text: value.toUpperCase() }))}
      />
      <FormField
        name="secret"
        type="password"
        label={t("publish.add.secret")}
        hint={t("publish.add.secretHint")}
        autoComplete="off"
        required
      />
    </>
  );
}

function TokenFields({ t, operator }: { t: Translate; operator: boolean }) {
  return (
    <>
      <FormField
        name="secret"
        type="password"
        label={t("publish.add.token")}
        autoComplete="off"
        required
      />
      {operator && (
        <FormField
          name="baseUrl"
          label={t("publish.add.baseUrl")}
          hint={t("publish.add.baseUrlHint")}
          autoComplete="off"
        />
      )}
    </>
  );
}
