/** Work of lib/jobs/definitions/send-test-message.ts. The job's id is the trace id. */
import { setTimeout as delay } from "node:timers/promises";
import type { Pool } from "pg";
import { sendTestMessage } from "../../lib/jobs/definitions/send-test-message.ts";
import { formatAddress, parseAddress, type Address } from "../../lib/mail/address.ts";
import { MailError } from "../../lib/mail/errors.ts";
import { newId } from "../../lib/mail/ids.ts";
import { bytesSource } from "../../lib/mail/byte-source.ts";
import type { Acceptance, QueueEntry } from "../../lib/mail/ports.ts";
import { signMessage } from "../outbound/sign.ts";
import { handle, type JobRun } from "./handler.ts";
import type { JobContext } from "./runner.ts";
import { composeTestMessage } from "./test-message.ts";

/** How long the job watches a message that goes elsewhere before it leaves it to the queue. */
const WATCH_MS = 60_000;
const LOOK_MS = 500;

export const sendTestMessageHandler = handle(
  sendTestMessage,
  async ({ from, to, language }, job, ctx) => {
    const [sender, recipient] = [addressOf(from), addressOf(to)];
    const domain = await ctx.directory.findDomain(sender.domain);
    if (!domain) throw new MailError("senderNotOwned", `${sender.domain} is not a domain of ours`);
    await job.progress(0, 3);
    if (!(await isAccepted(ctx.pool, job.id))) {
      const date = ctx.clock.now();
      const bytes = await composeTestMessage({ id: job.id, from, to, language, date });
      await job.log(`Composed, ${bytes.length} bytes`);
      await job.progress(1, 3);
      await job.checkCancelled();
      if (!(await ctx.directory.findDomain(recipient.domain)))
        await job.log(await signingOf(ctx, domain.name));
      const acceptance = await route(ctx, { id: job.id, sender, recipient, bytes, date });
      for (const { folder, uid } of await ctx.store.accept(acceptance)) {
        await job.log(`Stored in ${folder} as message ${uid}`);
      }
    }
    await job.progress(2, 3);
    const outcome = await watch(ctx.pool, job);
    await job.progress(3, 3);
    return { traceId: job.id, ...outcome };
  },
);

async function signingOf({ directory }: JobContext, domain: string): Promise<string> {
  const selectors = (await directory.dkimSigners(domain)).map(({ selector }) => selector);
  if (selectors.length > 0) return `Signed by ${selectors.join(", ")}`;
  return `Not signed: no signing key of ${domain} is visible in DNS`;
}

interface Draft {
  readonly id: string;
  readonly sender: Address;
  readonly recipient: Address;
  readonly bytes: Buffer;
  readonly date: Date;
}

/** What one 250 would make true: stored here, or signed and queued for elsewhere. */
async function route(ctx: JobContext, draft: Draft): Promise<Acceptance> {
  const { id, sender, recipient, bytes, date } = draft;
  const source = bytesSource(bytes);
  const [from, to] = [formatAddress(sender), formatAddress(recipient)];
  const event = {
    at: date,
    traceId: id,
    sender: from,
    recipient: to,
    messageId: `${id}@${sender.domain}`,
  };
  const accepted = { ...event, id: newId(), kind: "message.accepted" as const };
  const local = await ctx.directory.findDomain(recipient.domain);
  const resolution = local && (await ctx.directory.resolve(local, recipient.local));
  if (local && !resolution) throw new MailError("noSuchUser", `Nobody here is called ${to}`);

  const mailboxes = resolution?.mailboxes ?? [];
  const elsewhere = local ? (resolution?.forwards ?? []) : [recipient];
  const deliveries = mailboxes.map(({ mailboxId }) => ({
    mailboxId,
    folder: "INBOX",
    flags: 0,
    keywords: [],
  }));
  const queue = elsewhere.length > 0 ? await queueEntry(ctx, draft, elsewhere) : null;
  const events = [
    accepted,
    ...mailboxes.map(({ mailboxId, address }) => ({
      ...event,
      id: newId(),
      kind: "message.delivered" as const,
      mailboxId,
      recipient: address,
    })),
    ...elsewhere.map((address) => ({
      ...event,
      id: newId(),
      kind: "message.queued" as const,
      recipient: formatAddress(address),
    })),
  ];
  return { traceId: id, source, internalDate: date, deliveries, queue, events };
}

async function queueEntry(
  { directory }: JobContext,
  { sender, bytes }: Draft,
  recipients: readonly Address[],
): Promise<QueueEntry> {
  return {
    id: newId(),
    reversePath: formatAddress(sender),
    mailboxId: null,
    smtputf8: false,
    eightBit: false,
    requireTls: false,
    dsnRet: null,
    dsnEnvid: null,
    recipients: recipients.map((address) => ({
      address: formatAddress(address),
      destination: address.domain,
      dsnNotify: null,
      dsnOrcpt: null,
    })),
    prefix: await signMessage(bytesSource(bytes), sender.domain, directory),
  };
}

/** The job may run again after a crash: what was accepted is not sent twice. */
async function isAccepted(pool: Pool, traceId: string): Promise<boolean> {
  const found = await pool.query(
    "select 1 from mail_event where trace_id = $1 and kind = 'message.accepted' limit 1",
    [traceId],
  );
  return found.rowCount !== 0;
}

interface QueueLine {
  address: string;
  state: string;
  last_code: number | null;
  last_text: string | null;
  last_mx: string | null;
}

/** Follows what is queued until all of it is over, or patience ends; says each answer once. */
async function watch(pool: Pool, job: JobRun): Promise<Record<string, unknown>> {
  const said = new Set<string>();
  const end = Date.now() + WATCH_MS;
  for (;;) {
    const { rows } = await pool.query<QueueLine>(
      `select r.address, r.state, r.last_code, r.last_text, r.last_mx from queue_recipient r
       join queue_message m on m.id = r.message_id where m.trace_id = $1 order by r.id`,
      [job.id],
    );
    for (const line of rows.map(describe)) {
      if (!said.has(line)) await job.log(line);
      said.add(line);
    }
    const waiting = rows.filter(({ state }) => state === "waiting").length;
    const failed = rows.filter(({ state }) => state === "failed").length;
    if (waiting === 0 || Date.now() > end) {
      return { outcome: failed > 0 ? "failed" : waiting > 0 ? "queued" : "delivered" };
    }
    await job.checkCancelled();
    await delay(LOOK_MS, undefined, { signal: job.signal });
  }
}

function describe({ address, state, last_code: code, last_text: text, last_mx: mx }: QueueLine) {
  const answer = code === null ? "no answer yet" : `${code} ${text ?? ""}`.trim();
  return `${address}: ${state}${mx ? ` at ${mx}` : ""} (${answer})`;
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (!address) throw new MailError("badDestination", `${text} is not an address`);
  return address;
}
