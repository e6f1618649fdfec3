import { ActionForm, FormField } from "@/components/ui/form.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { CheckView } from "@/lib/dal/dns.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { Difference } from "@/components/difference.tsx";
import { Values } from "@/components/values.tsx";
import { Where } from "./where.tsx";
import { acceptAction, withdrawAction } from "../actions.ts";

interface Props {
  readonly t: Translate;
  readonly domain: string;
  readonly check: CheckView;
  readonly mayAccept: boolean;
  /** The page itself says what is to be entered. */
  readonly withFix?: boolean;
}

const WRONG = new Set(["missing", "different", "conflict", "changed", "weak", "waiting"]);

/** What the world answers: why the verdict is what it is, what is there, what to do, and who was asked. */
export function CheckState({ t, domain, check, mayAccept, withFix = true }: Props) {
  const { verdict, reasons, found, pairs, fix, answers, accepted, key } = check;
  return (
    <div className="mt-3 grid gap-2 text-sm">
      {reasons.map((text) => (
        <p key={text} className="max-w-[72ch]">
          {text}
        </p>
      ))}
      {pairs.length > 0 && <Difference t={t} pairs={pairs} />}
      {pairs.length === 0 && verdict !== "ok" && verdict !== "off" && answers.length > 0 && (
        <div>
          <p className="text-xs text-soft">{t("check.found")}</p>
          <Values values={found} none={t("check.nothing")} />
        </div>
      )}
      {fix && withFix && (
        <div className="rounded-md border border-line bg-sunken px-3 py-2">
          <p className="text-xs text-soft">{t(`check.fix.${fix.action}`, { name: fix.name })}</p>
          {fix.values.map((value) => (
            <div key={value} className="flex items-start gap-2">
              <code
                translate="no"
                className="min-w-0 grow py-1 font-mono text-[0.8125rem] wrap-anywhere"
              >
                {value}
              </code>
              <CopyButton
                text={value}
                label={`${t("check.copyFix")}: ${fix.name} ${value.slice(0, 40)}`}
                copied={t("common.copied")}
              />
            </div>
          ))}
        </div>
      )}
      {accepted && (
        <p className="text-soft">
          {t("check.acceptedBy", { name: accepted.by, note: accepted.note })}
        </p>
      )}
      {answers.length > 0 && <Where t={t} check={check} />}
      {mayAccept && accepted && (
        <ActionForm
          action={withdrawAction}
          submit={t("check.withdraw")}
          submitLabel={`${t("check.withdraw")}: ${check.title} ${check.name}`}
          working={t("common.working")}
          look="quiet"
          row
        >
          <input type="hidden" name="domain" value={domain} />
          <input type="hidden" name="key" value={key} />
        </ActionForm>
      )}
      {mayAccept && WRONG.has(verdict) && (
        <details>
          <summary className="cursor-pointer text-accent">{t("check.accept")}</summary>
          <p className="my-2 text-soft">{t("check.acceptText")}</p>
          <ActionForm
            action={acceptAction}
            submit={t("check.accept")}
            submitLabel={`${t("check.accept")}: ${check.title} ${check.name}`}
            working={t("common.working")}
            look="secondary"
            row
          >
            <input type="hidden" name="domain" value={domain} />
            <input type="hidden" name="key" value={key} />
            <div className="min-w-0 grow basis-64">
              <FormField
                name="note"
                label={t("check.note")}
                idPrefix={`accept-${key}`}
                autoComplete="off"
                required
              />
            </div>
          </ActionForm>
        </details>
      )}
    </div>
  );
}
