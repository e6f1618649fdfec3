import Link from "next/link";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import type { CheckView } from "@/lib/dal/dns.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { Difference } from "@/components/difference.tsx";
import { FixBox } from "@/components/fix-box.tsx";
import { Values } from "@/components/values.tsx";
import { link } from "@/lib/schemas/query.ts";
import { historyPath } from "./history-path.ts";
import { Where } from "./where.tsx";
import { acceptAction, withdrawAction } from "../domains/[domain]/dns/actions.ts";

interface Props {
  readonly t: Translate;
  /** Null: the server itself. */
  readonly domain: string | null;
  readonly check: CheckView;
  readonly mayAccept: boolean;
  /** The page itself says what is to be entered. */
  readonly withFix?: boolean;
}

const WRONG = new Set(["missing", "different", "conflict", "changed", "weak", "waiting"]);

/** What the world answers: why the verdict is what it is, what is there, what to do, and who was asked. */
export function CheckState({ t, domain, check, mayAccept, withFix = true }: Props) {
  const { verdict, reasons, found, pairs, fix, answers, lastOkAt, accepted, key } = check;
  return (
    <div className="mt-3 grid gap-2 text-sm">
      {reasons.map((text) => (
        <p key={text} className="max-w-[72ch]">
          {text}
        </p>
      ))}
      {verdict === "unknown" && lastOkAt && (
        <p>{t("check.lastOk", { time: formatTime(t.locale, lastOkAt) })}</p>
      )}
      {pairs.length > 0 && <Difference t={t} pairs={pairs} />}
      {pairs.length === 0 && verdict !== "ok" && verdict !== "off" && answers.length > 0 && (
        <div>
          <p className="text-xs text-soft">{t("check.found")}</p>
          <Values values={found} none={t("check.nothing")} />
        </div>
      )}
      {fix && withFix && <FixBox t={t} fix={fix} />}
      {accepted && (
        <p className="text-soft">
          {t("check.acceptedBy", { name: accepted.by, note: accepted.note })}
        </p>
      )}
      {answers.length > 0 && <Where t={t} check={check} />}
      <p>
        <Link
          href={link(historyPath(domain), { record: key })}
          className="text-accent hover:underline"
        >
          {t("history.link")}
          <span className="sr-only">{` ${check.title} ${check.name}`}</span>
        </Link>
      </p>
      {mayAccept && accepted && (
        <ActionForm
          action={withdrawAction}
          submit={t("check.withdraw")}
          submitLabel={`${t("check.withdraw")}: ${check.title} ${check.name}`}
          working={t("common.working")}
          look="quiet"
          row
        >
          <input type="hidden" name="domain" value={domain ?? ""} />
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
            <input type="hidden" name="domain" value={domain ?? ""} />
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
