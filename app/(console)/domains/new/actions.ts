"use server";

import { redirect } from "next/navigation";
import { failed, fieldsOf, refused, refusedField, typedValues } from "@/lib/dal/form-answers.ts";
import { askForSurvey, listDomains } from "@/lib/dal/new-domain.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { NewDomains, type ListState } from "@/lib/schemas/domains.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import { link } from "@/lib/schemas/query.ts";

/** One domain: DNS is asked about it, on a page of its own. Several: a list, line by line. */
export async function understandAction(_previous: ListState, form: FormData): Promise<ListState> {
  await requireActor();
  const t = await getTranslate();
  const alone = (state: FormState): ListState => ({ ...state, list: null });
  const input = NewDomains.safeParse(fieldsOf(form));
  if (!input.success) return alone(refused(t, form, input.error));
  const { text: entries, step, mode, reportsTo } = input.data;
  const [only = "", second] = entries;
  if (second === undefined && step === "look") return alone(await one(t, form, only));
  const result = await listDomains(entries, step === "add" ? { mode, reportsTo } : null);
  switch (result.outcome) {
    case "notAllowed":
      return alone(failed(form, t("error.notAllowed")));
    case "tooMany": {
      const params = { most: result.most, n: entries.length };
      return alone(refusedField(form, "text", t("error.domain.tooMany", params)));
    }
    case "done":
      return {
        ...{ ok: null, message: "", errors: {}, values: typedValues(form) },
        list: listOf(t, { ...result, isDone: step === "add" }),
      };
  }
}

/** Leads away, or says why not. */
async function one(t: Translate, form: FormData, text: string): Promise<FormState> {
  const result = await askForSurvey(text);
  switch (result.outcome) {
    case "notUnderstood":
      return refusedField(form, "text", t(`error.domain.${result.problem}`));
    case "notAllowed":
      return failed(form, t("error.notAllowed"));
    case "taken":
      return refusedField(form, "text", t("error.domain.taken", { domain: result.shown }));
    case "done":
      redirect(link("/domains/new", { job: result.jobId, or: result.alternative ?? "" }));
  }
}

type Done = Extract<Awaited<ReturnType<typeof listDomains>>, { readonly outcome: "done" }>;

function listOf(t: Translate, { rows, jobId, isDone }: Done & { isDone: boolean }) {
  const count = (...results: string[]) =>
    rows.filter(({ result }) => results.includes(result)).length;
  const [valid, added, taken] = [count("valid", "lab"), count("added"), count("taken")];
  const n = rows.length;
  const summary = isDone
    ? t("list.done", { added, rest: n - added })
    : t("list.summary", { n, valid, taken, rest: n - valid - taken });
  return { rows, summary, valid, add: t("list.add", { n: valid }), isDone, jobId };
}
