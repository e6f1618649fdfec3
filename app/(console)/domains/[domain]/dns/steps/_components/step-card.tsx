import { RecordHead } from "@/components/record-head.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import { Values } from "@/components/values.tsx";
import type { StepCardView, StepsView } from "@/lib/dal/dns-steps.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { CheckState } from "../../../../../_components/check-state.tsx";
import { checkNowAction } from "../../actions.ts";
import { Entry } from "./entry.tsx";

interface Props {
  readonly t: Translate;
  readonly view: StepsView;
  readonly step: StepCardView;
  readonly linkTo: (step: string | null) => string;
}

/** One record: what it is for, what to enter where, what is seen of it, and the way on. */
export function StepCard({ t, view, step, linkTo }: Props) {
  const { purpose, check, traps } = step;
  return (
    // A new step is a new card: nothing that was opened or typed stays in it.
    <section key={step.id} className="rounded-lg border border-line bg-surface px-4 py-4 sm:px-5">
      <p className="text-sm text-soft tabular-nums">
        {t("steps.step", { n: step.at, total: view.steps.length })}
      </p>
      <div className="mt-1">
        <RecordHead t={t} record={step} verdict={check?.verdict ?? null} only />
      </div>
      <p className="mt-1 max-w-[72ch]">{purpose}</p>
      <Where t={t} step={step} />
      <p className="mt-3 font-medium">{whatToDo(t, view, step)}</p>
      {step.remove.length > 0 && <Values values={step.remove} none="" />}
      {step.action !== "remove" && <Entry t={t} step={step} host={view.host.name} />}
      {traps.length > 0 && step.isOpen && (
        <ul className="mt-2 grid list-disc gap-1 ps-5 text-sm text-soft">
          {traps.map((trap) => (
            <li key={trap}>{trap}</li>
          ))}
        </ul>
      )}
      {check && (
        <CheckState
          t={t}
          domain={view.name}
          check={check}
          mayAccept={view.may.accept}
          withFix={false}
        />
      )}
      <Why t={t} step={step} />
      <div className="mt-5 flex flex-wrap items-start gap-2 border-t border-line pt-4">
        {step.isOpen && view.may.check && (
          <ActionForm
            action={checkNowAction}
            submit={t("steps.added")}
            working={t("common.working")}
            row
          >
            <input type="hidden" name="domain" value={view.name} />
            <input type="hidden" name="published" value="yes" />
          </ActionForm>
        )}
        {step.previous && (
          <ButtonLink look="secondary" href={linkTo(step.previous)} scroll={false}>
            {t("steps.previous")}
          </ButtonLink>
        )}
        {(step.next !== null || !step.isOpen) && (
          <ButtonLink
            look={step.isOpen ? "secondary" : "primary"}
            href={linkTo(step.next)}
            scroll={false}
          >
            {t(step.isOpen ? "steps.skip" : "steps.next")}
          </ButtonLink>
        )}
      </div>
    </section>
  );
}

/** Whose zone it goes to, when it is not the domain's. */
function Where({ t, step: { scope } }: { t: Translate; step: StepCardView }) {
  if (scope === "domain") return null;
  const key = scope === "host" ? "steps.once" : "steps.elsewhere";
  return <p className="mt-2 text-sm text-warn">{t(key)}</p>;
}

function whatToDo(t: Translate, { host }: StepsView, { state, action, scope }: StepCardView) {
  switch (state) {
    case "done":
      return t("steps.do.done");
    case "stronger":
      return t("steps.do.stronger");
    case "spreading":
      return t("steps.do.spreading");
    case "unknown":
      return t("steps.do.look");
    case "todo":
    case "unseen":
      if (action === "remove") return t("steps.do.remove");
      return host.name !== null && scope === "domain"
        ? t(`steps.do.${action}At`, { host: host.name })
        : t(`steps.do.${action}`);
  }
}

function Why({ t, step: { why, pass } }: { t: Translate; step: StepCardView }) {
  return (
    <details className="mt-3 text-sm">
      <summary className="cursor-pointer text-accent">{t("steps.why")}</summary>
      {why && <p className="mt-2 max-w-[72ch]">{why}</p>}
      <p className="mt-1 max-w-[72ch] text-soft">
        {t("dns.passes")}: {pass}
      </p>
    </details>
  );
}
