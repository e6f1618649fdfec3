"use server";

import { refresh } from "next/cache";
import { done, failed, fieldsOf, refused, refusedField } from "@/lib/dal/form-answers.ts";
import * as certificates from "@/lib/dal/certificates.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import { translateRow, type Translate } from "@/lib/i18n/translate.ts";
import { AgreeToTerms, ManagedCertificateRef, SetUpAuthority } from "@/lib/schemas/certificates.ts";
import { CertificateRef, UploadCertificate } from "@/lib/schemas/forms.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";

export async function setUpAuthorityAction(_: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = SetUpAuthority.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const { outcome } = await certificates.setUpAuthority(input.data);
  if (outcome === "notAllowed") return failed(form, t("error.notFound"));
  refresh();
  return done(t("certificates.authority.saved"));
}

export async function agreeToTermsAction(_: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = AgreeToTerms.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const { outcome } = await certificates.agreeToTerms(input.data);
  refresh();
  if (outcome === "otherTerms") return failed(form, t("certificates.authority.otherTerms"));
  if (outcome !== "done") return failed(form, t("error.notFound"));
  return done(t("certificates.authority.agreed.done"));
}

export async function turnOffAuthorityAction(_: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  if ((await certificates.turnOffAuthority()) !== "done") return failed(form, t("error.notFound"));
  refresh();
  return done(t("certificates.authority.offDone"));
}

export async function renewNowAction(_: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = ManagedCertificateRef.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await certificates.renewNow(input.data);
  switch (result.outcome) {
    case "notFound":
      return failed(form, t("error.notFound"));
    case "noAccount":
      return failed(form, t("certificates.noAccount"));
    case "tooEarly":
      return failed(form, t("certificates.tooEarly", { time: formatTime(t.locale, result.at) }));
    case "done":
      refresh();
      return done(t("certificates.tried"));
  }
}

export async function uploadCertificateAction(_: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = UploadCertificate.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await certificates.uploadCertificate(input.data);
  if (result.outcome === "notAllowed") return failed(form, t("error.notFound"));
  if (result.outcome === "refused") {
    const { key } = result.problem;
    const field = key.startsWith("key") ? "privateKey" : "chain";
    return refusedField(form, field, said(t, `upload.problem.${key}`, result.problem.params));
  }
  refresh();
  const { names, notAfter, warnings } = result;
  const time = formatTime(t.locale, notAfter);
  const sentences = [
    t("certificates.upload.done", { names: names.join(", "), time }),
    ...warnings.map(({ key, params }) => said(t, `upload.warning.${key}`, params)),
  ];
  return done(sentences.join(" "));
}

/** Times among the parameters are written as in the database. */
function said(
  t: Translate,
  key: string,
  params: Readonly<Record<string, string | number>>,
): string {
  const shown = Object.entries(params).map(([name, value]) => {
    const isTime = (name === "time" || name === "date") && typeof value === "string";
    const at = isTime ? new Date(value) : null;
    return [name, at && !Number.isNaN(at.getTime()) ? formatTime(t.locale, at) : value];
  });
  return translateRow(t, key, Object.fromEntries(shown)) ?? t("error.field");
}

export async function removeCertificateAction(_: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = CertificateRef.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  if ((await certificates.removeCertificate(input.data)) !== "done")
    return failed(form, t("error.notFound"));
  refresh();
  return done(t("certificates.removed"));
}
