"use server";

import { refresh } from "next/cache";
import { accept, checkDomainNow, withdraw } from "@/lib/dal/dns.ts";
import { done, failed, fieldsOf, refused } from "@/lib/dal/form-answers.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { AcceptForm, CheckNowForm, WithdrawForm } from "@/lib/schemas/dns.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";

export async function checkNowAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = CheckNowForm.safeParse(fieldsOf(form));
  if (!input.success) return failed(form, t("error.notFound"));
  const result = await checkDomainNow(input.data);
  switch (result.outcome) {
    case "notFound":
      return failed(form, t("error.notFound"));
    case "tooSoon":
      return failed(form, t("check.tooSoon", { n: result.seconds }));
    case "done":
      refresh();
      return done(t("check.asked"));
  }
}

export async function acceptAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = AcceptForm.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  if ((await accept(input.data)) !== "done") return failed(form, t("error.notFound"));
  refresh();
  return done(t("check.accepted"));
}

export async function withdrawAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = WithdrawForm.safeParse(fieldsOf(form));
  if (!input.success || (await withdraw(input.data)) !== "done")
    return failed(form, t("error.notFound"));
  refresh();
  return done(t("check.withdrawn"));
}
