/**
 * Mail in the queue for a domain that has become ours since: it never goes out (another server might send
 * it back, for ever), it is stored here. Runs before any look-up.
 */
import { formatAddress, parseAddress } from "../../lib/mail/address.ts";
import { vouchesForUs } from "../../lib/mail/domain-mode.ts";
import { asMailError } from "../../lib/mail/errors.ts";
import { newId } from "../../lib/mail/ids.ts";
import type {
  Acceptance,
  ByteSource,
  ClaimedRecipient,
  LocalDomain,
  QueueBatch,
} from "../../lib/mail/ports.ts";
import { oneMessage, requireRoom, roomIn } from "../../lib/mail/quota.ts";
import { rewriteSender } from "../../lib/mail/srs.ts";
import type { EngineContext } from "../context.ts";
import { srsOf } from "../smtp/forward.ts";
import { final, type Finding, type Verdict } from "./verdict.ts";

/** One verdict per recipient; the mailboxes have the message when it says delivered. */
export async function deliverLocally(
  ctx: EngineContext,
  batch: QueueBatch,
  { domain, source }: { domain: LocalDomain; source: ByteSource },
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const recipient of batch.recipients) {
    const finding = await storeFor(ctx, batch, { domain, source, recipient }).catch(
      (error: unknown) => refusal(ctx, error),
    );
    verdicts.push({ ...finding, recipient });
  }
  return verdicts;
}

function refusal(ctx: EngineContext, error: unknown): Finding {
  const known = asMailError(error);
  if (known.kind === "internal") ctx.log.error({ err: error }, "local delivery from the queue");
  const [code, enhanced] = known.smtp;
  const outcome = known.temporary ? "deferred" : "failed";
  return { outcome, code, enhanced, text: known.message, remote: false };
}

interface Target {
  readonly domain: LocalDomain;
  readonly source: ByteSource;
  readonly recipient: ClaimedRecipient;
}

async function storeFor(ctx: EngineContext, batch: QueueBatch, target: Target): Promise<Finding> {
  const { domain, source, recipient } = target;
  const local = parseAddress(recipient.address)?.local;
  const found = local === undefined ? null : await ctx.directory.resolve(domain, local);
  if (!found || found.mailboxes.length + found.forwards.length === 0) {
    return final("5.1.1", "No such user here");
  }
  const open = found.mailboxes.filter(({ suspended }) => !suspended);
  if (open.length + found.forwards.length === 0) return final("5.2.1", "Mailbox disabled");
  for (const mailbox of open) requireRoom(roomIn(mailbox), oneMessage(source.size));
  const now = ctx.clock.now();
  const acceptance: Acceptance = {
    traceId: batch.traceId,
    source,
    internalDate: now,
    deliveries: open.map(({ mailboxId }) => ({
      ...{ mailboxId, folder: "INBOX", flags: 0, keywords: [] },
    })),
    deliveryPrefix: Buffer.from(`Return-Path: <${batch.reversePath}>\r\n`),
    queue:
      found.forwards.length === 0
        ? null
        : {
            ...batch,
            id: newId(now.getTime()),
            reversePath: await forwardedAs(ctx, batch.reversePath, domain),
            recipients: found.forwards.map((address) => ({
              address: formatAddress(address),
              destination: address.domain,
              dsnNotify: recipient.dsnNotify,
              dsnOrcpt: recipient.dsnOrcpt,
            })),
          },
    events: open.map(({ mailboxId, domainId, address }) => ({
      ...{ id: newId(now.getTime()), at: now, kind: "message.delivered" as const },
      ...{ traceId: batch.traceId, mailboxId, domainId },
      ...{ sender: batch.reversePath, recipient: address, text: "Filed in INBOX" },
    })),
  };
  await ctx.store.accept(acceptance);
  const text = "The domain is now hosted here: stored";
  return { outcome: "delivered", code: 250, enhanced: "2.1.5", text, remote: false };
}

/** As when mail of a stranger is forwarded on arrival (engine/smtp/forward.ts). */
async function forwardedAs(
  ctx: EngineContext,
  reversePath: string,
  domain: LocalDomain,
): Promise<string> {
  const sender = parseAddress(reversePath);
  const own = sender && (await ctx.directory.findDomain(sender.domain));
  if (!sender || (own && vouchesForUs(own.mode))) return reversePath;
  return formatAddress(rewriteSender(sender, domain.name, srsOf(ctx)) ?? sender);
}
