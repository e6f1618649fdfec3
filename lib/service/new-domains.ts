/**
 * Before domains are added, and adding many: what was typed is understood (lib/mail/domain-input.ts), what is here
 * already is said, DNS is asked about one that is not, and a list is added in one transaction.
 */
import { domainKeys } from "../jobs/definitions/domain-keys.ts";
import { domainSurvey } from "../jobs/definitions/domain-survey.ts";
import { enqueue } from "../jobs/job.ts";
import {
  MAX_LISTED,
  understandDomain,
  type InputNote,
  type InputProblem,
} from "../mail/domain-input.ts";
import type { DomainMode } from "../mail/domain-mode.ts";
import { newPolicyId } from "../mail/mta-sts.ts";
import type { Db } from "../storage/client.ts";
import { createWatches } from "../storage/dns-checks.ts";
import { createDomains, existingNames } from "../storage/domains.ts";
import { findRecentJob } from "../storage/jobs.ts";
import type { Actor } from "./actor.ts";
import { auditAll } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { needsKeys } from "./domain-mode.ts";
import { askedBy } from "./job-origin.ts";
import { can } from "./permissions.ts";

export type SurveyOutcome =
  | { readonly outcome: "done"; readonly jobId: string }
  | { readonly outcome: "notAllowed" | "taken" };

/** Whoever asks again within this gets the answer that is on its way. */
const SURVEY_EVERY_MS = 10_000;

/** Has DNS asked about a domain that is not here. Nothing changes, so nothing is audited. */
export async function askForSurvey(
  ctx: ServiceContext,
  actor: Actor,
  name: string,
): Promise<SurveyOutcome> {
  if (!can(actor, "domain.create", null)) return { outcome: "notAllowed" };
  return transact<SurveyOutcome>(ctx, async (tx) => {
    if ((await existingNames(tx, [name])).size > 0) return { outcome: "taken" };
    const origin = askedBy(actor, { subject: name });
    const since = new Date(Date.now() - SURVEY_EVERY_MS);
    const about = { kind: domainSurvey.kind, subject: name, askedById: origin.askedById ?? null };
    const recent = await findRecentJob(tx, about, since);
    const jobId = recent ?? (await enqueue(tx, domainSurvey, { name }, origin));
    return { outcome: "done", jobId };
  });
}

/** One entry of a list. */
export interface Listed {
  /** As it was pasted. */
  readonly text: string;
  /** Null: it was not understood. */
  readonly name: string | null;
  readonly notes: readonly InputNote[];
  readonly state:
    | InputProblem
    | "valid"
    | "added"
    | "taken" // here already
    | "repeated"; // stands in the list before
}

export type ListOutcome =
  | { readonly outcome: "done"; readonly rows: readonly Listed[]; readonly jobId: string | null }
  | { readonly outcome: "notAllowed" }
  | { readonly outcome: "tooMany"; readonly most: number };

/** What would come of a list. */
export async function previewDomains(
  ctx: ServiceContext,
  actor: Actor,
  entries: readonly string[],
): Promise<ListOutcome> {
  if (!can(actor, "domain.create", null)) return { outcome: "notAllowed" };
  if (entries.length > MAX_LISTED) return { outcome: "tooMany", most: MAX_LISTED };
  return { outcome: "done", rows: await judge(ctx.prisma, entries), jobId: null };
}

async function judge(db: Db, entries: readonly string[]): Promise<Listed[]> {
  const seen = new Set<string>();
  const rows = entries.map((text): Listed => {
    const meant = understandDomain(text);
    if (!("name" in meant)) return { text, name: null, notes: [], state: meant.problem };
    const { name, notes } = meant;
    const state = seen.has(name) ? "repeated" : "valid";
    seen.add(name);
    return { text, name, notes, state };
  });
  const here = await existingNames(db, [...seen]);
  return rows.map((row) =>
    row.name !== null && row.state === "valid" && here.has(row.name)
      ? { ...row, state: "taken" }
      : row,
  );
}

export interface DomainList {
  readonly entries: readonly string[];
  readonly mode: DomainMode;
  readonly reportsTo?: string | undefined;
}

/** All that are valid, with their lines and looks; their keys are made by a job. */
export async function createDomainList(
  ctx: ServiceContext,
  actor: Actor,
  { entries, mode, reportsTo }: DomainList,
): Promise<ListOutcome> {
  if (!can(actor, "domain.create", null)) return { outcome: "notAllowed" };
  if (entries.length > MAX_LISTED) return { outcome: "tooMany", most: MAX_LISTED };
  return transact<ListOutcome>(ctx, async (tx) => {
    const rows = await judge(tx, entries);
    const mtaStsId = newPolicyId(new Date());
    const wanted = rows.flatMap(({ name, state }) =>
      name !== null && state === "valid" ? [{ name, mode, mtaStsId, reportsTo }] : [],
    );
    const made = wanted.length > 0 ? await createDomains(tx, wanted) : [];
    if (made.length === 0) return { outcome: "done", rows: refused(rows), jobId: null };
    const domainIds = made.map(({ id }) => id);
    await createWatches(tx, domainIds);
    await auditAll(
      tx,
      actor,
      made.map(({ id, name }) => ({
        ...{ action: "domain.create", subject: name, domainId: id },
        changes: { mode: [null, mode] },
      })),
    );
    const origin = askedBy(actor, { subject: subjectOf(made) });
    const jobId = needsKeys(mode) ? await enqueue(tx, domainKeys, { domainIds }, origin) : null;
    const added = new Set(made.map(({ name }) => name));
    return { outcome: "done", rows: refused(rows, added), jobId };
  });
}

/** "a.example +11": how the job is recognised in a list. */
function subjectOf([first, ...rest]: readonly { readonly name: string }[]): string {
  return rest.length === 0 ? (first?.name ?? "") : `${first?.name ?? ""} +${rest.length}`;
}

/** What was valid and is not among the added was added by somebody else a moment ago. */
function refused(rows: readonly Listed[], added: ReadonlySet<string> = new Set()): Listed[] {
  return rows.map((row) => {
    if (row.state !== "valid") return row;
    return { ...row, state: row.name !== null && added.has(row.name) ? "added" : "taken" };
  });
}
