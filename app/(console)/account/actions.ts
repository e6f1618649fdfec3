"use server";

import { refresh } from "next/cache";
import { changePassword, endOtherSession, saveAppearance } from "@/lib/dal/account.ts";
import { done, failed, fieldsOf, refused, refusedField } from "@/lib/dal/form-answers.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { translator } from "@/lib/i18n/translate.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import { Appearance, ChangePassword, SessionRef } from "@/lib/schemas/forms.ts";

export async function saveAppearanceAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const input = Appearance.safeParse(fieldsOf(form));
  if (!input.success) return refused(await getTranslate(), form, input.error);
  const { language, theme } = input.data;
  await saveAppearance(language, theme);
  return done(translator(language)("account.saved"));
}

export async function changePasswordAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = ChangePassword.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await changePassword(input.data);
  if (result.outcome === "wrongPassword")
    return refusedField(form, "current", t("account.wrongPassword"));
  if (result.outcome === "wait")
    return refusedField(form, "current", t("signIn.wait", { n: result.seconds }));
  if (result.outcome === "badPassword")
    return refusedField(form, "password", t(`error.password.${result.problem}`));
  refresh();
  return done(t("account.passwordChanged"));
}

export async function endSessionAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = SessionRef.safeParse(fieldsOf(form));
  if (!input.success || (await endOtherSession(input.data.sessionId)) === "notFound")
    return failed(form, t("error.notFound"));
  refresh();
  return done(t("account.endedSession"));
}
