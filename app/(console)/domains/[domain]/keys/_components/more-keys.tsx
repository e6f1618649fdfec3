import { Card } from "@/components/ui/card.tsx";
import { ActionForm, FormField } from "@/components/ui/form.tsx";
import type { KeysView } from "@/lib/dal/keys.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { ROTATE_DAYS } from "@/lib/schemas/keys.ts";
import { addKeysAction, importKeyAction, keySettingsAction } from "../actions.ts";

interface Props {
  readonly t: Translate;
  readonly view: KeysView;
}

export function AddCard({ t, view }: Props) {
  const kinds = (["pair", "rsa", "ed25519"] as const).map((value) => ({
    value,
    text: t(`keys.add.${value}`),
  }));
  const lengths = (["2048", "3072", "4096"] as const).map((value) => ({
    value,
    text: t(`keys.add.bits.${value}`),
  }));
  return (
    <Card id="add" title={t("keys.add")} lead={t("keys.addLead")}>
      <ActionForm
        action={addKeysAction}
        look="secondary"
        submit={t("keys.add.do")}
        submitLabel={t("keys.add")}
        working={t("common.working")}
      >
        <input type="hidden" name="domain" value={view.name} />
        <FormField name="kind" idPrefix="add" label={t("keys.add.kind")} options={kinds} />
        <FormField
          name="bits"
          idPrefix="add"
          label={t("keys.add.bits")}
          hint={t("keys.add.bitsHint")}
          options={lengths}
        />
      </ActionForm>
    </Card>
  );
}

export function ImportCard({ t, view }: Props) {
  return (
    <Card title={t("keys.import")} lead={t("keys.importLead")}>
      <ActionForm
        action={importKeyAction}
        look="secondary"
        submit={t("keys.import.do")}
        submitLabel={t("keys.import")}
        working={t("common.working")}
      >
        <input type="hidden" name="domain" value={view.name} />
        <FormField
          name="selector"
          idPrefix="import"
          label={t("keys.import.selector")}
          hint={t("keys.import.selectorHint")}
          autoComplete="off"
          suffix={`._domainkey.${view.name}`}
        />
        <FormField
          name="privateKey"
          idPrefix="import"
          label={t("keys.import.pem")}
          hint={t("keys.import.pemHint")}
          autoComplete="off"
          multiline
        />
      </ActionForm>
    </Card>
  );
}

/** What cannot be chosen is said, with what it takes. */
export function SettingsCard({ t, view }: Props) {
  const { settings, automatic, hostName, shown } = view;
  const modes = [
    { value: "txt", text: t("keys.settings.txt") },
    { value: "cname", text: t("keys.settings.cname") },
  ];
  const periods = [
    { value: "", text: t("keys.settings.never") },
    ...ROTATE_DAYS.map((n) => ({ value: String(n), text: t("keys.settings.days", { n }) })),
  ];
  return (
    <Card title={t("keys.settings")}>
      <ActionForm
        action={keySettingsAction}
        look="secondary"
        submit={t("common.save")}
        working={t("common.working")}
      >
        <input type="hidden" name="domain" value={view.name} />
        <FormField
          name="mode"
          label={t("keys.settings.mode")}
          hint={
            automatic.server
              ? t("keys.settings.modeHint")
              : t("keys.settings.cannotServer", { host: hostName })
          }
          options={modes}
          defaultValue={settings.mode}
        />
        <FormField
          name="rotateDays"
          label={t("keys.settings.rotate")}
          hint={[
            t("keys.settings.rotateHint"),
            !automatic.domain && settings.mode === "txt"
              ? t("keys.settings.cannotDomain", { domain: shown })
              : "",
          ]
            .filter(Boolean)
            .join(" ")}
          options={periods}
          defaultValue={settings.rotateDays === null ? "" : String(settings.rotateDays)}
        />
      </ActionForm>
    </Card>
  );
}
