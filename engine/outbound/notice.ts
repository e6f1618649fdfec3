/**
 * Who hears what about an attempt: RFC 3461 §4.1 (NOTIFY), §5.2 (relaying to a server without DSN), §6.
 *
 * Nobody hears anything about mail with the null reverse-path (RFC 5321 §4.5.5). A sender of ours gets the
 * notice into the INBOX, in the transaction that finishes the attempt; a sender elsewhere gets it through the
 * queue; a rewritten address of ours (SRS) leads back to whom it stands for.
 */
import { randomBytes } from "node:crypto";
import { formatAddress, type Address } from "../../lib/mail/address.ts";
import { bytesSource } from "../../lib/mail/byte-source.ts";
import { receivesMail } from "../../lib/mail/domain-mode.ts";
import type { MailEvent } from "../../lib/mail/events.ts";
import { newId } from "../../lib/mail/ids.ts";
import type { Acceptance, ByteSource, QueueBatch } from "../../lib/mail/ports.ts";
import { restoreSender } from "../../lib/mail/srs.ts";
import type { EngineContext } from "../context.ts";
import { srsOf } from "../smtp/forward.ts";
import { composeReport, type ReportKind } from "./report.ts";
import { signMessage } from "./sign.ts";
import type { Verdict } from "./verdict.ts";

/** A message up to this size comes back whole when RET=FULL asks for it. */
const MAX_FULL = 256 * 1024;
/** Of larger ones, and without RET=FULL, so much of the header. */
const MAX_HEADER = 64 * 1024;

export interface Judged extends Verdict {
  /** The next server takes over the promise to report. */
  readonly dsnPassedOn: boolean;
  /** A delay notice is due, if one is wanted. */
  readonly late: boolean;
}

/** Which notice a verdict asks for, if any. */
function noticeFor(verdict: Judged): ReportKind | null {
  const { outcome, recipient, dsnPassedOn, late } = verdict;
  // Without NOTIFY: failures, and delays as everyone does (RFC 3461 §4.1 leaves that to us).
  const wanted = recipient.dsnNotify?.split(",") ?? ["FAILURE", "DELAY"];
  if (outcome === "failed") return wanted.includes("FAILURE") ? "failed" : null;
  if (outcome === "deferred") {
    return late && wanted.includes("DELAY") ? "delayed" : null;
  }
  if (!wanted.includes("SUCCESS") || dsnPassedOn) return null;
  return verdict.remote ? "relayed" : "delivered";
}

export interface Occasion {
  readonly batch: QueueBatch;
  readonly source: ByteSource;
  readonly mx: string | null;
  readonly now: Date;
  readonly until: Date;
}

export interface Notices {
  readonly acceptances: Acceptance[];
  /** "dsn.sent" for the trace of the message they are about. */
  readonly events: MailEvent[];
  /** Recipients whose delay is among them. */
  readonly delayed: number[];
}

/** The notices that an attempt causes: at most one of each kind. */
export async function composeNotices(
  ctx: EngineContext,
  occasion: Occasion,
  verdicts: readonly Judged[],
): Promise<Notices> {
  const notices: Notices = { acceptances: [], events: [], delayed: [] };
  if (occasion.batch.reversePath === "") return notices;
  for (const kind of ["failed", "delayed", "relayed", "delivered"] as const) {
    const about = verdicts.filter((verdict) => noticeFor(verdict) === kind);
    if (about.length === 0) continue;
    const acceptance = await composeNotice(ctx, occasion, { kind, verdicts: about });
    if (acceptance) notices.acceptances.push(acceptance);
    notices.events.push(sentEvent(occasion, { kind, about, acceptance }));
    if (kind === "delayed") notices.delayed.push(...about.map(({ recipient }) => recipient.id));
  }
  return notices;
}

async function composeNotice(
  ctx: EngineContext,
  { batch, source, mx, now, until }: Occasion,
  { kind, verdicts }: { kind: ReportKind; verdicts: readonly Verdict[] },
): Promise<Acceptance | null> {
  const to = await whereTo(ctx, batch.reversePath);
  if (to.mailboxes.length + to.elsewhere.length === 0) return null;
  const traceId = newId(now.getTime());
  const hostName = ctx.settings.mailHostname;
  const bytes = composeReport({
    ...{ kind, hostName, now, batch, verdicts, mx, until },
    messageId: traceId,
    boundary: `=_${randomBytes(18).toString("base64url")}`,
    original: await readOriginal(batch, source, kind),
  });
  const report = bytesSource(bytes);
  return {
    traceId,
    source: report,
    internalDate: now,
    deliveries: to.mailboxes.map((mailboxId) => ({
      ...{ mailboxId, folder: "INBOX", flags: 0, keywords: [] },
    })),
    deliveryPrefix: Buffer.from("Return-Path: <>\r\n"),
    queue:
      to.elsewhere.length === 0
        ? null
        : {
            id: newId(now.getTime()),
            reversePath: "",
            mailboxId: null,
            smtputf8: batch.smtputf8,
            eightBit: bytes.some((byte) => byte > 127),
            requireTls: false,
            dsnRet: null,
            dsnEnvid: null,
            recipients: to.elsewhere.map((address) => ({
              address: formatAddress(address),
              destination: address.domain,
              dsnNotify: "NEVER",
              dsnOrcpt: null,
            })),
            prefix: await signMessage(report, hostName, ctx.directory, now),
          },
    events: [],
  };
}

/** The mailboxes and addresses behind a reverse-path. */
async function whereTo(
  ctx: EngineContext,
  reversePath: string,
): Promise<{ mailboxes: string[]; elsewhere: Address[] }> {
  const at = reversePath.lastIndexOf("@");
  const local = reversePath
    .slice(0, at)
    .replace(/^"(.*)"$/s, (_, inner: string) => inner.replace(/\\(.)/gs, "$1"));
  const address = { local, domain: reversePath.slice(at + 1) };
  const domain = await ctx.directory.findDomain(address.domain);
  if (!domain) return { mailboxes: [], elsewhere: [address] };
  const author = restoreSender(address.local, srsOf(ctx));
  if (author) return { mailboxes: [], elsewhere: [author] };
  if (!receivesMail(domain.mode)) return { mailboxes: [], elsewhere: [address] };
  const found = await ctx.directory.resolve(domain, address.local);
  return {
    mailboxes: found?.mailboxes.map(({ mailboxId }) => mailboxId) ?? [],
    elsewhere: [...(found?.forwards ?? [])],
  };
}

/** RET=FULL counts for failures alone (RFC 3461 §4.3), and within reason. */
async function readOriginal(batch: QueueBatch, source: ByteSource, kind: ReportKind) {
  const complete = kind === "failed" && batch.dsnRet === "FULL" && source.size <= MAX_FULL;
  let bytes: Buffer = Buffer.alloc(0);
  for await (const chunk of source.open()) {
    bytes = Buffer.concat([bytes, chunk]);
    if (!complete && (bytes.length > MAX_HEADER || bytes.includes("\r\n\r\n"))) break;
  }
  return { complete, bytes: complete ? bytes : headerOnly(bytes) };
}

/** Up to the empty line, or as many whole lines as fit. */
function headerOnly(bytes: Buffer): Buffer {
  const end = bytes.subarray(0, MAX_HEADER).indexOf("\r\n\r\n");
  const cut = end >= 0 ? end : bytes.lastIndexOf("\r\n", MAX_HEADER);
  return bytes.subarray(0, cut < 0 ? 0 : cut + 2);
}

function sentEvent(
  { batch, now }: Occasion,
  notice: { kind: ReportKind; about: readonly Verdict[]; acceptance: Acceptance | null },
): MailEvent {
  const { kind, about, acceptance } = notice;
  return {
    id: newId(now.getTime()),
    at: now,
    kind: "dsn.sent",
    traceId: batch.traceId,
    mailboxId: batch.mailboxId ?? undefined,
    sender: "",
    recipient: batch.reversePath,
    text: acceptance ? `Notice (${kind}) to the sender` : `Nobody to tell (${kind})`,
    detail: {
      kind,
      about: about.map(({ recipient }) => recipient.address),
      noticeTraceId: acceptance?.traceId ?? null,
    },
  };
}
