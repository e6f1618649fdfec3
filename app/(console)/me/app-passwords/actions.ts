"use server";

import { refresh } from "next/cache";
import {
  addOwnAppPassword,
  MAX_APP_PASSWORDS,
  revokeAppPassword,
} from "@/lib/dal/app-passwords.ts";
import { done, failed, fieldsOf, refused, refusedField } from "@/lib/dal/form-answers.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { AppPasswordRef, NewAppPassword, Proof } from "@/lib/schemas/clients.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";

export async function createAppPasswordAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const [input, proof] = [
    NewAppPassword.safeParse(fieldsOf(form)),
    Proof.safeParse(fieldsOf(form)),
  ];
  if (!input.success) return refused(t, form, input.error);
  if (!proof.success) return refused(t, form, proof.error);
  const result = await addOwnAppPassword({ ...input.data, ...proof.data });
  if (result.outcome === "wrongPassword")
    return refusedField(form, "current", t("account.wrongPassword"));
  if (result.outcome === "wait")
    return refusedField(form, "current", t("signIn.wait", { n: result.seconds }));
  if (result.outcome === "tooMany")
    return failed(form, t("clients.app.tooMany", { n: MAX_APP_PASSWORDS }));
  if (result.outcome !== "done") return failed(form, t("error.notFound"));
  refresh();
  const { appPasswordId: id, groups } = result;
  return { ...done(""), made: { id, name: input.data.name, password: groups.join(" ") } };
}

export async function revokeAppPasswordAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = AppPasswordRef.safeParse(fieldsOf(form));
  if (!input.success || (await revokeAppPassword(input.data)) === "notFound")
    return failed(form, t("error.notFound"));
  refresh();
  return done(t("clients.app.revoked"));
}
