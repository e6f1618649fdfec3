import { ActionForm, FormField } from "@/components/ui/form.tsx";
import { AUTHORITIES, type CertificatesView } from "@/lib/dal/certificates.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { setUpAuthorityAction } from "../actions.ts";

interface Props {
  readonly t: Translate;
  readonly account: CertificatesView["account"];
}

export function AuthorityForm({ t, account }: Props) {
  const choices = AUTHORITIES.map(({ id, name, isTest }) => {
    return { value: id, text: isTest ? t("certificates.authority.test", { name }) : name };
  });
  const isOther = account !== null && account.authority === null;
  return (
    <div className="max-w-xl">
      <ActionForm
        action={setUpAuthorityAction}
        submit={t("certificates.authority.submit")}
        working={t("common.working")}
      >
        <FormField
          name="authority"
          label={t("certificates.authority.choose")}
          options={[...choices, { value: "other", text: t("certificates.authority.other") }]}
          defaultValue={account?.authority?.id ?? (isOther ? "other" : "letsencrypt")}
        />
        <FormField
          name="directoryUrl"
          label={t("certificates.authority.directory")}
          hint={t("certificates.authority.directoryHint")}
          defaultValue={isOther ? account.directoryUrl : ""}
          autoComplete="off"
        />
        <FormField
          name="contact"
          type="email"
          label={t("certificates.authority.contact")}
          hint={t("certificates.authority.contactHint")}
          defaultValue={account?.contact ?? ""}
        />
        <details>
          <summary className="min-h-8 cursor-pointer text-accent">
            {t("certificates.authority.more")}
          </summary>
          <div className="flex flex-col gap-4 pt-3">
            <More t={t} account={account} />
          </div>
        </details>
      </ActionForm>
    </div>
  );
}

function More({ t, account }: Props) {
  return (
    <>
      <FormField
        name="methods"
        label={t("certificates.authority.methods")}
        hint={t("certificates.authority.methodsHint")}
        defaultValue={account?.methods.join(", ") ?? "http-01, tls-alpn-01, dns-01"}
        autoComplete="off"
      />
      <FormField
        name="eabKid"
        label={t("certificates.authority.eabKid")}
        hint={t("certificates.authority.eabKidHint")}
        defaultValue={account?.eabKid ?? ""}
        autoComplete="off"
      />
      <FormField
        name="eabKey"
        type="password"
        label={t("certificates.authority.eabKey")}
        {...(account?.eabKid && { hint: t("certificates.authority.eabKeyKept") })}
        autoComplete="off"
      />
      <FormField
        name="rootsPem"
        label={t("certificates.authority.roots")}
        hint={t("certificates.authority.rootsHint")}
        defaultValue={account?.rootsPem ?? ""}
        multiline
      />
    </>
  );
}
