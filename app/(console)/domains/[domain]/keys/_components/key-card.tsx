import { Badge, type Glyph, type Tone } from "@/components/ui/badge.tsx";
import { buttonClass } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import type { KeyView } from "@/lib/dal/keys.ts";
import { formatAge, formatTime } from "@/lib/i18n/format.ts";
import { reasonText } from "@/lib/i18n/reason-text.ts";
import { translateRow, type Translate } from "@/lib/i18n/translate.ts";
import { deleteKeyAction, revokeKeyAction } from "../actions.ts";
import { KeyRail } from "./key-rail.tsx";
import { RecordFields } from "./record-fields.tsx";

interface Props {
  readonly t: Translate;
  readonly view: KeyView;
  readonly domain: string;
  readonly mayWrite: boolean;
  readonly now: Date;
}

const LOOK: Record<KeyView["state"], readonly [tone: Tone, glyph: Glyph]> = {
  publishing: ["neutral", "hollow"],
  visible: ["accent", "half"],
  signing: ["good", "tick"],
  retiring: ["warn", "half"],
  safe_to_delete: ["neutral", "dash"],
  revoked: ["bad", "cross"],
};

/** One key: what it is, where in its life, what DNS says of it, what may be done. */
export function KeyCard({ t, view, domain, mayWrite, now }: Props) {
  const { selector, state, algorithm, bits } = view;
  const [tone, glyph] = LOOK[state];
  return (
    <article aria-labelledby={`key-${selector}`} className="grid gap-4 px-4 py-4 sm:px-5">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 id={`key-${selector}`} translate="no" className="font-mono font-semibold wrap-anywhere">
          {selector}
        </h3>
        <span className="text-sm text-soft">
          {t("keys.algorithm", { name: algorithm, bits: String(bits ?? "?") })}
          {view.isImported && `, ${t("keys.imported")}`}
          {view.isBehindCname && `, ${t("keys.behind")}`}
        </span>
        <Badge tone={tone} glyph={glyph}>
          {t(`keys.state.${state}`)}
        </Badge>
      </header>
      <p className="text-sm">{meaning(t, view)}</p>
      {state === "revoked" ? (
        <RecordFields t={t} record={view.record} />
      ) : (
        <KeyRail t={t} steps={view.steps} label={t("keys.steps", { selector })} />
      )}
      <Facts t={t} view={view} now={now} />
      <div className="flex flex-wrap items-start gap-2">
        {state !== "revoked" && <Record t={t} view={view} domain={domain} />}
        {mayWrite && <Actions t={t} view={view} domain={domain} />}
      </div>
    </article>
  );
}

function meaning(
  t: Translate,
  { state, until, isPrepared, isBehindCname, isPublishedHere }: KeyView,
) {
  const time = until ? formatTime(t.locale, until) : "";
  switch (state) {
    case "visible":
      if (isPrepared) return t("keys.means.prepared");
      return until ? t("keys.means.visibleUntil", { time }) : t("keys.means.visible");
    case "retiring":
      return t("keys.means.retiring", { time });
    case "safe_to_delete":
      return t(
        isBehindCname || isPublishedHere ? "keys.means.safeSelf" : "keys.means.safe_to_delete",
      );
    default:
      return t(`keys.means.${state}`);
  }
}

function Facts({ t, view, now }: { t: Translate; view: KeyView; now: Date }) {
  const { firstSigned, reasons, publishError } = view;
  return (
    <dl className="grid gap-x-6 gap-y-1 text-sm sm:grid-cols-[max-content_1fr]">
      <dt className="text-soft">{t("keys.firstSigned")}</dt>
      <dd>{firstSigned ? formatTime(t.locale, firstSigned) : t("keys.never")}</dd>
      <dt className="text-soft">{t("keys.seen")}</dt>
      <dd>
        {seen(t, view, now)}
        {reasons.map((reason) => (
          <p key={reason.key}>{reasonText(t, reason)}</p>
        ))}
        {publishError && (
          <p className="text-bad">
            {t("keys.publishFailed", {
              why: translateRow(t, publishError.key, publishError.params) ?? "",
            })}
          </p>
        )}
      </dd>
    </dl>
  );
}

/** What was looked for, and when; nothing is said of what was not. */
function seen(t: Translate, { lookedAt, seenAt }: KeyView, now: Date): string {
  if (lookedAt === null) return t("keys.seen.waiting");
  const isSeen = seenAt !== null && seenAt >= lookedAt;
  return t(isSeen ? "keys.seen.yes" : "keys.seen.no", { age: formatAge(t.locale, lookedAt, now) });
}

function Record({ t, view, domain }: { t: Translate; view: KeyView; domain: string }) {
  return (
    <details className="group min-w-0 open:basis-full">
      <summary className={`${buttonClass("secondary")} list-none group-open:mb-2`}>
        {t("keys.record")}
      </summary>
      <RecordFields t={t} record={view.record} />
      <p className="mt-2">
        <a
          href={`/domains/${domain}/keys/${view.id}/file`}
          className="text-sm text-accent underline"
        >
          {t("keys.download")}
        </a>
      </p>
    </details>
  );
}

function Actions({ t, view, domain }: { t: Translate; view: KeyView; domain: string }) {
  const { id, selector, state, typeToRevoke, typeToDelete } = view;
  const hidden = (
    <>
      <input type="hidden" name="domain" value={domain} />
      <input type="hidden" name="keyId" value={id} />
      <input type="hidden" name="selector" value={selector} />
    </>
  );
  return (
    <>
      {state !== "revoked" && state !== "safe_to_delete" && (
        <Confirm
          look="secondary"
          summary={t("keys.revoke")}
          label={t("keys.revokeOf", { selector })}
        >
          <p className="mb-3">{t("keys.revokeWhy")}</p>
          <ActionForm
            action={revokeKeyAction}
            look="danger"
            submit={t("keys.revokeDo")}
            submitLabel={t("keys.revokeOf", { selector })}
            working={t("common.working")}
          >
            {hidden}
            {typeToRevoke && (
              <FormField
                name="confirm"
                idPrefix={`revoke-${id}`}
                label={t("keys.revokeLast", { domain: typeToRevoke })}
                autoComplete="off"
              />
            )}
          </ActionForm>
        </Confirm>
      )}
      <Confirm summary={t("keys.delete")} label={t("keys.deleteOf", { selector })}>
        {typeToDelete === null && <p className="mb-3">{t("keys.deleteSafe")}</p>}
        <ActionForm
          action={deleteKeyAction}
          look="danger"
          submit={t("keys.deleteDo")}
          submitLabel={t("keys.deleteOf", { selector })}
          working={t("common.working")}
        >
          {hidden}
          {typeToDelete && (
            <FormField
              name="confirm"
              idPrefix={`delete-${id}`}
              label={t("keys.deleteUnsafe", { word: typeToDelete })}
              autoComplete="off"
            />
          )}
        </ActionForm>
      </Confirm>
    </>
  );
}
