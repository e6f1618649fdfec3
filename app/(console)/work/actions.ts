"use server";

import { refresh } from "next/cache";
import { done, failed, fieldsOf } from "@/lib/dal/form-answers.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import { stopJob } from "@/lib/dal/work.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import { JobRef } from "@/lib/schemas/forms.ts";

export async function stopJobAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = JobRef.safeParse(fieldsOf(form));
  if (!input.success || (await stopJob(input.data.jobId)) === "notFound")
    return failed(form, t("error.notFound"));
  refresh();
  return done(t("work.cancelAsked"));
}
