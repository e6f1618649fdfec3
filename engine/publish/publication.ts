/**
 * One publication's way: preview → apply → seen by every server → perhaps undo. The row keeps the change set;
 * only what was shown to a person is ever applied. Whatever fails is kept with its reason, for the page.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Observer } from "../../lib/mail/dns/observer.ts";
import { planPublication, type WantedRecord } from "../../lib/mail/dns/plan.ts";
import { inverse, isWithin, type SetChange } from "../../lib/mail/dns/record-sets.ts";
import { asMailError, MailError } from "../../lib/mail/errors.ts";
import { findCredential, noteCredentialUse } from "../../lib/storage/dns-credentials.ts";
import {
  askForLook,
  findPublication,
  noteTrouble,
  setApplied,
  setFailed,
  setPreview,
  setUndone,
  setVerified,
  type PublicationRow,
} from "../../lib/storage/dns-publications.ts";
import { JobCancelled, type JobRun } from "../jobs/handler.ts";
import { applyChanges, namesOf, type Target } from "./apply.ts";
import { PublishError, reasonOf } from "./error.ts";
import { openProvider } from "./open-provider.ts";
import type { PublishContext } from "./publish.ts";
import { lookFor } from "./seen.ts";

export interface PublicationContext extends PublishContext {
  readonly observer: Observer;
}

/** One run of a job, with everything that it asks. */
const RUN_MS = 120_000;
/** Secondaries learn of a change within seconds; who is slower is left to the checks. */
const WATCH_MS = 30_000;
const LOOK_MS = 2_000;

export async function previewPublication(
  ctx: PublicationContext,
  publicationId: string,
  job: JobRun,
): Promise<Record<string, unknown>> {
  const row = await requirePublication(ctx, publicationId);
  if (row.state !== "previewing") return { state: row.state };
  await job.progress(0, 2);
  return withTarget(ctx, row, job, async (target) => {
    await job.log(`Zone ${target.zone} at ${target.provider.server}`);
    await job.progress(1, 2);
    const { zone, provider, signal } = target;
    const records = row.wanted.filter((record) => isForZone(record, zone));
    const { sets } = await provider.read(zone, namesOf(records), signal);
    const plan = planPublication({ zone, records, found: sets, replace: new Set(row.replace) });
    await setPreview(ctx.pool, row.id, { ...plan, zone });
    await job.progress(2, 2);
    const { changes, questions, kept, problems } = plan;
    return {
      changes: changes.length,
      questions: questions.length,
      kept: kept.length,
      problems: problems.length,
    };
  });
}

/** The server's own records belong to a publication where they are in its zone; else nobody misses them. */
function isForZone({ kind, name }: WantedRecord, zone: string): boolean {
  const isServers = kind.startsWith("host") || kind === "dkimTarget";
  return !isServers || isWithin(name, zone);
}

export async function applyPublication(
  ctx: PublicationContext,
  publicationId: string,
  job: JobRun,
): Promise<Record<string, unknown>> {
  const row = await requirePublication(ctx, publicationId);
  if (row.state !== "applying" && row.state !== "applied") return { state: row.state };
  await job.progress(0, 3);
  const changed = await withTarget(ctx, row, job, async (target) => {
    await job.progress(1, 3);
    await job.checkCancelled();
    const count = await applyChanges(target, row.changes);
    await setApplied(ctx.pool, row.id);
    await job.log(`${count} of ${row.changes.length} sets written at ${target.provider.server}`);
    return count;
  });
  await job.progress(2, 3);
  const seen = await watchWithChecks(ctx, row, job);
  if (seen) await setVerified(ctx.pool, row.id);
  await job.progress(3, 3);
  return { changes: changed, seen };
}

export async function undoPublication(
  ctx: PublicationContext,
  publicationId: string,
  job: JobRun,
): Promise<Record<string, unknown>> {
  const row = await requirePublication(ctx, publicationId);
  if (row.state !== "undoing" && row.state !== "undone") return { state: row.state };
  await job.progress(0, 3);
  const changes = row.changes.map(inverse);
  const changed = await withTarget(ctx, row, job, async (target) => {
    await job.progress(1, 3);
    await job.checkCancelled();
    const count = await applyChanges(target, changes);
    await setUndone(ctx.pool, row.id);
    await job.log(`${count} of ${changes.length} sets put back at ${target.provider.server}`);
    return count;
  });
  await job.progress(2, 3);
  const seen = await watchWithChecks(ctx, { domainId: row.domainId, changes }, job);
  await job.progress(3, 3);
  return { changes: changed, seen };
}

interface Watched {
  readonly domainId: string | null;
  readonly changes: readonly SetChange[];
}

/** The checks look at once, and again when all servers have the change: between, they see it spread. */
async function watchWithChecks(
  ctx: PublicationContext,
  { domainId, changes }: Watched,
  job: JobRun,
): Promise<boolean> {
  await askForLook(ctx.pool, domainId);
  const seen = await watch(ctx, changes, job);
  await askForLook(ctx.pool, domainId);
  return seen;
}

/** Which zone holds the name, by the DNS host itself; how it went is noted at the credential. */
export async function testCredential(
  ctx: PublishContext,
  { credentialId, name }: { credentialId: string; name: string },
  job: JobRun,
): Promise<Record<string, unknown>> {
  const zone = await withCredential(ctx, credentialId, job, ({ provider, signal }) =>
    provider.zoneOf(name, signal),
  );
  await job.log(`Zone ${zone}`);
  return { zone };
}

async function requirePublication({ pool }: PublishContext, id: string): Promise<PublicationRow> {
  const row = await findPublication(pool, id);
  if (!row) throw new MailError("notFound", "This publication is not there any more");
  return row;
}

/** Opens the zone that holds the domain, or the server's name; a failure is kept in the row, with its reason. */
async function withTarget<T>(
  ctx: PublicationContext,
  row: PublicationRow,
  job: JobRun,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  try {
    return await withCredential(ctx, row.credentialId, job, async ({ provider, signal }) => {
      const zone = row.zone || (await provider.zoneOf(nameOf(row), signal));
      return work({ provider, zone, signal });
    });
  } catch (error) {
    const cancelled = error instanceof JobCancelled;
    const reason = cancelled ? CANCELLED : reasonOf(error);
    // What may go better next time is tried again by the queue: the row waits with it.
    const over = cancelled || !asMailError(error).temporary;
    await (over ? setFailed : noteTrouble)(ctx.pool, row.id, reason);
    throw error;
  }
}

/** The server's own records have no domain: the shortest of their names is the host's, or in the same zone. */
function nameOf({ domain, wanted }: PublicationRow): string {
  const names = wanted.map(({ name }) => name).toSorted((a, b) => a.length - b.length);
  return domain || (names[0] ?? "");
}

const CANCELLED = { key: "publish.error.cancelled", params: {} } as const;

async function withCredential<T>(
  ctx: PublishContext,
  credentialId: string | null,
  job: JobRun,
  work: (target: Omit<Target, "zone">) => Promise<T>,
): Promise<T> {
  const credential = credentialId === null ? null : await findCredential(ctx.pool, credentialId);
  if (!credential) throw new PublishError("noCredential");
  const signal = AbortSignal.any([job.signal, AbortSignal.timeout(RUN_MS)]);
  try {
    const provider = openProvider(ctx, credential);
    try {
      const result = await work({ provider, signal });
      await noteCredentialUse(ctx.pool, credential.id, null);
      return result;
    } finally {
      provider.close();
    }
  } catch (error) {
    await noteCredentialUse(ctx.pool, credential.id, reasonOf(error));
    throw error;
  }
}

/** Whether every authoritative server answers the new values, within a short patience. */
async function watch(
  { observer }: PublicationContext,
  changes: readonly SetChange[],
  job: JobRun,
): Promise<boolean> {
  const end = Date.now() + WATCH_MS;
  let waiting = changes;
  for (;;) {
    const looks = await Promise.all(
      waiting.map(async (change) => {
        return { change, seen: await lookFor(observer, change, job.signal) };
      }),
    );
    waiting = looks.filter(({ seen }) => seen !== "everywhere").map(({ change }) => change);
    if (waiting.length === 0) return true;
    const blind = looks.some(({ seen }) => seen === "unknown");
    if (blind || Date.now() > end) return false;
    await delay(LOOK_MS, undefined, { signal: job.signal });
  }
}
