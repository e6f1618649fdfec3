import { Confirm } from "@/components/ui/confirm.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import type { MailboxView } from "@/lib/dal/mailboxes.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { gibOf } from "@/lib/schemas/limits.ts";
import { setLimitsAction } from "../../actions.ts";

/** What the mailbox may keep, to be changed. */
export function Limits({ t, view }: { t: Translate; view: MailboxView }) {
  const { quotaBytes, quotaMessages } = view.usage;
  return (
    <Confirm summary={t("limits.change")} look="secondary">
      <p className="mb-3">{t("limits.effect")}</p>
      <ActionForm
        action={setLimitsAction}
        submit={t("limits.save")}
        working={t("common.working")}
        look="secondary"
      >
        <input type="hidden" name="mailboxId" value={view.id} />
        <FormField
          name="quotaGib"
          label={t("limits.storage")}
          type="number"
          defaultValue={gibOf(quotaBytes)}
          autoComplete="off"
          required
        />
        <FormField
          name="quotaMessages"
          label={t("limits.messages")}
          hint={t("limits.messagesHint")}
          type="number"
          defaultValue={quotaMessages === null ? "" : String(quotaMessages)}
          autoComplete="off"
        />
      </ActionForm>
    </Confirm>
  );
}
