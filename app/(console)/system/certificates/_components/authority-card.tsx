import { ActionForm } from "@/components/ui/form.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import type { CertificatesView } from "@/lib/dal/certificates.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import { reasonText } from "@/lib/i18n/reason-text.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { agreeToTermsAction, turnOffAuthorityAction } from "../actions.ts";
import { AuthorityForm } from "./authority-form.tsx";

type Account = NonNullable<CertificatesView["account"]>;

interface Props {
  readonly t: Translate;
  readonly account: Account | null;
  readonly mayWrite: boolean;
}

export function AuthorityCard({ t, account, mayWrite }: Props) {
  const title = t("certificates.authority.title");
  if (!account)
    return (
      <Card title={title} lead={t("certificates.authority.none")}>
        {mayWrite && <AuthorityForm t={t} account={null} />}
      </Card>
    );
  const { lastError } = account;
  const error = lastError && reasonText(t, lastError);
  const asksForTerms = account.termsUrl !== null && account.termsAgreedAt === null;
  return (
    <Card title={title}>
      <div className="grid gap-4">
        <Facts t={t} account={account} />
        {error && !asksForTerms && <p className="max-w-[72ch] text-bad">{error}</p>}
        {asksForTerms && mayWrite && <Terms t={t} url={account.termsUrl} />}
        {mayWrite && (
          <div className="grid gap-2">
            <details>
              <summary className="min-h-8 cursor-pointer text-accent">
                {t("certificates.authority.change")}
              </summary>
              <div className="pt-3">
                <AuthorityForm t={t} account={account} />
              </div>
            </details>
            <Confirm summary={t("certificates.authority.off")}>
              <p className="mb-3">{t("certificates.authority.offText")}</p>
              <ActionForm
                action={turnOffAuthorityAction}
                submit={t("certificates.authority.off")}
                working={t("common.working")}
                look="danger"
              />
            </Confirm>
          </div>
        )}
      </div>
    </Card>
  );
}

function Facts({ t, account }: { t: Translate; account: Account }) {
  const { authority, directoryUrl, contact, registeredAt, accountUrl, methods } = account;
  const facts: [string, string][] = [
    [t("certificates.authority.choose"), authority?.name ?? directoryUrl],
    [
      t("certificates.authority.registered"),
      registeredAt ? formatTime(t.locale, registeredAt) : t("certificates.authority.notRegistered"),
    ],
    ...(accountUrl ? [[t("certificates.authority.account"), accountUrl] as [string, string]] : []),
    [t("certificates.authority.contact"), contact || "–"],
    [t("certificates.authority.methods"), methods.join(", ")],
  ];
  if (account.termsAgreedAt && account.termsAgreedBy) {
    const time = formatTime(t.locale, account.termsAgreedAt);
    const text = t("certificates.authority.agreed", { name: account.termsAgreedBy, time });
    facts.push([t("certificates.authority.terms"), text]);
  }
  return (
    <dl className="grid gap-3 text-sm sm:grid-cols-2">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-soft">{name}</dt>
          <dd className="wrap-anywhere">
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Terms({ t, url }: { t: Translate; url: string | null }) {
  return (
    <div className="rounded-md border border-line bg-warn-wash p-3">
      <h3 className="font-semibold">{t("certificates.authority.termsTitle")}</h3>
      <p className="mt-1 max-w-[64ch]">{t("certificates.authority.termsText")}</p>
      <p className="my-2 wrap-anywhere">
        <a href={url ?? ""} rel="noreferrer" target="_blank" className="text-accent underline">
          {url}
        </a>
      </p>
      <ActionForm
        action={agreeToTermsAction}
        submit={t("certificates.authority.agree")}
        working={t("common.working")}
      >
        <input type="hidden" name="termsUrl" value={url ?? ""} />
      </ActionForm>
    </div>
  );
}
