import Link from "next/link";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm, Checkbox, FieldError } from "@/components/ui/form.tsx";
import type { ModePreviewView } from "@/lib/dal/domain-mode.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { setDomainModeAction } from "../actions.ts";
import { ConsequenceList, type Consequence } from "./consequence-list.tsx";

interface Props {
  readonly t: Translate;
  readonly domain: string;
  readonly before: ModePreviewView["to"];
  readonly preview: ModePreviewView;
  readonly may: boolean;
}

/** What another use would change: here, and in the zone. The button that does it stands below all of it. */
export function Preview({ t, domain, before, preview, may }: Props) {
  const { to, engine, dangers, enforced } = preview;
  const after = t(`mode.${to}`);
  return (
    <Card
      id="preview"
      title={t("settings.preview.title", { before: t(`mode.${before}`), after })}
      lead={t("settings.preview.lead")}
    >
      <h3 className="font-medium">{t("settings.preview.engine")}</h3>
      <ul className="mt-1 grid list-disc gap-1 ps-5">
        {engine.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <h3 className="mt-4 font-medium">{t("settings.preview.records")}</h3>
      <Records t={t} preview={preview} />
      <div className="mt-5">
        {enforced ? (
          <p className="rounded-md bg-bad-wash px-4 py-3 text-bad">
            {t("settings.enforced")}{" "}
            <Link href={`/domains/${domain}/policies/mta-sts`} className="underline">
              {t("settings.enforced.link")}
            </Link>
          </p>
        ) : (
          may && (
            <ActionForm
              action={setDomainModeAction}
              submit={t("settings.use.submit", { mode: after })}
              working={t("common.working")}
              look={dangers.length > 0 ? "danger" : "primary"}
            >
              <input type="hidden" name="domain" value={domain} />
              <input type="hidden" name="mode" value={to} />
              {dangers.map((text) => (
                <p key={text} className="rounded-md bg-warn-wash px-4 py-3 text-warn">
                  {text}
                </p>
              ))}
              {dangers.length > 0 && (
                <div>
                  <Checkbox name="sure" label={t("settings.sure")} />
                  <FieldError name="sure" />
                </div>
              )}
            </ActionForm>
          )
        )}
      </div>
    </Card>
  );
}

function Records({ t, preview }: Pick<Props, "t" | "preview">) {
  const lists = (["added", "changed", "removed", "weighed"] as const)
    .map((key) => ({ key, records: preview[key] as readonly Consequence[] }))
    .filter(({ records }) => records.length > 0);
  if (lists.length === 0) return <p className="mt-1 text-soft">{t("settings.records.none")}</p>;
  return (
    <div className="mt-1 grid grid-cols-1 gap-3">
      {lists.map(({ key, records }) => (
        <ConsequenceList
          key={key}
          title={t(`settings.records.${key}`)}
          kind={key}
          {...{ records }}
        />
      ))}
      {preview.removed.length > 0 && (
        <p className="text-sm text-soft">{t("settings.records.others")}</p>
      )}
    </div>
  );
}
