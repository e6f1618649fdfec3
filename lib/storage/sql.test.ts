import assert from "node:assert/strict";
import { after, test } from "node:test";
import { storageFixture } from "../../tests/support/storage.ts";
import { inTransaction } from "./sql.ts";

const fixture = await storageFixture();
const { pool } = fixture;
after(() => fixture.close());
await pool.query("CREATE TABLE note (id INT PRIMARY KEY)");

const notes = async () => (await pool.query<{ id: number }>("SELECT id FROM note")).rows;

test("what nobody waits for is committed before the transaction resolves", async () => {
  await inTransaction(pool, async (tx) => {
    tx.unawaited(tx.query("INSERT INTO note VALUES (1)"));
    tx.unawaited(tx.query("INSERT INTO note VALUES (2)"));
  });
  assert.deepEqual(await notes(), [{ id: 1 }, { id: 2 }]);
  await pool.query("DELETE FROM note");
});

test("when it fails, nothing is committed, and it is what is told", async () => {
  const doubled = inTransaction(pool, async (tx) => {
    tx.unawaited(tx.query("INSERT INTO note VALUES (1)"));
    tx.unawaited(tx.query("INSERT INTO note VALUES (1)"));
    tx.unawaited(tx.query("INSERT INTO note VALUES (2)"));
  });
  await assert.rejects(doubled, { code: "23505" });
  assert.deepEqual(await notes(), []);
});

test("also when a later statement is awaited, which only hears that all is over", async () => {
  const doubled = inTransaction(pool, async (tx) => {
    await tx.query("INSERT INTO note VALUES (1)");
    tx.unawaited(tx.query("INSERT INTO note VALUES (1)"));
    await tx.query("SELECT 1");
  });
  await assert.rejects(doubled, { code: "23505" });
  assert.deepEqual(await notes(), []);
});

test("what work throws rolls back what nobody waited for", async () => {
  const refused = inTransaction(pool, (tx) => {
    tx.unawaited(tx.query("INSERT INTO note VALUES (1)"));
    return Promise.reject(new Error("refused"));
  });
  await assert.rejects(refused, /refused/);
  assert.deepEqual(await notes(), []);
});

test("a statement that comes after the COMMIT is a mistake, not a transaction of its own", async () => {
  let late: Promise<unknown> = Promise.resolve();
  await inTransaction(pool, (tx) => {
    const first = tx.query("SELECT 1");
    late = first.then(() => tx.query("INSERT INTO note VALUES (1)"));
    tx.unawaited(first);
    return Promise.resolve();
  });
  await assert.rejects(late, /after the COMMIT/);
  assert.deepEqual(await notes(), []);
});
