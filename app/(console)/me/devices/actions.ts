"use server";

import { addDeviceLink } from "@/lib/dal/devices.ts";
import { done, failed, fieldsOf, refused, refusedField } from "@/lib/dal/form-answers.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { formatClock } from "@/lib/i18n/format.ts";
import { NewDeviceLink, Proof } from "@/lib/schemas/clients.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";

export async function createDeviceLinkAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const [input, proof] = [NewDeviceLink.safeParse(fieldsOf(form)), Proof.safeParse(fieldsOf(form))];
  if (!input.success) return refused(t, form, input.error);
  if (!proof.success) return refused(t, form, proof.error);
  const result = await addDeviceLink({ ...input.data, ...proof.data });
  if (result.outcome === "wrongPassword")
    return refusedField(form, "current", t("account.wrongPassword"));
  if (result.outcome === "wait")
    return refusedField(form, "current", t("signIn.wait", { n: result.seconds }));
  if (result.outcome === "notSafe") return failed(form, t("clients.apple.notSafe"));
  if (result.outcome !== "done") return failed(form, t("error.notFound"));
  const { url, picture, expiresAt } = result;
  const words = { name: input.data.name, time: formatClock(t.locale, expiresAt) };
  return { ...done(""), made: { url, picture, title: t("clients.apple.linkTitle", words) } };
}
