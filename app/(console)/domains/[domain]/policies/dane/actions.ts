"use server";

import { refresh } from "next/cache";
import { cancelHostKey, prepareHostKey, switchHostKey } from "@/lib/dal/dane.ts";
import { done, failed, fieldsOf, refused } from "@/lib/dal/form-answers.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import { PrepareHostKey } from "@/lib/schemas/host-keys.ts";

export async function prepareHostKeyAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = PrepareHostKey.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const outcome = await prepareHostKey(input.data);
  if (outcome === "notAllowed") return failed(form, t("dane.onlyOperators"));
  if (outcome === "underWay") return failed(form, t("dane.prepare.underWay"));
  refresh();
  return done(t("dane.prepare.done"));
}

export async function cancelHostKeyAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const outcome = await cancelHostKey();
  if (outcome === "notAllowed") return failed(form, t("dane.onlyOperators"));
  if (outcome === "none") return failed(form, t("dane.switch.none"));
  refresh();
  return done(t("dane.cancel.done"));
}

export async function switchHostKeyAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const result = await switchHostKey();
  switch (result.outcome) {
    case "notAllowed":
      return failed(form, t("dane.onlyOperators"));
    case "tooEarly":
      return failed(form, t("dane.switch.tooEarly", { time: formatTime(t.locale, result.at) }));
    case "done":
      refresh();
      return done(t(`dane.switch.done.${result.why}`));
    default:
      return failed(form, t(`dane.switch.${result.outcome}`));
  }
}
