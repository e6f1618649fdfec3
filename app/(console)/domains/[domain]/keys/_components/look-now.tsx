import { ActionForm } from "@/components/ui/form.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";
import { lookNowAction } from "../actions.ts";

/** Whoever has just added records need not wait for the next look. */
export function LookNow({ t, domain }: { t: Translate; domain: string }) {
  return (
    <ActionForm
      action={lookNowAction}
      look="secondary"
      submit={t("keys.look")}
      working={t("common.working")}
    >
      <input type="hidden" name="domain" value={domain} />
    </ActionForm>
  );
}
