/** Answers to forms: keys of sentences become sentences, typed values come back, secrets do not. */
import "server-only";
import type { z } from "zod";
import { translateKey, type Translate } from "@/lib/i18n/translate.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";

/** A pasted chain may have the key among its certificates. */
const SECRET = /password|secret|token|current|privateKey|eabKey|chain/i;

export function typedValues(form: FormData): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of form) {
    if (typeof value === "string" && !SECRET.test(name) && !name.startsWith("$"))
      values[name] = value;
  }
  return values;
}

/** The fields as the schema sees them. */
export const fieldsOf = (form: FormData) => Object.fromEntries(form);

export function refused(t: Translate, form: FormData, error: z.ZodError): FormState {
  const errors: Record<string, string> = {};
  for (const { path, message } of error.issues) {
    const name = String(path[0] ?? "");
    errors[name] ??= translateKey(t, message);
  }
  return { ok: false, message: t("error.check"), errors, values: typedValues(form) };
}

/** One field is wrong for a reason that only the service could know. */
export function refusedField(form: FormData, name: string, text: string): FormState {
  return { ok: false, message: text, errors: { [name]: text }, values: typedValues(form) };
}

export function failed(form: FormData, message: string): FormState {
  return { ok: false, message, errors: {}, values: typedValues(form) };
}

export function done(message: string): FormState {
  return { ok: true, message, errors: {}, values: {} };
}
