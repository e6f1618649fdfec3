import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  acceptance,
  delivery,
  eventually,
  letter,
  queueEntry,
  storageFixture,
} from "../../tests/support/storage.ts";
import { newId } from "../mail/ids.ts";
import type { Attempt, OutboundQueue, Outcome, QueueBatch } from "../mail/ports.ts";
import { listEvents, listTrace } from "./events.ts";
import { checkStore } from "./mail/check.ts";
import { cancelRecipients, holdRecipients, releaseRecipients, retryNow } from "./queue-console.ts";

const fixture = await storageFixture();
const { store, queue, pool, prisma } = fixture;
after(async () => {
  assert.deepEqual(await checkStore(pool), []);
  await fixture.close();
});

const MINUTE = 60_000;
const START = new Date("2030-01-01T00:00:00Z");
const minutes = (n: number) => new Date(START.getTime() + n * MINUTE);
const nextAttempt = (attempts: number, now: Date) =>
  new Date(now.getTime() + attempts * 5 * MINUTE);

function claim(at: number, over: { queue?: OutboundQueue; limit?: number; busy?: string[] } = {}) {
  const { queue: from = queue, limit = 10, busy = [] } = over;
  return from.claim({ worker: "w", now: minutes(at), limit, busy, nextAttempt });
}

async function enqueue(addresses: readonly string[], at = 0): Promise<string> {
  const entry = queueEntry(addresses);
  const more = { queue: entry, internalDate: minutes(at) };
  await store.accept(acceptance(letter(entry.id), [], more));
  return entry.id;
}

function attempt(batch: QueueBatch, outcome: Outcome, at: number): Attempt {
  const { queueId, destination } = batch;
  const reply = { code: 250, enhanced: "2.0.0", text: "said \0 \ud800 so" };
  const results = batch.recipients.map(({ id }) => ({ recipientId: id, outcome, ...reply }));
  const where = { mx: "mx.test", remoteIp: "192.0.2.1", tls: null, transcript: "S: 220\0" };
  return { id: newId(), queueId, destination, startedAt: minutes(at), ms: 10.4, results, ...where };
}

/** Takes everything off, so that tests do not see one another's mail. */
async function drain(): Promise<void> {
  await pool.query("DELETE FROM queue_message");
}

test("recipients of one message for one destination are claimed together, oldest first", async () => {
  const second = await enqueue(["d@b.test"], 2);
  const first = await enqueue(["a@a.test", "b@a.test", "c@b.test"], 1);
  assert.deepEqual(await claim(0), [], "nothing is due before its time");
  assert.deepEqual(await queue.nextDue(), minutes(1));
  const batches = await claim(3);
  assert.deepEqual(
    batches.map((batch) => [
      batch.queueId,
      batch.destination,
      batch.recipients.map((r) => r.address),
    ]),
    [
      [first, "a.test", ["a@a.test", "b@a.test"]],
      [first, "b.test", ["c@b.test"]],
      [second, "b.test", ["d@b.test"]],
    ],
  );
  assert.deepEqual(
    batches[0]?.recipients.map((r) => r.attempts),
    [1, 1],
  );
  assert.deepEqual(await claim(4), [], "they are in somebody's hands");
  await drain();
});

test("two engines never claim the same recipient", async () => {
  const other = await fixture.another();
  for (let n = 0; n < 20; n++) await enqueue([`x@d${n}.test`, `y@d${n}.test`]);
  const claims = await Promise.all(
    Array.from({ length: 8 }, (_, n) => claim(1, { queue: n % 2 ? queue : other.queue, limit: 5 })),
  );
  const more = await claim(1, { limit: 50 });
  const ids = [...claims.flat(), ...more].flatMap((batch) => batch.recipients.map((r) => r.id));
  assert.equal(ids.length, 40);
  assert.equal(new Set(ids).size, 40);
  await drain();
});

test("a busy destination is left alone and does not hold back another", async () => {
  await enqueue(["a@slow.test"]);
  await enqueue(["b@quick.test"], 1);
  const batches = await claim(2, { busy: ["slow.test"] });
  assert.deepEqual(
    batches.map((batch) => batch.destination),
    ["quick.test"],
  );
  await drain();
});

test("a hundred recipients and no more go in one transaction", async () => {
  await enqueue(Array.from({ length: 250 }, (_, n) => `u${n}@many.test`));
  const batches = await claim(1, { limit: 1 });
  assert.deepEqual(
    batches.map((batch) => batch.recipients.length),
    [100, 100, 50],
  );
  await drain();
});

test("deferred waits for the time written before dialling; delivered lets go of the bytes", async () => {
  const id = await enqueue(["a@a.test"]);
  const [first] = await claim(1);
  assert.ok(first);
  await queue.finish(attempt(first, "deferred", 1), [], [], [first.recipients[0]?.id ?? 0]);
  assert.deepEqual(await queue.nextDue(), minutes(6));
  assert.deepEqual(await claim(5), []);
  const [second] = await claim(6);
  assert.ok(second);
  assert.equal(second.recipients[0]?.attempts, 2);
  assert.ok(second.recipients[0]?.delayNoticeAt, "a delay notice was sent");
  const event = { id: newId(), at: minutes(6), kind: "delivery.succeeded" } as const;
  const events = [{ ...event, traceId: second.traceId, recipient: "a@a.test" }];
  await queue.finish(attempt(second, "delivered", 6), events, []);

  const { rows } = await pool.query(
    `SELECT r.state, r.last_text AS text, m.blob_id AS blob FROM queue_recipient r
     JOIN queue_message m ON m.id = r.message_id WHERE m.id = $1`,
    [id],
  );
  assert.deepEqual(rows, [{ state: "delivered", text: "said \ufffd \ufffd so", blob: null }]);
  assert.deepEqual(
    (await listTrace(pool, second.traceId)).map((e) => e.kind),
    ["delivery.succeeded"],
  );
  const page = { after: null, limit: 5 };
  assert.equal((await listEvents(pool, { recipient: "a@a.test" }, page)).length, 1);
  assert.equal((await listEvents(pool, { recipient: "b@a.test" }, page)).length, 0);
  assert.equal(await queue.nextDue(), null);
});

test("the lease of an engine that died runs out", async () => {
  await enqueue(["a@a.test"]);
  assert.equal((await claim(1)).length, 1);
  assert.deepEqual(await claim(20), [], "the time has come, but somebody holds it");
  assert.deepEqual(await queue.nextDue(), minutes(31));
  const [again] = await claim(31);
  assert.equal(again?.recipients[0]?.attempts, 2);
  await drain();
});

test("a notice is stored with the attempt that causes it; one without room does not undo it", async () => {
  const ann = await fixture.mailbox("ann");
  const full = await fixture.mailbox("full", 10);
  await enqueue(["a@a.test"]);
  const [batch] = await claim(1);
  assert.ok(batch);
  const notices = [
    acceptance(letter("could not deliver"), [delivery(ann)]),
    acceptance(letter("could not deliver"), [delivery(full)]),
  ];
  await queue.finish(attempt(batch, "failed", 1), [], notices);
  assert.equal((await store.quota(ann)).usedMessages, 1);
  assert.equal((await store.quota(full)).usedMessages, 0);
  const [lost] = await listTrace(pool, notices[1]?.traceId ?? "");
  assert.match(lost?.text ?? "", /Notice not stored: Mailbox full/);
  assert.deepEqual(await claim(999), []);
});

test("new mail and released mail wake every engine", async () => {
  const other = await fixture.another();
  let here = 0;
  let there = 0;
  queue.onWork(() => here++);
  other.queue.onWork(() => there++);
  await enqueue(["a@a.test"]);
  await eventually(() => here > 0 && there > 0, "both engines are woken");
  const ids = await waitingIds();
  assert.equal(await holdRecipients(prisma, ids), 1);
  const before = there;
  await prisma.$transaction(async (tx) => releaseRecipients(tx, ids));
  await eventually(() => there > before, "the other engine is woken by the console");
  await drain();
});

test("hold, retry and cancel do what they say, and only to what waits", async () => {
  await enqueue(["a@a.test", "b@b.test"]);
  const [first = 0n, second = 0n] = await waitingIds();
  await holdRecipients(prisma, [first, second]);
  assert.deepEqual(await claim(1), []);
  assert.equal(await queue.nextDue(), null);
  assert.equal(await retryNow(prisma, [first], minutes(2)), 1);
  const [batch] = await claim(2);
  assert.equal(batch?.destination, "a.test");
  assert.equal(
    await cancelRecipients(prisma, [first, second], minutes(3)),
    1,
    "one is being tried",
  );
  assert.ok(batch);
  await queue.finish(attempt(batch, "delivered", 3), [], []);
  const { rows } = await pool.query(
    "SELECT state FROM queue_recipient WHERE id = ANY($1) ORDER BY id",
    [[first, second]],
  );
  assert.deepEqual(rows, [{ state: "delivered" }, { state: "cancelled" }]);
  assert.equal(await releaseRecipients(prisma, [first, second]), 0);
  const kept = await pool.query("SELECT 1 FROM queue_message WHERE blob_id IS NOT NULL");
  assert.equal(kept.rowCount, 0);
});

async function waitingIds(): Promise<bigint[]> {
  const where = { state: "waiting" } as const;
  const rows = await prisma.queueRecipient.findMany({ where, orderBy: { id: "asc" } });
  return rows.map((row) => row.id);
}
