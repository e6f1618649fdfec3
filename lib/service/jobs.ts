/** Background work: what an actor may see of it, and the jobs that people ask for directly. */
import { sendTestMessage } from "../jobs/definitions/send-test-message.ts";
import { enqueue } from "../jobs/job.ts";
import { sendsMail } from "../mail/domain-mode.ts";
import type { TestMessage } from "../schemas/forms.ts";
import { findDomain } from "../storage/domains.ts";
import { askToCancelJob, findJob, listJobs as listRows, type JobScope } from "../storage/jobs.ts";
import type { JobView } from "../storage/jobs.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { askedBy } from "./job-origin.ts";
import { can, domainsWhere } from "./permissions.ts";

export type { JobView };

/** Everything for who reads the server; else one's own jobs and those of one's domains. */
function scopeOf(actor: Actor): JobScope {
  if (can(actor, "server.read", null)) return "all";
  const domains = domainsWhere(actor, "job.read");
  return {
    askedById: actor.kind === "user" ? actor.id : null,
    mailboxId: actor.mailbox?.id ?? null,
    domains: domains === "all" ? [] : domains, // "all" implies server.read: never here
  };
}

function maySee(actor: Actor, job: JobView): boolean {
  const scope = scopeOf(actor);
  if (scope === "all") return true;
  return (
    (job.askedById !== null && job.askedById === scope.askedById) ||
    (job.mailboxId !== null && job.mailboxId === scope.mailboxId) ||
    (job.domainId !== null && scope.domains.includes(job.domainId))
  );
}

export interface JobList {
  readonly rows: readonly JobView[];
  readonly next: string | null;
}

export async function listJobs(
  ctx: ServiceContext,
  actor: Actor,
  { before = "", limit = 50 }: { before?: string; limit?: number } = {},
): Promise<JobList> {
  const found = await listRows(ctx.prisma, scopeOf(actor), { before, limit: limit + 1 });
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}

export async function getJob(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
): Promise<JobView | null> {
  const job = await findJob(ctx.prisma, id);
  return job && maySee(actor, job) ? job : null;
}

/** Who may ask a job to stop: who could have started it. Auditors only look. */
function mayCancel(actor: Actor, job: JobView): boolean {
  if (can(actor, "server.write", null)) return true;
  const own = job.askedById !== null && actor.kind === "user" && job.askedById === actor.id;
  return own || (job.domainId !== null && can(actor, "mail.sendTest", job.domainId));
}

export async function cancelJob(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
): Promise<"done" | "notFound"> {
  return transact(ctx, async (tx) => {
    const job = await findJob(tx, id);
    if (!job || !maySee(actor, job) || !mayCancel(actor, job)) return "notFound";
    if (await askToCancelJob(tx, id)) {
      const { domainId, subject } = job;
      await audit(tx, actor, { action: "job.cancel", subject: `${job.kind} ${subject}`, domainId });
    }
    return "done";
  });
}

export type TestMessageOutcome =
  | { readonly outcome: "done"; readonly jobId: string }
  | { readonly outcome: "notFound" }
  /** The domain does not send from here. */
  | { readonly outcome: "sendingOff" };

/** A short message from the domain's postmaster; the job's row tells how it went. */
export async function requestTestMessage(
  ctx: ServiceContext,
  actor: Actor,
  { domain: name, to, language }: TestMessage,
): Promise<TestMessageOutcome> {
  return transact(ctx, async (tx) => {
    const domain = await findDomain(tx, name);
    if (!domain || !can(actor, "mail.sendTest", domain.id)) return { outcome: "notFound" };
    if (!sendsMail(domain.mode)) return { outcome: "sendingOff" };
    const from = `postmaster@${domain.name}`;
    const origin = askedBy(actor, { subject: to, domainId: domain.id });
    const jobId = await enqueue(tx, sendTestMessage, { from, to, language }, origin);
    await audit(tx, actor, { action: "mail.sendTest", subject: to, domainId: domain.id });
    return { outcome: "done", jobId };
  });
}
