import { ModeChoice } from "@/components/mode-choice.tsx";
import { Badge } from "@/components/ui/badge.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import type { NewDomainView } from "@/lib/dal/new-domain.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { addDomainAction } from "../../actions.ts";
import { understandAction } from "../actions.ts";
import { AgainForm } from "./again-form.tsx";

interface Props {
  readonly t: Translate;
  readonly view: NewDomainView;
}

/** One domain before it is added: what was understood, what was found, and what it is to be used for. */
export function OneDomain({ t, view }: Props) {
  return (
    <div className="grid max-w-3xl grid-cols-1 gap-5">
      <Understood t={t} view={view} />
      <Found t={t} view={view} />
      {view.found.migration && <Migration t={t} steps={view.found.migration} />}
      {view.here ? (
        <p>
          {t("domains.new.added", { domain: view.shown })}{" "}
          <ButtonLink href={`/domains/${view.name}`}>{view.shown}</ButtonLink>
        </p>
      ) : (
        <Card>
          <ActionForm
            action={addDomainAction}
            submit={t("domains.new.submit")}
            working={t("common.working")}
          >
            <input type="hidden" name="name" value={view.name} />
            <ModeChoice
              legend={t("domains.new.use")}
              lead={t("domains.new.use.lead")}
              options={view.modes}
              chosen={view.found.suggestion?.mode ?? "full"}
              suggestion={
                view.found.suggestion && {
                  ...view.found.suggestion,
                  word: t("domains.new.suggested"),
                }
              }
            />
            <div className="max-w-xl">
              <FormField
                name="reportsTo"
                type="email"
                label={t("domains.new.reports")}
                hint={t("domains.new.reports.hint", { address: `postmaster@${view.shown}` })}
                autoComplete="off"
              />
            </div>
          </ActionForm>
        </Card>
      )}
    </div>
  );
}

function Understood({ t, view: { name, shown, notes, alternative } }: Props) {
  return (
    <Card>
      <p className="text-sm text-soft">{t("domains.new.understood")}</p>
      <p className="text-xl font-semibold wrap-anywhere">
        <bdi translate="no">{shown}</bdi>
      </p>
      {shown !== name && (
        <p className="text-sm wrap-anywhere text-soft">
          <bdi>{t("domains.new.asciiName", { name })}</bdi>
        </p>
      )}
      {notes.map((note) => (
        <p key={note} className="mt-2 rounded-md bg-warn-wash px-3 py-2 text-sm text-warn">
          {note}
        </p>
      ))}
      <div className="mt-3 flex flex-wrap items-center gap-3">
        {alternative && (
          <>
            <span className="text-sm">{t("domains.new.or", { domain: alternative.shown })}</span>
            <AgainForm
              action={understandAction}
              text={alternative.name}
              submit={t("domains.new.or.submit", { domain: alternative.shown })}
            />
          </>
        )}
        <ButtonLink href="/domains/new" look="quiet">
          {t("domains.new.other")}
        </ButtonLink>
      </div>
    </Card>
  );
}

const TONE_CLASS = { plain: "", bad: "text-bad", unknown: "text-warn" } as const;

function Found({ t, view: { name, shown, found } }: Props) {
  const again = (
    <AgainForm action={understandAction} text={name} submit={t("found.again")} look="secondary" />
  );
  return (
    <Card
      title={t("found.title")}
      lead={found.state === "done" && t("found.lead", { domain: shown, time: found.at })}
      aside={found.state === "asking" || found.state === "noEngine" ? null : again}
    >
      <div aria-live="polite">
        {found.state === "asking" && (
          <p className="flex items-center gap-2 text-soft">
            <Badge glyph="hollow">{t("common.working")}</Badge>
            {t("found.asking", { domain: shown })}
          </p>
        )}
        {found.state === "noEngine" && <p className="text-warn">{t("found.noEngine")}</p>}
        {found.state === "failed" && (
          <p className="text-warn">{t("found.failed", { error: found.error })}</p>
        )}
        {found.state === "silent" && (
          <p className="text-warn">{t("found.silent", { domain: shown })}</p>
        )}
        <ul className="grid list-disc gap-1.5 ps-5">
          {found.state === "done" &&
            found.sentences.map(({ text, tone }) => (
              <li key={text} className={`wrap-anywhere ${TONE_CLASS[tone]}`}>
                {text}
              </li>
            ))}
        </ul>
      </div>
    </Card>
  );
}

function Migration({ t, steps }: { t: Translate; steps: readonly string[] }) {
  return (
    <Card title={t("move.title")} lead={t("move.lead")}>
      <ol className="grid list-decimal gap-1.5 ps-5">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </Card>
  );
}
