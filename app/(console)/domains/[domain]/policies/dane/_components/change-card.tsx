import { Card } from "@/components/ui/card.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import { HOST_KEY_STEPS, type DaneView } from "@/lib/dal/dane.ts";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import { publishText } from "@/lib/i18n/publish-text.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { RecordLine } from "../../_components/record-line.tsx";
import { cancelHostKeyAction, prepareHostKeyAction, switchHostKeyAction } from "../actions.ts";

interface Props {
  readonly t: Translate;
  readonly view: DaneView;
  readonly now: Date;
}

/** Publish next, wait two TTLs, then switch: where it stands, on what evidence, and what is to be done. */
export function ChangeCard({ t, view, now }: Props) {
  const { place, next, mayWrite, publishError, leftOver, names } = view;
  return (
    <Card id="change" title={t("dane.change")} lead={t("dane.rule")}>
      <div className="grid gap-4">
        {place.step === null ? (
          <p className="max-w-prose text-sm">{t("dane.change.none")}</p>
        ) : (
          <Steps t={t} view={view} now={now} />
        )}
        {publishError && (
          <p className="rounded-md bg-warn-wash px-4 py-3 text-warn">
            {t("dane.notPublished")} {publishText(t, publishError)}
          </p>
        )}
        {place.step === "remove" &&
          leftOver.map((text) => <RecordLine key={text} t={t} name={names[0] ?? ""} text={text} />)}
        {mayWrite && next && <Actions t={t} view={view} />}
        {mayWrite && !next && <Prepare t={t} />}
        {!mayWrite && <p className="text-sm text-soft">{t("dane.onlyOperators")}</p>}
      </div>
    </Card>
  );
}

function Steps({ t, view, now }: Props) {
  const { place, next } = view;
  const here = HOST_KEY_STEPS.findIndex((step) => step === place.step);
  return (
    <>
      <ol aria-label={t("dane.change")} className="grid gap-2 sm:grid-cols-5">
        {HOST_KEY_STEPS.map((step, at) => (
          <li
            key={step}
            aria-current={at === here ? "step" : undefined}
            className="rounded-md border border-line px-3 py-2 text-sm text-soft aria-[current]:border-accent aria-[current]:bg-accent-wash aria-[current]:font-medium aria-[current]:text-accent"
          >
            {at < here && <span aria-hidden="true">✓ </span>}
            {at + 1}. {t(`dane.step.${step}`)}
            <StepTime t={t} at={at <= here ? view.times[step] : null} />
          </li>
        ))}
      </ol>
      <p className="max-w-prose">{stepText(t, view)}</p>
      {next && (
        <p className="text-sm text-soft">
          {t("dane.prepared", { age: formatAge(t.locale, next.createdAt, now) })}
        </p>
      )}
    </>
  );
}

/** When it was seen, or until when it takes. */
function StepTime({ t, at }: { t: Translate; at: Date | null }) {
  if (at === null) return null;
  return (
    <time dateTime={at.toISOString()} className="block text-xs font-normal text-soft">
      {formatTime(t.locale, at)}
    </time>
  );
}

function stepText(t: Translate, view: DaneView): string {
  const { place, publishesItself, maker, word, next } = view;
  const time = place.until ? formatTime(t.locale, place.until) : "";
  switch (place.step) {
    case "publish":
      return t(publishesItself ? "dane.at.publishSelf" : "dane.at.publish");
    case "wait":
      return t("dane.at.wait", { time, n: view.ttl });
    case "switch":
      if (maker === "person") return t("dane.at.upload");
      if (next?.readyAt)
        return t(maker === "authority" ? "dane.at.authority" : "dane.at.switching");
      return t(word?.may && word.why === "unpublished" ? "dane.at.free" : "dane.at.switching");
    case "keep":
      return t("dane.at.keep", { time });
    case "remove":
      return t(publishesItself ? "dane.at.removeSelf" : "dane.at.remove");
    default:
      return t("dane.at.look");
  }
}

function Actions({ t, view }: { t: Translate; view: DaneView }) {
  const { word, maker, next } = view;
  const maySwitch = word?.may && maker !== "person" && !next?.readyAt;
  return (
    <div className="flex flex-wrap items-start gap-3">
      {maySwitch && (
        <ActionForm
          action={switchHostKeyAction}
          submit={t("dane.switch")}
          working={t("common.working")}
        />
      )}
      <Confirm look="secondary" summary={t("dane.cancel")}>
        <p className="mb-3">{t("dane.cancel.lead")}</p>
        <ActionForm
          action={cancelHostKeyAction}
          look="danger"
          submit={t("dane.cancel")}
          working={t("common.working")}
        />
      </Confirm>
    </div>
  );
}

function Prepare({ t }: { t: Translate }) {
  const kinds = (["ecdsa-p256", "rsa-2048"] as const).map((value) => ({
    value,
    text: t(`dane.algorithm.${value}`),
  }));
  return (
    <ActionForm
      action={prepareHostKeyAction}
      look="secondary"
      submit={t("dane.prepare")}
      working={t("common.working")}
      row
    >
      <FormField
        name="algorithm"
        label={t("dane.algorithm")}
        options={kinds}
        defaultValue="ecdsa-p256"
      />
    </ActionForm>
  );
}
