/**
 * What is done with a row that was claimed: nothing but a plan when its certificate is good for now, else an
 * attempt, whose outcome is written with everything that follows from it in one transaction.
 */
import { askForTerms, type AcmeAccount } from "../../lib/storage/acme-accounts.ts";
import { addCertificate, dropReplaced, findCertificate } from "../../lib/storage/certificates.ts";
import { askForLook } from "../../lib/storage/dns-publications.ts";
import { hostKeyToCertify, promoteWith, tellOfCertificates } from "../../lib/storage/host-keys.ts";
import { auditSystem } from "../../lib/storage/key-life.ts";
import {
  alarmOfEnd,
  beginAttempt,
  endAlarm,
  finishManaged,
  noteLine,
  planManaged,
  putOffManaged,
  type ManagedRow,
} from "../../lib/storage/managed-certificates.ts";
import { inTransaction } from "../../lib/storage/sql.ts";
import type { AcmeReason } from "../../lib/mail/acme/reasons.ts";
import { backOff, endsSoon, lifetimeWindow } from "../../lib/mail/acme/schedule.ts";
import { obtain, type Attempt, type Obtained } from "./attempt.ts";
import type { AcmeContext } from "./context.ts";
import { AcmeError, reasonOf } from "./error.ts";
import { planRenewal } from "./renewal.ts";

/** Three kinds of proof, one after the other, and the time that issuing takes. */
const ATTEMPT_MS = 5 * 60_000;
/** What waits for DNS is told by the checks (`hurryWaiting`); this is the safety net. */
const WAIT_MS = 10 * 60_000;

/** Nothing is counted against a name that was not asked for. */
const WAITING: ReadonlySet<string> = new Set([
  ...["noAddress", "elsewhere", "dnsSilent", "noMethod", "caaForbids", "caaAccount", "caaMethods"],
]);

export interface Work {
  readonly ctx: AcmeContext;
  readonly account: AcmeAccount;
  readonly row: ManagedRow;
  /** The engine stops. */
  readonly stop: AbortSignal;
  /** 0 … 1. */
  readonly chance: () => number;
}

type Before = Attempt["before"];

export async function workOn(work: Work): Promise<void> {
  const { ctx, row, stop } = work;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(ATTEMPT_MS)]);
  const { certificateId: id } = row;
  const before = id === null ? null : await findCertificate(ctx.pool, ctx.secrets, id);
  if (before && (await isGoodForNow(work, before, signal))) return;
  await attempt(work, before, signal);
}

async function isGoodForNow(
  { ctx, account, row }: Work,
  certificate: NonNullable<Before>,
  signal: AbortSignal,
): Promise<boolean> {
  if (row.renewSource === "asked" || row.orderUrl !== null) return false;
  if (certificate.notAfter <= ctx.clock.now()) return false;
  if (row.domainId === null) {
    const { id } = await hostKeyToCertify(ctx.pool, ctx.secrets);
    if (certificate.hostKeyId !== id) return false;
  }
  const plan = await planRenewal(ctx, account, { row, certificate, signal });
  if (plan.due) return false;
  await planManaged(ctx.pool, { id: row.id, worker: ctx.worker, claimed: row.nextAt }, plan);
  return true;
}

async function attempt(work: Work, before: Before, signal: AbortSignal): Promise<void> {
  const { ctx, account, row, stop } = work;
  const holder = { id: row.id, worker: ctx.worker };
  const log = async (text: string) => {
    ctx.log.debug({ name: row.name }, text);
    await noteLine(ctx.pool, { ...holder, domainId: row.domainId }, { at: ctx.clock.now(), text });
  };
  await beginAttempt(ctx.pool, holder, ctx.clock.now());
  let proofs = 0;
  const failed = () => void proofs++;
  try {
    const obtained = await obtain({ ctx, account, row, before, signal, log, failed });
    await store(ctx, row, obtained);
    ctx.log.info({ name: row.name, until: obtained.certificate.notAfter }, "certificate issued");
  } catch (error) {
    if (stop.aborted) return; // the lease is given back, the order is taken up again
    await fail(work, { error, before, proofs, log });
  }
}

/** The host's key may have been cancelled meanwhile: nothing is kept, and it is made anew at once. */
class KeyGone extends Error {}
class LeaseLost extends Error {}

async function store(ctx: AcmeContext, row: ManagedRow, obtained: Obtained): Promise<void> {
  const { certificate, hostKeyId, method } = obtained;
  const { pool, secrets, worker } = ctx;
  const now = ctx.clock.now();
  const { from, until } = lifetimeWindow(certificate);
  await inTransaction(pool, async (tx) => {
    const whose = hostKeyId === null ? {} : { hostKeyId };
    const certificateId = await addCertificate(tx, secrets, {
      certificate,
      source: "acme",
      ...whose,
    });
    if (hostKeyId !== null && !(await promoteWith(tx, { hostKeyId, now }))) throw new KeyGone();
    await tellOfCertificates(tx);
    const issued = { certificateId, method, at: now, renewFrom: from, renewUntil: until };
    if (!(await finishManaged(tx, { id: row.id, worker }, issued))) throw new LeaseLost();
    // Nobody needs it any more, and people who list certificates would wonder.
    if (row.certificateId !== null) await dropReplaced(tx, row.certificateId);
    const { name, domainId } = row;
    const changes = { until: [null, certificate.notAfter.toISOString()] } as const;
    await auditSystem(tx, { action: "certificate.issue", subject: name, domainId, changes });
    await endAlarm(tx, { domainId, name, now });
  });
  // The policy over HTTPS is seen anew; of the host's ports whoever shows it takes care (engine/certificates.ts).
  if (row.domainId !== null) await askForLook(pool, row.domainId);
}

interface Failure {
  readonly error: unknown;
  readonly before: Before;
  /** Proofs that failed, as the authority counts. */
  readonly proofs: number;
  log(text: string): Promise<void>;
}

async function fail(work: Work, { error, before, proofs, log }: Failure): Promise<void> {
  const { ctx, account, row } = work;
  if (error instanceof LeaseLost)
    return ctx.log.warn({ name: row.name }, "a certificate took longer than its lease");
  const reason = reasonOf(timedOut(error, account));
  if (!(error instanceof AcmeError))
    ctx.log.error({ err: error, name: row.name }, "no certificate");
  else ctx.log.warn({ name: row.name, reason }, "no certificate");
  await log(error instanceof AcmeError ? error.message : "Internal error");
  if (error instanceof AcmeError && error.code === "terms")
    await askForTerms(ctx.pool, account.id, String(error.reason.params["url"] ?? ""));
  const isWaiting = error instanceof AcmeError && WAITING.has(error.code);
  const failures = isWaiting ? row.failures : row.failures + Math.max(proofs, 1);
  const now = ctx.clock.now();
  const wait = isWaiting ? WAIT_MS : backOff(failures, work.chance());
  const soonest = error instanceof AcmeError ? (error.until?.getTime() ?? 0) : 0;
  const nextAt = new Date(Math.max(now.getTime() + wait, soonest));
  const state = isWaiting && !before ? "waiting" : "failed";
  await putOffManaged(
    ctx.pool,
    { id: row.id, worker: ctx.worker },
    { state, reason, failures, nextAt },
  );
  await warn(ctx, row, { before, reason });
}

/** The attempt as a whole took too long. */
function timedOut(error: unknown, { directoryUrl }: AcmeAccount): unknown {
  const isTime = error instanceof Error && error.name === "TimeoutError";
  return isTime ? new AcmeError("slow", { server: new URL(directoryUrl).host }) : error;
}

/** Little is left, and it cannot be renewed: people hear of it with the next look. */
async function warn(
  ctx: AcmeContext,
  { name, domainId }: ManagedRow,
  { before, reason }: { before: Before; reason: AcmeReason },
): Promise<void> {
  const now = ctx.clock.now();
  if (!before || !endsSoon(before, now)) return;
  const { notAfter } = before;
  if (await alarmOfEnd(ctx.pool, { domainId, name, notAfter, reason, now }))
    await askForLook(ctx.pool, domainId);
}
