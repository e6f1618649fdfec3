"use server";

import { refresh } from "next/cache";
import type { z } from "zod";
import { done, failed, fieldsOf, refused } from "@/lib/dal/form-answers.ts";
import { getTranslate } from "@/lib/dal/preferences.ts";
import * as server from "@/lib/dal/server.ts";
import { requireActor } from "@/lib/dal/session.ts";
import type { FormState } from "@/lib/schemas/form-state.ts";
import { HostName } from "@/lib/schemas/forms.ts";
import { AnnouncedPorts, ServerAddresses } from "@/lib/schemas/server.ts";

export async function checkServerAction(_previous: FormState, form: FormData): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const result = await server.checkServerNow();
  switch (result.outcome) {
    case "notFound":
      return failed(form, t("error.notAllowed"));
    case "tooSoon":
      return failed(form, t("check.tooSoon", { n: result.seconds }));
    case "done":
      refresh();
      return done(t("check.asked"));
  }
}

interface Setting<T> {
  readonly schema: z.ZodType<T>;
  readonly set: (input: T) => Promise<"done" | "notAllowed">;
  readonly said: "identity.host.done" | "identity.addresses.done" | "identity.ports.done";
}

async function change<T>(form: FormData, { schema, set, said }: Setting<T>): Promise<FormState> {
  await requireActor();
  const t = await getTranslate();
  const input = schema.safeParse(fieldsOf(form));
  if (!input.success) return refused(t, form, input.error);
  if ((await set(input.data)) === "notAllowed") return failed(form, t("error.notAllowed"));
  refresh();
  return done(t(said));
}

export async function renameServerAction(_: FormState, form: FormData): Promise<FormState> {
  const said = "identity.host.done";
  return change(form, { schema: HostName, set: server.renameServer, said });
}

export async function setAddressesAction(_: FormState, form: FormData): Promise<FormState> {
  const said = "identity.addresses.done";
  return change(form, { schema: ServerAddresses, set: server.setAddresses, said });
}

export async function setPortsAction(_: FormState, form: FormData): Promise<FormState> {
  const said = "identity.ports.done";
  return change(form, { schema: AnnouncedPorts, set: server.setAnnouncedPorts, said });
}
