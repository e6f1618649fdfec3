import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  acceptance,
  bytes,
  delivery,
  letter,
  queueEntry,
  storageFixture,
} from "../../../tests/support/storage.ts";
import { checkStore } from "./check.ts";

const fixture = await storageFixture();
const { store, pool } = fixture;
after(async () => {
  assert.deepEqual(await checkStore(pool), []);
  await fixture.close();
});

const kindOf = (outcome: PromiseSettledResult<unknown> | undefined) =>
  outcome?.status === "rejected" ? outcome.reason.kind : outcome?.status;

test("acceptances that arrive together share transactions, and each has its own uid", async () => {
  const ann = await fixture.mailbox("ann");
  const stored = await Promise.all(
    Array.from({ length: 100 }, (_, at) =>
      store.accept(acceptance(letter(`n ${at}`), [delivery(ann)])),
    ),
  );
  const uids = stored.map(([place]) => place?.uid);
  assert.deepEqual(
    uids,
    Array.from({ length: 100 }, (_, at) => at + 1),
    "in order of arrival",
  );
  const { rows } = await pool.query<{ commits: number }>(
    "SELECT count(DISTINCT xmin::text) AS commits FROM message",
  );
  assert.ok((rows[0]?.commits ?? 100) <= 10, `${rows[0]?.commits} commits`);
});

test("who is refused for lack of room leaves the others of the batch alone", async () => {
  const rich = await fixture.mailbox("rich");
  const poor = await fixture.mailbox("poor", 150);
  const source = letter("about fifty bytes"); // two fit, three do not
  const outcomes = await Promise.allSettled([
    store.accept(acceptance(source, [delivery(poor)])),
    store.accept(acceptance(letter("for both"), [delivery(rich), delivery(poor, "Junk")])),
    store.accept(acceptance(source, [delivery(poor)])),
    store.accept(acceptance(source, [delivery(rich)])),
  ]);
  assert.deepEqual(outcomes.map(kindOf), ["fulfilled", "fulfilled", "mailboxFull", "fulfilled"]);
  assert.equal((await store.quota(rich)).usedMessages, 2);
});

test("of a batch no more messages are taken than a mailbox may keep", async () => {
  const rich = await fixture.mailbox("any number");
  const poor = await fixture.mailbox("two", 2 ** 30, 2);
  const outcomes = await Promise.allSettled([
    store.accept(acceptance(letter("first"), [delivery(poor)])),
    store.accept(acceptance(letter("twice"), [delivery(poor), delivery(poor, "Junk")])),
    store.accept(acceptance(letter("second"), [delivery(poor, "Junk"), delivery(rich)])),
    store.accept(acceptance(letter("third"), [delivery(poor), delivery(rich)])),
    store.accept(acceptance(letter("elsewhere"), [delivery(rich)])),
  ]);
  assert.deepEqual(outcomes.map(kindOf), [
    ...["fulfilled", "mailboxFull", "fulfilled", "mailboxFull", "fulfilled"],
  ]);
  assert.equal((await store.quota(poor)).usedMessages, 2);
  assert.equal((await store.quota(rich)).usedMessages, 2);
});

test("two processes that write at once keep to the limit on messages together", async () => {
  const other = await fixture.another();
  const poor = await fixture.mailbox("five", 2 ** 30, 5);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, at) =>
      (at % 2 === 0 ? store : other.store).accept(
        acceptance(letter(`at once ${at}`), [delivery(poor)]),
      ),
    ),
  );
  const kinds = outcomes.map(kindOf);
  assert.equal(kinds.filter((kind) => kind === "fulfilled").length, 5);
  assert.equal(kinds.filter((kind) => kind === "mailboxFull").length, 15);
  assert.equal((await store.quota(poor)).usedMessages, 5);
});

test("a row that the database refuses fails alone", async () => {
  const ann = await fixture.mailbox("alone");
  const good = () => store.accept(acceptance(letter("good"), [delivery(ann)]));
  const bad = acceptance(letter("bad"), [delivery(ann)], {
    queue: queueEntry(["x@far.test"], { id: "not a uuid" }),
  });
  const outcomes = await Promise.allSettled([good(), store.accept(bad), good()]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.equal((await store.quota(ann)).usedMessages, 2);
  const queued = await pool.query("SELECT 1 FROM queue_message");
  assert.equal(queued.rowCount, 0);
});

test("a mailbox that was deleted after RCPT is asked for again, not bounced for all", async () => {
  const ann = await fixture.mailbox("stays");
  const gone = "01900000-0000-7000-8000-000000000000";
  const both = store.accept(acceptance(letter("x"), [delivery(ann), delivery(gone)]));
  await assert.rejects(
    both,
    (error: unknown) => Reflect.get(Object(error), "kind") === "unavailable",
  );
  assert.equal((await store.quota(ann)).usedMessages, 0);
});

test("a connection cut while the batch waits means 'try again', and the next batch works", async () => {
  const ann = await fixture.mailbox("cut");
  const blocker = await pool.connect();
  await blocker.query("BEGIN");
  await blocker.query("SELECT 1 FROM mailbox WHERE id = $1 FOR UPDATE", [ann]);
  const waiting = [1, 2].map((n) => store.accept(acceptance(letter(`w${n}`), [delivery(ann)])));
  const outcomes = Promise.allSettled(waiting);
  await waitForLock(1);
  await pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
  );
  assert.deepEqual((await outcomes).map(kindOf), ["unavailable", "unavailable"]);
  await blocker.query("ROLLBACK");
  blocker.release();
  await store.accept(acceptance(letter("after"), [delivery(ann)]));
  assert.equal((await store.quota(ann)).usedMessages, 1);
});

test("equal contents accepted at once by two processes become one blob", async () => {
  const other = await fixture.another();
  const ann = await fixture.mailbox("same1");
  const bob = await fixture.mailbox("same2");
  const long = Buffer.alloc(700_000, "x");
  const sources = [letter("same"), letter("same too"), bytes(long)];
  await Promise.all(
    sources.flatMap((source) => [
      store.accept(acceptance(source, [delivery(ann)])),
      other.store.accept(acceptance(source, [delivery(bob)])),
    ]),
  );
  const { rows } = await pool.query<{ blobs: number }>(
    `SELECT count(DISTINCT m.blob_id) AS blobs FROM message m JOIN folder f ON f.id = m.folder_id
     WHERE f.mailbox_id = ANY($1)`,
    [[ann, bob]],
  );
  assert.equal(rows[0]?.blobs, 3);
});

async function waitForLock(count: number): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    );
    if ((rowCount ?? 0) >= count) return;
    await new Promise((done) => setTimeout(done, 5));
  }
}
