"use server";

import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { addDomain, sendTest } from "@/lib/dal/domains.ts";
import { done, failed, fieldsOf, refused, refusedField } from "@/lib/dal/form-answers.ts";
import { addAlias, addMailbox, removeAlias } from "@/lib/dal/mailboxes.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import { requireActor } from "@/lib/dal/session.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import { AliasRef, NewAlias, NewDomain, NewMailbox, TestMessage } from "@/lib/schemas/forms.ts";

export async function addDomainAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = NewDomain.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await addDomain(input.data);
  if (result.outcome === "notAllowed") return failed(form, t("error.notAllowed"));
  if (result.outcome === "taken")
    return refusedField(form, "name", t("error.domain.taken", { domain: input.data.name }));
  redirect(`/domains/${result.name}/dns`);
}

export async function addMailboxAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = NewMailbox.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await addMailbox(input.data);
  const { domain, localPart } = input.data;
  switch (result.outcome) {
    case "notFound":
      return failed(form, t("error.notFound"));
    case "taken":
      return refusedField(
        form,
        "localPart",
        t("error.mailbox.taken", { address: `${localPart}@${domain}` }),
      );
    case "badPassword":
      return refusedField(form, "password", t(`error.password.${result.problem}`));
    case "done":
      redirect(`/domains/${domain}/mailboxes?created=${result.mailboxId}`);
  }
}

export async function addAliasAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = NewAlias.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  const result = await addAlias(input.data);
  const { domain, localPart, targets } = input.data;
  const address = `${localPart}@${domain}`;
  switch (result.outcome) {
    case "notFound":
      return failed(form, t("error.notFound"));
    case "taken":
      return refusedField(form, "localPart", t("error.mailbox.taken", { address }));
    case "toItself":
      return refusedField(form, "targets", t("error.alias.toItself", { address }));
    case "done":
      refresh();
      return done(t("aliases.created", { address, n: targets.length }));
  }
}

export async function removeAliasAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = AliasRef.safeParse(fieldsOf(form));
  if (!input.success || (await removeAlias(input.data)) === "notFound")
    return failed(form, t("error.notFound"));
  refresh();
  return done(t("aliases.deleted"));
}

export async function sendTestAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = TestMessage.safeParse({ ...fieldsOf(form), language: t.locale });
  if (!input.success) return refused(t, form, input.error);
  const result = await sendTest(input.data);
  if (result.outcome === "notFound") return failed(form, t("error.notFound"));
  if (result.outcome === "sendingOff")
    return failed(form, t("error.domain.sendingOff", { domain: input.data.domain }));
  redirect(`/work/${result.jobId}`);
}
