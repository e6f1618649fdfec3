"use server";

import { refresh } from "next/cache";
import { done, failed, fieldsOf, refused, refusedField } from "@/lib/dal/form-answers.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import * as dal from "@/lib/dal/publish.ts";
import { requireActor } from "@/lib/dal/session.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import {
  DnsCredentialRef,
  NewDnsCredential,
  PublicationPreview,
  PublicationRef,
} from "@/lib/schemas/publish.ts";

export async function addCredentialAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = NewDnsCredential.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await dal.addCredential(input.data);
  if (result.outcome === "notFound") return failed(form, t("error.notFound"));
  if (result.outcome === "operatorsOnly") {
    const text = t("error.publish.operatorsOnly");
    return refusedField(form, result.field, text);
  }
  refresh();
  return done(t("publish.add.done"));
}

export async function testCredentialAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = DnsCredentialRef.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const { outcome } = await dal.testCredential(input.data);
  if (outcome === "notFound") return failed(form, t("error.notFound"));
  refresh();
  return done(t("publish.credential.testing"));
}

export async function removeCredentialAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = DnsCredentialRef.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  if ((await dal.removeCredential(input.data)) === "notFound") {
    return failed(form, t("error.notFound"));
  }
  refresh();
  return done(t("publish.credential.removed"));
}

export async function previewAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = PublicationPreview.safeParse({
    ...fieldsOf(form),
    replace: form.getAll("replace"),
  });
  if (!input.success) return refused(t, form, input.error);
  const { outcome } = await dal.askForPreview(input.data);
  if (outcome !== "done") return failed(form, t("error.notFound"));
  refresh();
  return done(""); // the preview itself says how far it is
}

export async function applyAction(_previous: FormState, form: FormData): Promise<FormState> {
  return moved(form, dal.applyPublication);
}

export async function undoAction(_previous: FormState, form: FormData): Promise<FormState> {
  return moved(form, dal.undoPublication);
}

async function moved(
  form: FormData,
  move: (input: PublicationRef) => Promise<{ readonly outcome: string }>,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = PublicationRef.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const { outcome } = await move(input.data);
  if (outcome === "notFound") return failed(form, t("error.notFound"));
  if (outcome === "notNow") return failed(form, t("publish.notNow"));
  refresh();
  return done("");
}
