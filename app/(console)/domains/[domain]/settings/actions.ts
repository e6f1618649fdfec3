"use server";

import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { setDomainMode } from "@/lib/dal/domain-mode.ts";
import { setDnsHost } from "@/lib/dal/dns-host.ts";
import { done, failed, fieldsOf, refused, refusedField } from "@/lib/dal/form-answers.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { SetDnsHost, SetDomainMode } from "@/lib/schemas/domains.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import { link } from "@/lib/schemas/query.ts";

export async function setDomainModeAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = SetDomainMode.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await setDomainMode(input.data);
  switch (result.outcome) {
    case "notFound":
      return failed(form, t("error.notFound"));
    case "enforced":
      return failed(form, t("settings.enforced"));
    case "unconfirmed":
      return refusedField(form, "sure", t("settings.unconfirmed"));
    case "done":
      redirect(link(`/domains/${input.data.domain}/settings`, { done: result.mode }));
  }
}

export async function setDnsHostAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = SetDnsHost.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  if ((await setDnsHost(input.data)) === "notFound") return failed(form, t("error.notFound"));
  refresh();
  return done(t("settings.dns.saved"));
}
