"use server";

import { refresh } from "next/cache";
import { done, failed, fieldsOf } from "@/lib/dal/form-answers.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { addShareLink, endShareLink, MAX_OPEN_LINKS } from "@/lib/dal/share.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import { NewShareLink, ShareLinkRef } from "@/lib/schemas/share.ts";

export async function makeShareLinkAction(
  _previous: FormState,
  form: FormData,
): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = NewShareLink.safeParse(fieldsOf(form));
  if (!input.success) return failed(form, t("error.notFound"));
  const result = await addShareLink(input.data);
  if (result.outcome === "tooMany") return failed(form, t("share.tooMany", { n: MAX_OPEN_LINKS }));
  if (result.outcome !== "done") return failed(form, t("error.notFound"));
  refresh();
  return { ...done(""), made: result.made };
}

export async function endShareLinkAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = ShareLinkRef.safeParse(fieldsOf(form));
  if (!input.success || (await endShareLink(input.data)) !== "done")
    return failed(form, t("error.notFound"));
  refresh();
  return done(t("share.revoked"));
}
