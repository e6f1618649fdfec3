import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  acceptance,
  delivery,
  letter,
  queueEntry,
  storageFixture,
} from "../../tests/support/storage.ts";
import { checkStore } from "./mail/check.ts";
import { maintain } from "./maintenance.ts";

const fixture = await storageFixture();
const { pool, store } = fixture;
after(() => fixture.close());

test("old finished mail and bytes without a message go; what waits or is kept stays", async () => {
  const ann = await fixture.mailbox("ann");
  await store.accept(acceptance(letter("kept"), [delivery(ann)]));
  for (const words of ["finished", "waiting"]) {
    const queue = queueEntry([`${words}@far.test`]);
    await store.accept(acceptance(letter(words), [], { queue }));
  }
  await pool.query("UPDATE queue_message SET created_at = now() - interval '40 days'");
  await pool.query("UPDATE blob SET created_at = now() - interval '40 days'");
  await pool.query(
    `WITH done AS (UPDATE queue_recipient SET state = 'delivered', finished_at = now()
       WHERE address LIKE 'finished%' RETURNING message_id)
     UPDATE queue_message SET blob_id = NULL WHERE id IN (SELECT message_id FROM done)`,
  );
  const done = await maintain(pool, { traceDays: 30 });
  assert.deepEqual([done?.queueMessages, done?.blobs, done?.eventDays], [1, 1, 0]);
  const { rows } = await pool.query("SELECT address FROM queue_recipient");
  assert.deepEqual(rows, [{ address: "waiting@far.test" }]);
  assert.deepEqual(await checkStore(pool), []);
});

test("only one process at a time does it", async () => {
  const busy = await pool.connect();
  await busy.query("SELECT pg_advisory_lock(hashtext('posthorn.maintenance'))");
  assert.equal(await maintain(pool, { traceDays: 30 }), null);
  await busy.query("SELECT pg_advisory_unlock(hashtext('posthorn.maintenance'))");
  busy.release();
  assert.notEqual(await maintain(pool, { traceDays: 30 }), null);
});
