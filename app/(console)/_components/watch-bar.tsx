import { ActionForm, type FormAction } from "@/components/ui/form.tsx";
import { formatAge } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { checkNowAction } from "../domains/[domain]/dns/actions.ts";

interface Props {
  readonly t: Translate;
  /** Null: the server itself, with an `action` of its own. */
  readonly domain: string | null;
  readonly action?: FormAction;
  readonly watch: { readonly checkedAt: Date | null; readonly running: boolean };
  readonly mayCheck: boolean;
  readonly next: string | null;
}

/** When somebody looked last, and the button that has it looked at now. */
export function WatchBar({ t, domain, action = checkNowAction, watch, mayCheck, next }: Props) {
  const { checkedAt, running } = watch;
  return (
    <div className="mb-5 flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-md border border-line bg-surface px-4 py-3">
      <div className="min-w-0 text-sm">
        <p>
          {checkedAt === null
            ? t("check.never")
            : t("check.last", { age: formatAge(t.locale, checkedAt, new Date()) })}
          {running && <span className="text-soft"> · {t("check.running")}</span>}
        </p>
        {next && (
          <p className="mt-1">
            <span className="font-medium">{t("check.next")}: </span>
            {next}
          </p>
        )}
      </div>
      {mayCheck && (
        <ActionForm
          action={action}
          submit={t("check.now")}
          working={t("common.working")}
          look="secondary"
          row
        >
          {domain !== null && <input type="hidden" name="domain" value={domain} />}
        </ActionForm>
      )}
    </div>
  );
}
