"use server";

import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { done, failed, fieldsOf, refused, refusedField } from "@/lib/dal/form-answers.ts";
import {
  resume,
  setImapFeatures,
  setLimits,
  setPassword,
  signOutDevices,
  suspend,
} from "@/lib/dal/mailboxes.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import { MailboxRef, SetMailboxPassword } from "@/lib/schemas/forms.ts";
import { ImapFeatures } from "@/lib/schemas/imap-features.ts";
import { MailboxLimits } from "@/lib/schemas/limits.ts";

export async function setPasswordAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = SetMailboxPassword.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await setPassword(input.data);
  if (result.outcome === "notFound") return failed(form, t("error.notFound"));
  if (result.outcome === "badPassword")
    return refusedField(form, "password", t(`error.password.${result.problem}`));
  refresh();
  return done(t("mailbox.passwordSet", { address: result.address }));
}

/** Suspend and resume are the two halves of one switch; both can be taken back at once. */
export async function suspendAction(_previous: FormState, form: FormData): Promise<FormState> {
  return switchState(form, suspend);
}

export async function resumeAction(_previous: FormState, form: FormData): Promise<FormState> {
  return switchState(form, resume);
}

async function switchState(form: FormData, change: typeof suspend): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = MailboxRef.safeParse(fieldsOf(form));
  if (!input.success || (await change(input.data)) === "notFound")
    return failed(form, t("error.notFound"));
  refresh();
  return done("");
}

export async function setLimitsAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = MailboxLimits.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  if ((await setLimits(input.data)) === "notFound") return failed(form, t("error.notFound"));
  refresh();
  return done(t("limits.saved"));
}

export async function setImapFeaturesAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = ImapFeatures.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  if ((await setImapFeatures(input.data)) === "notFound") return failed(form, t("error.notFound"));
  refresh();
  return done(t("features.saved"));
}

export async function signOutDevicesAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = MailboxRef.safeParse(fieldsOf(form));
  if (!input.success) return failed(form, t("error.notFound"));
  const result = await signOutDevices(input.data);
  if (result.outcome === "notFound") return failed(form, t("error.notFound"));
  redirect(`/work/${result.jobId}`);
}
