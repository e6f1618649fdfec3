import { Card } from "@/components/ui/card.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { ActionForm, Checkbox, FieldError } from "@/components/ui/form.tsx";
import type { MailboxView } from "@/lib/dal/mailboxes.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { FEATURE, TELLING } from "@/lib/schemas/imap-features.ts";
import { setImapFeaturesAction } from "../../actions.ts";

/** Capabilities of IMAP that are denied to the mailbox: those with a known symptom first, in words. */
export function ImapFeatures({ t, view }: { t: Translate; view: MailboxView }) {
  const { denied, deniable } = view.imap;
  const others = deniable.filter((name) => !TELLING.some((known) => known.capability === name));
  return (
    <Card id="imap-features" title={t("features.title")} lead={t("features.lead")}>
      <p className="mb-3">
        {denied.length === 0
          ? t("features.all")
          : t("features.off", { names: denied.join(t.locale === "zh" ? "、" : ", ") })}
      </p>
      {view.may.denyImap && (
        <Confirm summary={t("features.change")} look="secondary">
          <p className="mb-3">{t("features.effect")}</p>
          <ActionForm
            action={setImapFeaturesAction}
            submit={t("features.save")}
            working={t("common.working")}
            look="secondary"
          >
            <input type="hidden" name="mailboxId" value={view.id} />
            <div className="grid gap-1">
              {TELLING.map(({ capability, words }) => (
                <Checkbox
                  key={capability}
                  name={FEATURE + capability}
                  label={capability}
                  hint={t(words)}
                  checked={denied.includes(capability)}
                />
              ))}
            </div>
            <details open={others.some((name) => denied.includes(name))}>
              <summary className="cursor-pointer py-1 font-medium">{t("features.others")}</summary>
              <div className="grid gap-x-4 sm:grid-cols-2">
                {others.map((name) => (
                  <Checkbox
                    key={name}
                    name={FEATURE + name}
                    label={name}
                    checked={denied.includes(name)}
                  />
                ))}
              </div>
            </details>
            <FieldError name="denied" />
          </ActionForm>
        </Confirm>
      )}
    </Card>
  );
}
