/**
 * What people do with the mail queue: hold, release, retry, cancel. Takes the console's transaction, so
 * that the audit line commits with it. Callers have checked whose mail it is; recipients that are not
 * waiting any more are passed over. Each answers how many it changed.
 */
import type { Db } from "./client.ts";
import { QUEUE_CHANNEL } from "./queue-notice.ts";

type Ids = readonly (bigint | number)[];

const waiting = (ids: Ids) => ({ id: { in: ids.map(BigInt) }, state: "waiting" as const });

/** An attempt that is under way goes on; there is none after it. */
export async function holdRecipients(db: Db, ids: Ids): Promise<number> {
  const where = { ...waiting(ids), hold: false };
  return (await db.queueRecipient.updateMany({ where, data: { hold: true } })).count;
}

export async function releaseRecipients(db: Db, ids: Ids): Promise<number> {
  const where = { ...waiting(ids), hold: true };
  const { count } = await db.queueRecipient.updateMany({ where, data: { hold: false } });
  await wake(db);
  return count;
}

/** Due now, held ones too. The schedule goes on from where it was. */
export async function retryNow(db: Db, ids: Ids, now: Date): Promise<number> {
  const data = { nextAttemptAt: now, hold: false };
  const { count } = await db.queueRecipient.updateMany({ where: waiting(ids), data });
  await wake(db);
  return count;
}

/**
 * No notice is sent: a person decided. One that is being tried right now is left alone, because it may
 * be delivered already.
 */
export async function cancelRecipients(db: Db, ids: Ids, now: Date): Promise<number> {
  const free = { OR: [{ leasedUntil: null }, { leasedUntil: { lte: now } }] };
  const rows = await db.queueRecipient.findMany({
    where: { ...waiting(ids), ...free },
    select: { id: true, messageId: true },
  });
  const where = { ...waiting(rows.map((row) => row.id)), ...free };
  const data = { state: "cancelled" as const, finishedAt: now, leasedBy: null, leasedUntil: null };
  const { count } = await db.queueRecipient.updateMany({ where, data });
  const messages = { in: [...new Set(rows.map((row) => row.messageId))] };
  await db.queueMessage.updateMany({
    where: { id: messages, recipients: { none: { state: "waiting" } } },
    data: { blobId: null }, // nobody waits for the bytes any more
  });
  return count;
}

async function wake(db: Db): Promise<void> {
  await db.$executeRaw`SELECT pg_notify(${QUEUE_CHANNEL}, '')`;
}
