/** The database goes away and comes back: callers hear "try again", nothing is lost, nothing restarts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startCluster } from "../../lib/embedded/cluster.ts";
import { testCluster } from "../../tests/support/cluster.ts";
import {
  acceptance,
  delivery,
  eventually,
  letter,
  storageFixture,
} from "../../tests/support/storage.ts";
import { newId } from "../mail/ids.ts";
import { MailError } from "../mail/errors.ts";
import { listTrace } from "./events.ts";
import { checkStore } from "./mail/check.ts";
import { migrate } from "./migrate.ts";

test("while PostgreSQL restarts, mail is put off; afterwards all goes on", async () => {
  const { cluster, folder, remove } = await testCluster();
  await migrate(cluster.url);
  const fixture = await storageFixture(cluster.url);
  const { store } = fixture;
  const ann = await fixture.mailbox("ann");
  const accept = (words: string) => store.accept(acceptance(letter(words), [delivery(ann)]));
  await accept("before");
  const inbox = await store.openFolder(ann, "INBOX");

  await cluster.stop();
  await assert.rejects(accept("during"), isUnavailable);
  await assert.rejects(store.listFolders(ann), isUnavailable);
  await assert.rejects(fixture.directory.findAccount("ann@example.test"), isUnavailable);
  await assert.rejects(inbox.refresh(), isUnavailable);
  const traceId = newId();
  store.record([{ id: newId(), at: new Date(), kind: "message.refused", traceId }]);

  const again = await startCluster({ folder });
  const other = await fixture.another();
  await other.store.accept(acceptance(letter("by another"), [delivery(ann)]));
  await eventually(() => inbox.count === 2, "the view caught up after its notices came back");
  await accept("after");
  assert.equal(inbox.count, 3);
  await eventually(
    async () => (await listTrace(fixture.pool, traceId)).length === 1,
    "the event waited in memory",
  );
  inbox.close();
  assert.deepEqual(await checkStore(fixture.pool), []);
  await fixture.close();
  await again.stop();
  await remove();
});

function isUnavailable(error: unknown): boolean {
  assert.ok(error instanceof MailError, String(error));
  assert.ok(error.cause instanceof Error, "the log learns why");
  return error.kind === "unavailable";
}
