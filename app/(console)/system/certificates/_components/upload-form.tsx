import { ActionForm, Checkbox, FormField } from "@/components/ui/form.tsx";
import type { Translate } from "@/lib/i18n/translate.ts";
import { uploadCertificateAction } from "../actions.ts";

export function UploadForm({ t }: { t: Translate }) {
  return (
    <div className="max-w-xl">
      <ActionForm
        action={uploadCertificateAction}
        submit={t("certificates.upload.submit")}
        working={t("common.working")}
      >
        <FormField
          name="chain"
          label={t("certificates.upload.chain")}
          hint={t("certificates.upload.chainHint")}
          multiline
          required
        />
        <FormField
          name="privateKey"
          label={t("certificates.upload.key")}
          hint={t("certificates.upload.keyHint")}
          autoComplete="off"
          multiline
        />
        <Checkbox name="acceptNewKey" label={t("certificates.upload.accept")} />
      </ActionForm>
    </div>
  );
}
