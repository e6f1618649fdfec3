import { Card } from "@/components/ui/card.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { ActionForm } from "@/components/ui/form.tsx";
import type { KeysView, RotationView } from "@/lib/dal/keys.ts";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { cancelRotationAction, startRotationAction } from "../actions.ts";
import { LookNow } from "./look-now.tsx";
import { NameList, RecordList } from "./record-fields.tsx";

interface Props {
  readonly t: Translate;
  readonly view: KeysView;
  readonly now: Date;
}

/** Replacing the keys, step by step: where it is, what is to be done now, and when it goes on. */
export function RotationCard({ t, view, now }: Props) {
  const { rotation, mayWrite } = view;
  return (
    <Card id="rotation" title={t("keys.rotation")} lead={t("keys.rotation.lead")}>
      {rotation ? (
        <UnderWay t={t} rotation={rotation} now={now} />
      ) : (
        <p className="mb-4 max-w-prose text-sm">{idleText(t, view)}</p>
      )}
      {mayWrite && rotation && asksForRecords(rotation) && (
        <div className="mb-4">
          <LookNow t={t} domain={view.name} />
        </div>
      )}
      {mayWrite && rotation && <Cancel t={t} domain={view.name} rotation={rotation} />}
      {mayWrite && !rotation && <Start t={t} view={view} />}
    </Card>
  );
}

/** The next step is a person's. */
const asksForRecords = ({ step, isPublishedHere }: RotationView) =>
  (step === "publish" || step === "remove") && !isPublishedHere;

function idleText(t: Translate, { prepared, due, lastReplaced, settings }: KeysView): string {
  const time = due ? formatTime(t.locale, due) : "";
  const selectors = prepared?.selectors.join(", ") ?? "";
  if (prepared && due) return t("keys.rotation.prepared", { selectors, time });
  if (prepared) return t("keys.rotation.preparedIdle", { selectors });
  if (settings.rotateDays !== null && due) return t("keys.rotation.due", { time });
  if (lastReplaced) return t("keys.rotation.last", { time: formatTime(t.locale, lastReplaced) });
  return t("keys.rotation.none");
}

const STEPS = ["publish", "wait", "keep", "remove"] as const;

function UnderWay({ t, rotation, now }: { t: Translate; rotation: RotationView; now: Date }) {
  const { step, records, startedBy, startedAt } = rotation;
  const here = STEPS.findIndex((one) => one === step);
  return (
    <div className="mb-4 grid gap-4">
      <ol className="grid gap-2 sm:grid-cols-4">
        {STEPS.map((one, at) => (
          <li
            key={one}
            aria-current={at === here ? "step" : undefined}
            className="rounded-md border border-line px-3 py-2 text-sm text-soft aria-[current]:border-accent aria-[current]:bg-accent-wash aria-[current]:font-medium aria-[current]:text-accent"
          >
            {at < here && <span aria-hidden="true">✓ </span>}
            {at + 1}. {t(`keys.rotation.step.${one}`)}
          </li>
        ))}
      </ol>
      <p className="max-w-prose">{stepText(t, rotation)}</p>
      {step === "publish" && !rotation.isPublishedHere && <RecordList t={t} records={records} />}
      {step === "remove" && !rotation.isPublishedHere && <NameList t={t} records={records} />}
      <p className="text-sm text-soft">
        {t("keys.rotation.by", { name: startedBy, age: formatAge(t.locale, startedAt, now) })}
      </p>
    </div>
  );
}

function stepText(t: Translate, { step, until, isPublishedHere }: RotationView): string {
  const time = until ? formatTime(t.locale, until) : "";
  switch (step) {
    case "publish":
      return t(isPublishedHere ? "keys.rotation.at.publishSelf" : "keys.rotation.at.publish");
    case "wait":
      return t("keys.rotation.at.wait", { time });
    case "keep":
      return t("keys.rotation.at.keep", { time });
    default:
      return t(isPublishedHere ? "keys.rotation.at.removeSelf" : "keys.rotation.at.remove");
  }
}

function Cancel({ t, domain, rotation }: { t: Translate; domain: string; rotation: RotationView }) {
  return (
    <Confirm look="secondary" summary={t("keys.rotation.cancel")}>
      <p className="mb-3">
        {t(rotation.isSwitched ? "keys.rotation.cancel.after" : "keys.rotation.cancel.before")}
      </p>
      <ActionForm
        action={cancelRotationAction}
        look="danger"
        submit={t("keys.rotation.cancel")}
        working={t("common.working")}
      >
        <input type="hidden" name="domain" value={domain} />
        <input type="hidden" name="rotationId" value={rotation.id} />
      </ActionForm>
    </Confirm>
  );
}

function Start({ t, view }: { t: Translate; view: KeysView }) {
  return (
    <ActionForm
      action={startRotationAction}
      look="secondary"
      submit={t(view.prepared ? "keys.rotation.startNow" : "keys.rotation.start")}
      working={t("common.working")}
    >
      <input type="hidden" name="domain" value={view.name} />
    </ActionForm>
  );
}
