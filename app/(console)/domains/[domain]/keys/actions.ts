"use server";

import { refresh } from "next/cache";
import { done, failed, fieldsOf, refused, refusedField } from "@/lib/dal/form-answers.ts";
import * as keys from "@/lib/dal/keys.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import {
  AddKeys,
  ConfirmedKey,
  ImportKey,
  KeySettingsForm,
  LookForKeys,
  RotationRef,
  StartRotation,
} from "@/lib/schemas/keys.ts";

export async function addKeysAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = AddKeys.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await keys.addKeys(input.data);
  if (result.outcome !== "done")
    return failed(form, t(result.outcome === "notFound" ? "error.notFound" : "error.keys.tooMany"));
  refresh();
  return done(t("keys.added", { selectors: result.selectors.join(", ") }));
}

export async function importKeyAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = ImportKey.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await keys.importKey(input.data);
  switch (result.outcome) {
    case "notFound":
      return failed(form, t("error.notFound"));
    case "tooMany":
      return failed(form, t("error.keys.tooMany"));
    case "selectorTaken":
      return refusedField(form, "selector", t("error.keys.selectorTaken"));
    case "keyTaken":
      return refusedField(form, "privateKey", t("error.keys.keyTaken"));
    case "badKey":
      return refusedField(form, "privateKey", t(`error.keys.${result.problem}`));
    case "done":
      refresh();
      return done(t("keys.imported.done", { selector: result.selector }));
  }
}

export async function revokeKeyAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = ConfirmedKey.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const { domain } = input.data;
  const selector = String(form.get("selector") ?? "");
  switch (await keys.revokeKey(input.data)) {
    case "notFound":
      return failed(form, t("error.notFound"));
    case "already":
      return failed(form, t("error.keys.already"));
    case "confirmDomain":
      return refusedField(form, "confirm", t("error.keys.confirmDomain", { domain }));
    case "done":
      refresh();
      return done(t("keys.revoked", { selector }));
  }
}

export async function deleteKeyAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = ConfirmedKey.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const selector = String(form.get("selector") ?? "");
  switch (await keys.deleteKey(input.data)) {
    case "notFound":
      return failed(form, t("error.notFound"));
    case "confirmDomain":
      return refusedField(
        form,
        "confirm",
        t("error.keys.confirmDomain", { domain: input.data.domain }),
      );
    case "confirmSelector":
      return refusedField(form, "confirm", t("error.keys.confirmSelector", { selector }));
    case "done":
      refresh();
      return done(t("keys.deleted", { selector }));
    case "leaving":
      refresh();
      return done(t("keys.deletedSelf", { selector }));
  }
}

export async function startRotationAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = StartRotation.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await keys.startRotation(input.data);
  switch (result.outcome) {
    case "notFound":
      return failed(form, t("error.notFound"));
    case "tooLong":
      return failed(form, t("error.keys.tooLong.name"));
    case "underWay":
    case "noPlace":
    case "cannotPublish":
      return failed(form, t(`error.keys.${result.outcome}`));
    case "done":
      refresh();
      return done(t("keys.rotation.started", { selectors: result.selectors.join(", ") }));
  }
}

export async function cancelRotationAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = RotationRef.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const outcome = await keys.cancelRotation(input.data);
  if (outcome === "notFound") return failed(form, t("error.notFound"));
  if (outcome !== "done") return failed(form, t(`error.keys.${outcome}`));
  refresh();
  return done(t("keys.rotation.cancelled"));
}

export async function lookNowAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = LookForKeys.safeParse(fieldsOf(form));
  const result = input.success ? await keys.lookNow(input.data.domain) : null;
  if (!result || result.outcome === "notFound") return failed(form, t("error.notFound"));
  if (result.outcome === "tooSoon") return done(t("keys.look.tooSoon", { n: result.seconds }));
  return done(t("keys.look.asked"));
}

export async function keySettingsAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = KeySettingsForm.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const outcome = await keys.setKeySettings(input.data);
  switch (outcome) {
    case "notFound":
      return failed(form, t("error.notFound"));
    case "tooLong":
      return refusedField(form, "mode", t("error.keys.tooLong.name"));
    case "underWay":
    case "noPlace":
    case "cannotPublish":
      return failed(form, t(`error.keys.${outcome}`));
    case "done":
      refresh();
      return done(t("keys.settings.saved"));
    case "doneOver":
      refresh();
      return done(t("keys.settings.savedOver"));
  }
}
