"use server";

import { redirect } from "next/navigation";
import { failed, fieldsOf, refused, refusedField } from "@/lib/dal/form-answers.ts";
import { getTranslate, setPreferences } from "@/lib/dal/preferences.ts";
import { startSession } from "@/lib/dal/session.ts";
import { nameServer, setUpServer } from "@/lib/dal/setup.ts";
import { Language } from "@/lib/schemas/fields.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import { HostName, SetUp, SignIn } from "@/lib/schemas/forms.ts";

/** A path of ours to return to; anything else (another host, a scheme) is the start page. */
function returnPath(from: FormDataEntryValue | null): string {
  const path = typeof from === "string" ? from : "";
  return /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : "/";
}

export async function signInAction(_previous: FormState, form: FormData): Promise<FormState> {
  const t = await getTranslate();
  const input = SignIn.safeParse(fieldsOf(form));
  if (!input.success) return failed(form, t("signIn.refused"));
  const result = await startSession(input.data);
  if (result.outcome === "wait") return failed(form, t("signIn.wait", { n: result.seconds }));
  if (result.outcome === "refused") return failed(form, t("signIn.refused"));
  redirect(returnPath(form.get("from")));
}

export async function setUpAction(_previous: FormState, form: FormData): Promise<FormState> {
  const t = await getTranslate();
  const input = SetUp.safeParse({ ...fieldsOf(form), language: t.locale });
  if (!input.success) return refused(t, form, input.error);
  const outcome = await setUpServer(input.data);
  if (outcome === "badToken") return refusedField(form, "token", t("error.setup.token"));
  redirect(outcome === "done" ? "/setup/host" : "/sign-in");
}

export async function nameServerAction(_previous: FormState, form: FormData): Promise<FormState> {
  const t = await getTranslate();
  const input = HostName.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  if ((await nameServer(input.data)) === "notAllowed") return failed(form, t("error.notAllowed"));
  redirect("/home");
}

export async function setLanguageAction(form: FormData): Promise<void> {
  const language = Language.safeParse(form.get("language"));
  if (language.success) await setPreferences({ language: language.data });
}
