/** What a transcript cannot see: folders, the queue and the trace of a test engine. */
import { setTimeout as delay } from "node:timers/promises";
import type { TestEngine } from "../support/engine.ts";

/** Messages of a folder as text, oldest first. */
export async function messagesIn(
  test: TestEngine,
  address: string,
  folder = "INBOX",
): Promise<string[]> {
  const { store } = test.engine.ctx;
  const open = await store.openFolder(await test.mailboxId(address), folder);
  try {
    await open.refresh();
    const texts: string[] = [];
    for (let row = 0; row < open.count; row++) {
      const chunks: Buffer[] = [];
      for await (const chunk of store.readBlob(open.blobAt(row))) chunks.push(chunk);
      texts.push(Buffer.concat(chunks).toString("latin1"));
    }
    return texts;
  } finally {
    open.close();
  }
}

export async function lastMessage(test: TestEngine, address: string, folder = "INBOX") {
  const last = (await messagesIn(test, address, folder)).at(-1);
  if (last === undefined) throw new Error(`${address} has nothing in ${folder}`);
  return last;
}

export interface Queued {
  readonly reversePath: string;
  readonly address: string;
  readonly destination: string;
  readonly smtputf8: boolean;
  readonly eightBit: boolean;
  readonly requireTls: boolean;
  readonly ret: string | null;
  readonly envid: string | null;
  readonly notify: string | null;
  readonly orcpt: string | null;
  readonly blobId: number;
  readonly traceId: string;
}

/** Everything in the queue, oldest first. */
export async function queueOf(test: TestEngine): Promise<Queued[]> {
  const { rows } = await test.engine.storage.pool.query<Queued>(
    `select m.reverse_path "reversePath", r.address, r.destination, m.smtputf8, m.eight_bit "eightBit",
            m.require_tls "requireTls", m.dsn_ret ret, m.dsn_envid envid, r.dsn_notify notify,
            r.dsn_orcpt orcpt, m.blob_id::int "blobId", m.trace_id "traceId"
       from queue_message m join queue_recipient r on r.message_id = m.id order by r.id`,
  );
  return rows;
}

export async function queuedText(test: TestEngine, blobId: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of test.engine.ctx.store.readBlob(blobId)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}

export interface Traced {
  readonly kind: string;
  readonly traceId: string | null;
  readonly sender: string | null;
  readonly recipient: string | null;
  readonly code: number | null;
  readonly enhanced: string | null;
  readonly text: string | null;
  readonly detail: Record<string, unknown> | null;
}

/** Waits for events of a kind that speak of `about` (and have that code): refusals come in batches. */
export async function eventsOf(
  test: TestEngine,
  kind: string,
  about: string,
  enhanced?: string,
): Promise<Traced[]> {
  for (let tries = 0; ; tries++) {
    const { rows } = await test.engine.storage.pool.query<Traced>(
      `select kind, trace_id "traceId", sender, recipient, code, enhanced, text, detail from mail_event
        where kind = $1 and $2 in (sender, recipient, trace_id::text, remote_ip, message_id)
          and ($3::text is null or enhanced = $3)
        order by at, id`,
      [kind, about, enhanced ?? null],
    );
    if (rows.length > 0 || tries > 40) return rows;
    await delay(50);
  }
}

/** PLAIN for a mailbox of the test engine. */
export function plain(address: string, password: string): string {
  return Buffer.from(`\0${address}\0${password}`).toString("base64");
}
