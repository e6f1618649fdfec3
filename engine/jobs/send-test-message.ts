/** Work of lib/jobs/definitions/send-test-message.ts. The job's id is the trace id. */
import { setTimeout as delay } from "node:timers/promises";
import type { Pool } from "pg";
import { sendTestMessage } from "../../lib/jobs/definitions/send-test-message.ts";
import { parseAddress, type Address } from "../../lib/mail/address.ts";
import { sendsMail } from "../../lib/mail/domain-mode.ts";
import { MailError } from "../../lib/mail/errors.ts";
import { acceptOwnMail, wasAccepted } from "../own-mail.ts";
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
    if (!sendsMail(domain.mode))
      throw new MailError("sendingOff", `${domain.name} does not send mail from here`);
    await job.progress(0, 3);
    if (!(await wasAccepted(ctx.pool, job.id))) {
      const date = ctx.clock.now();
      const bytes = await composeTestMessage({ id: job.id, from, to, language, date });
      await job.log(`Composed, ${bytes.length} bytes`);
      await job.progress(1, 3);
      await job.checkCancelled();
      if (!(await ctx.directory.findReceiving(recipient.domain)))
        await job.log(await signingOf(ctx, domain.name));
      const mail = { id: job.id, sender, recipient, reversePath: from, bytes, date };
      for (const { folder, uid } of await acceptOwnMail(ctx, mail)) {
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
