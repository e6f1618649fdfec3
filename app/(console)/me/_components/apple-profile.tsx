import { MadeLink } from "@/components/made-link.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ActionForm, FormField, UserName } from "@/components/ui/form.tsx";
import type { DeviceView } from "@/lib/dal/devices.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { createDeviceLinkAction } from "../devices/actions.ts";

/** iPhone, iPad and Mac: a one-time link to a profile, which brings its own app password. */
export function AppleProfile({ t, view }: { t: Translate; view: DeviceView }) {
  const { origin, signer } = view;
  return (
    <Card title={t("clients.apple.title")} lead={t("clients.apple.text")}>
      {view.canHaveProfile ? (
        <>
          {origin.onlyHere && (
            <p className="mb-4 rounded-md bg-warn-wash px-3 py-2 text-sm text-warn">
              {t("clients.apple.onlyHere", { host: origin.host })}
            </p>
          )}
          {!origin.safe && (
            <p className="mb-4 rounded-md bg-warn-wash px-3 py-2 text-sm text-warn">
              {t("clients.apple.notSafe")}
            </p>
          )}
          <ActionForm
            action={createDeviceLinkAction}
            submit={t("clients.apple.make")}
            working={t("common.working")}
            closes
          >
            <MadeLink words={wordsOf(t)} again="/me/devices/apple">
              <UserName address={view.address} />
              <FormField
                name="name"
                label={t("clients.apple.name")}
                defaultValue={t("clients.app.suggest.iphone")}
                required
              />
              <FormField
                name="current"
                label={t("clients.app.current")}
                hint={t("clients.app.currentHint")}
                type="password"
                autoComplete="current-password"
                required
              />
            </MadeLink>
          </ActionForm>
          <p className="mt-4 text-sm text-soft">{signature(t, signer)}</p>
        </>
      ) : (
        <p className="text-warn">{t("clients.apple.noServers")}</p>
      )}
    </Card>
  );
}

function signature(t: Translate, signer: DeviceView["signer"]): string {
  if (!signer) return t("clients.apple.unsigned");
  if (signer.selfSigned) return t("clients.apple.selfSigned");
  return t("clients.apple.signedBy", { name: signer.name, issuer: signer.issuer });
}

const wordsOf = (t: Translate) => ({
  qr: t("clients.apple.qr"),
  copy: t("common.copyWhat", { what: t("clients.apple.make") }),
  copied: t("common.copied"),
  open: t("clients.apple.open"),
  again: t("clients.apple.again"),
  steps: [
    t("clients.apple.step1"),
    t("clients.apple.step2"),
    t("clients.apple.step3"),
    t("clients.apple.stepMac"),
  ],
});
