/**
 * One claimed batch from look-up to `queue.finish`: the attempt, the new state of its recipients, the
 * trace and the notices become true in one transaction.
 *
 * Whatever happens here, the batch comes back: at the latest when its lease ends. So a message may arrive
 * twice when an engine dies between the peer's 250 and our commit, and is never lost.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { EventKind, MailEvent } from "../../lib/mail/events.ts";
import { newId } from "../../lib/mail/ids.ts";
import type { Attempt, ByteSource, QueueBatch } from "../../lib/mail/ports.ts";
import { delayNoticeDue, retryUntil } from "../../lib/mail/retry.ts";
import type { EngineContext } from "../context.ts";
import { deliverLocally } from "./local.ts";
import { composeNotices, type Judged } from "./notice.ts";
import { deliverRemotely, type RemoteOptions, type RemoteResult } from "./remote.ts";
import { Transcript } from "./transcript.ts";

export interface Delivery {
  readonly ctx: EngineContext;
  readonly remote: RemoteOptions;
  /** Ends the attempt: it takes too long, or the engine stops. */
  readonly signal: AbortSignal;
  /** The engine stops: what has no verdict yet stays undone and is given back. */
  readonly stopping: AbortSignal;
}

export async function deliverBatch(batch: QueueBatch, delivery: Delivery): Promise<void> {
  const { ctx, stopping } = delivery;
  const startedAt = ctx.clock.now();
  const source = ctx.store.blobSource({ id: batch.blobId, size: batch.size });
  const transcript = new Transcript();
  const { verdicts, facts } = await attempt(batch, { source, transcript, delivery });
  // An attempt that we broke off ourselves is none, except for those it reached.
  const counted = stopping.aborted
    ? verdicts.filter(({ outcome }) => outcome !== "deferred")
    : verdicts;
  if (counted.length === 0) return;

  const now = ctx.clock.now();
  const judged = counted.map((verdict) => judge(verdict, batch, now));
  const until = retryUntil(batch.createdAt);
  const occasion = { batch, source, mx: facts.mx, now, until };
  const done: Attempt = {
    ...facts,
    id: newId(now.getTime()),
    queueId: batch.queueId,
    destination: batch.destination,
    startedAt,
    ms: now.getTime() - startedAt.getTime(),
    transcript: transcript.toString(),
    results: judged.map(({ recipient, outcome, code, enhanced, text }) => ({
      ...{ recipientId: recipient.id, outcome, code, enhanced, text },
    })),
  };
  const trace = await traceOf(ctx, batch, { done, judged, now });
  const notices = await composeNotices(ctx, occasion, judged);
  const events = [...trace, ...notices.events];
  await insist(ctx, () => ctx.queue.finish(done, events, notices.acceptances, notices.delayed));
}

/** Waits between tries to record what happened: a lost record means that the message goes out twice. */
const RECORD_WAITS_MS = [200, 2_000, 10_000];

async function insist(ctx: EngineContext, record: () => Promise<void>): Promise<void> {
  for (const wait of RECORD_WAITS_MS) {
    try {
      return await record();
    } catch (error) {
      ctx.log.warn({ err: error }, "delivery not recorded yet");
      await delay(wait); // the machine's time, not the clock's: this is about the database
    }
  }
  return record();
}

interface Work {
  readonly source: ByteSource;
  readonly transcript: Transcript;
  readonly delivery: Delivery;
}

async function attempt(batch: QueueBatch, work: Work): Promise<RemoteResult> {
  const { source, transcript, delivery } = work;
  const { ctx, remote, signal } = delivery;
  const domain = await ctx.directory.findReceiving(batch.destination);
  if (domain) {
    transcript.note(`${batch.destination} is hosted here`);
    const verdicts = await deliverLocally(ctx, batch, { domain, source });
    return {
      verdicts: verdicts.map((verdict) => ({ ...verdict, dsnPassedOn: false })),
      facts: { mx: null, remoteIp: null, tls: null },
    };
  }
  const result = await deliverRemotely({ batch, source, transcript, signal }, remote);
  if (result.fault !== undefined && !signal.aborted) {
    const { queueId, destination } = batch;
    ctx.log.error({ err: result.fault, queueId, destination }, "delivery");
  }
  return result;
}

/** Temporary for the peer is final for us once the time is up (RFC 3463 §3.5: X.4.7). */
function judge(verdict: RemoteResult["verdicts"][number], batch: QueueBatch, now: Date): Judged {
  if (verdict.outcome === "deferred" && now >= retryUntil(batch.createdAt)) {
    const text = `Given up after ${verdict.recipient.attempts} attempts; the last one: ${verdict.text}`;
    return { ...verdict, outcome: "failed", enhanced: "4.4.7", text, late: true };
  }
  const noticedAt = verdict.recipient.delayNoticeAt;
  return { ...verdict, late: delayNoticeDue({ createdAt: batch.createdAt, now, noticedAt }) };
}

const KINDS: Record<Judged["outcome"], EventKind> = {
  delivered: "delivery.succeeded",
  deferred: "delivery.delayed",
  failed: "delivery.failed",
};

async function traceOf(
  ctx: EngineContext,
  batch: QueueBatch,
  { done, judged, now }: { done: Attempt; judged: readonly Judged[]; now: Date },
): Promise<MailEvent[]> {
  const senderDomain = batch.reversePath.slice(batch.reversePath.lastIndexOf("@") + 1);
  const domain = senderDomain === "" ? null : await ctx.directory.findDomain(senderDomain);
  const common = {
    at: now,
    traceId: batch.traceId,
    mailboxId: batch.mailboxId ?? undefined,
    domainId: domain?.id,
    sender: batch.reversePath,
    remoteIp: done.remoteIp ?? undefined,
  };
  const { queueId, destination, mx, tls, ms } = done;
  const attempted: MailEvent = {
    ...common,
    id: newId(now.getTime()),
    kind: "delivery.attempted",
    text: mx === null ? `No server of ${destination} was reached` : `Spoke to ${mx}`,
    detail: { attemptId: done.id, queueId, destination, mx, tls, ms },
  };
  const each = judged.map(({ recipient, outcome, code, enhanced, text }) => ({
    ...common,
    id: newId(now.getTime()),
    kind: KINDS[outcome],
    recipient: recipient.address,
    ...{ code, enhanced, text },
    detail: { attemptId: done.id, attempts: recipient.attempts, mx },
  }));
  return [attempted, ...each];
}
