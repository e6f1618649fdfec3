"use server";

import { refresh } from "next/cache";
import { done, failed, fieldsOf, refused, refusedField } from "@/lib/dal/form-answers.ts";
import { setDmarc, setMtaSts, setTlsReports } from "@/lib/dal/policies.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import { DmarcForm, MtaStsForm, TlsReportsForm } from "@/lib/schemas/policies.ts";

export async function setDmarcAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = DmarcForm.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  if ((await setDmarc(input.data)).outcome === "notFound") return failed(form, t("error.notFound"));
  refresh();
  return done(t("dmarc.saved"));
}

export async function setMtaStsAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = MtaStsForm.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await setMtaSts(input.data);
  switch (result.outcome) {
    case "notFound":
      return failed(form, t("error.notFound"));
    case "unproven": {
      const what = result.obstacles.join(", ");
      return refusedField(form, "confirm", t("sts.unproven", { what }));
    }
    case "done":
      refresh();
      return done(result.id === null ? t("sts.unchanged") : t("sts.saved", { id: result.id }));
  }
}

export async function setTlsReportsAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = TlsReportsForm.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  if ((await setTlsReports(input.data)).outcome === "notFound")
    return failed(form, t("error.notFound"));
  refresh();
  return done(t("tlsrpt.saved"));
}
