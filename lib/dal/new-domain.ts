/** Views and operations of the page that adds domains, one or many. Sentences are made here. */
import "server-only";
import { cache } from "react";
import { domainSurvey, SurveyResult } from "@/lib/jobs/definitions/domain-survey.ts";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { understandDomain } from "@/lib/mail/domain-input.ts";
import { DOMAIN_MODES } from "@/lib/mail/domain-mode.ts";
import { findingsOf, type Finding } from "@/lib/mail/dns/survey-findings.ts";
import { formatDuration, formatTime } from "@/lib/i18n/format.ts";
import { translateRow, type Translate } from "@/lib/i18n/translate.ts";
import type { ListRow } from "@/lib/schemas/domains.ts";
import { Id } from "@/lib/schemas/fields.ts";
import { DomainName } from "@/lib/schemas/forms.ts";
import * as domains from "@/lib/service/domains.ts";
import { getEngineStatus } from "@/lib/service/engine-status.ts";
import { getJob, type JobView } from "@/lib/service/jobs.ts";
import * as service from "@/lib/service/new-domains.ts";
import type { Listed } from "@/lib/service/new-domains.ts";
import { can } from "@/lib/service/permissions.ts";
import { getHostName } from "@/lib/service/server-identity.ts";
import { getTranslate } from "./preferences.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

export function modeOptions(t: Translate) {
  return DOMAIN_MODES.map((value) => ({
    value,
    title: t(`mode.${value}`),
    text: t(`mode.${value}.text`),
  }));
}

export async function mayAddDomains(): Promise<boolean> {
  return can(await requireActor(), "domain.create", null);
}

/** Has DNS asked about what was typed; the page of the domain is where the job is. */
export async function askForSurvey(text: string) {
  const actor = await requireActor();
  const meant = understandDomain(text);
  if (!("name" in meant)) return { outcome: "notUnderstood", problem: meant.problem } as const;
  const { name, alternative } = meant;
  const result = await service.askForSurvey(runtime().service, actor, name);
  return { ...result, alternative, shown: toUnicodeDomain(name) };
}

/** Null when there is no such look, or it is none of the actor's business. */
export const getNewDomainView = cache(async (job: string, or: string) => {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const { service: ctx } = runtime();
  if (!Id.safeParse(job).success || !can(actor, "domain.create", null)) return null;
  const row = await getJob(ctx, actor, job);
  if (row?.kind !== domainSurvey.kind) return null;
  const name = row.subject;
  const meant = understandDomain(name);
  const [here, hostName, engine] = await Promise.all([
    domains.getDomain(ctx, actor, name),
    getHostName(ctx),
    getEngineStatus(ctx),
  ]);
  return {
    ...{ name, shown: toUnicodeDomain(name) },
    here: here !== null,
    alternative: alternativeTo(name, or, "name" in meant ? meant.alternative : null),
    notes: "name" in meant ? meant.notes.map((note) => t(`domains.new.note.${note}`)) : [],
    found: foundView(t, row, { hostName, engineIsThere: engine.state === "reporting" }),
    modes: modeOptions(t),
  };
});
export type NewDomainView = NonNullable<Awaited<ReturnType<typeof getNewDomainView>>>;

/** The host of a web address stands in the page's own address; only a relative of the name is offered. */
function alternativeTo(name: string, asked: string, above: string | null) {
  const parsed = DomainName.safeParse(asked);
  const isRelative =
    parsed.success && (parsed.data.endsWith(`.${name}`) || name.endsWith(`.${parsed.data}`));
  const alternative = isRelative ? parsed.data : above;
  return alternative === null || alternative === name
    ? null
    : { name: alternative, shown: toUnicodeDomain(alternative) };
}

interface Surroundings {
  readonly hostName: string;
  readonly engineIsThere: boolean;
}

function foundView(t: Translate, job: JobView, { hostName, engineIsThere }: Surroundings) {
  const none = { sentences: [], suggestion: null, migration: null } as const;
  if (job.state === "failed" || job.state === "cancelled")
    return { ...none, state: "failed" as const, error: job.error ?? t(`work.state.${job.state}`) };
  const survey = job.state === "done" ? SurveyResult.safeParse(job.result) : null;
  if (!survey?.success)
    return { ...none, state: engineIsThere ? ("asking" as const) : ("noEngine" as const) };
  const { sentences, silent, suggestion, mail, mxTtl } = findingsOf(survey.data, [hostName]);
  const host = mail.to === "elsewhere" ? mail.host : null;
  return {
    state: silent ? ("silent" as const) : ("done" as const),
    at: formatTime(t.locale, job.finishedAt ?? job.createdAt),
    sentences: sentences.map((one) => ({ tone: one.tone, text: say(t, one) })),
    suggestion: suggestion && { mode: suggestion.mode, why: say(t, suggestion.why) },
    migration: host === null ? null : migrationView(t, host, mxTtl ?? 0),
  };
}

const DOMAIN_PARAMS = ["domain", "zone", "name"];

function say(t: Translate, finding: Finding | Finding["key"]): string {
  if (typeof finding === "string") return translateRow(t, finding, {}) ?? "";
  const params = Object.entries(finding.params).map(([key, value]) => [
    key,
    DOMAIN_PARAMS.includes(key) ? toUnicodeDomain(String(value)) : value,
  ]);
  return translateRow(t, finding.key, Object.fromEntries(params)) ?? "";
}

/** What others forget within this is as good as forgotten at once. */
const LOW_TTL = 600;

function migrationView(t: Translate, host: string, ttl: number): readonly string[] {
  const wait = formatDuration(t.locale, ttl);
  return [
    t("move.mailboxes"),
    ttl <= LOW_TTL ? t("move.ttl.low", { wait }) : t("move.ttl", { wait }),
    t("move.mx", { host }),
  ];
}

/** A list as it was pasted: what would come of it, or, with `add`, what came of it. */
export async function listDomains(
  entries: readonly string[],
  add: Omit<service.DomainList, "entries"> | null,
) {
  const actor = await requireActor();
  const { service: ctx } = runtime();
  const result =
    add === null
      ? await service.previewDomains(ctx, actor, entries)
      : await service.createDomainList(ctx, actor, { entries, ...add });
  if (result.outcome !== "done") return result;
  return { ...result, rows: result.rows.map(listRow) };
}

/** A pasted line is shown as far as it is recognised by. */
const SHOWN_TEXT = 80;

function listRow({ text, name, notes, state }: Listed): ListRow {
  const isLab = state === "valid" && notes.includes("lab");
  return {
    text: text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT)}…` : text,
    name,
    shown: name === null || toUnicodeDomain(name) === name ? null : toUnicodeDomain(name),
    result: isLab ? "lab" : state,
  };
}
