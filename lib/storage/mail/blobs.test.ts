import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ByteSource } from "../../mail/ports.ts";
import {
  acceptance,
  bytes,
  delivery,
  letter,
  read,
  storageFixture,
} from "../../../tests/support/storage.ts";
import { CHUNK_BYTES, isShort, prepareBlob, storeLongBlob } from "./blob-writer.ts";
import { checkStore } from "./check.ts";
import { collectBlobs, pruneExpunged } from "./garbage.ts";

const fixture = await storageFixture();
const { store, pool } = fixture;
after(async () => {
  assert.deepEqual(await checkStore(pool), []);
  await fixture.close();
});

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const MEGABYTE = 1024 * 1024;

/** Made while it is read, so that it is nowhere whole. */
function stream(megabytes: number, onChunk: () => void = () => undefined): ByteSource {
  return {
    size: megabytes * MEGABYTE,
    async *open() {
      const line = Buffer.from(`${"0123456789abcdef".repeat(4).slice(0, 62)}\r\n`);
      for (let at = 0; at < megabytes * 16; at++) {
        onChunk();
        yield Buffer.alloc(65_536, line);
      }
    },
  };
}

/** What is still held after a collection, in MB: RSS says how lazy the collector was, not more. */
function heldMegabytes(): number {
  collectGarbage();
  collectGarbage(); // buffers are swept beside the first
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MEGABYTE;
}

test("a message of 50 MB passes through a few chunks of memory, in and out", async () => {
  const ann = await fixture.mailbox("large");
  await store.accept(acceptance(letter("warm up"), [delivery(ann)]));
  const before = heldMegabytes();
  let peak = before;
  let seen = 0;
  const watch = () => {
    if (++seen % 150 === 0) peak = Math.max(peak, heldMegabytes());
  };
  await store.accept(acceptance(stream(50, watch), [delivery(ann)]));
  const inbox = await store.openFolder(ann, "INBOX");
  let size = 0;
  for await (const chunk of store.readBlob(inbox.blobAt(1))) {
    assert.ok(chunk.length <= CHUNK_BYTES);
    size += chunk.length;
    watch();
  }
  inbox.close();
  assert.equal(size, 50 * MEGABYTE);
  assert.ok(peak - before < 8, `held ${Math.round(peak - before)} MB more`);
});

test("a source that breaks off while it is stored leaves nothing", async () => {
  const ann = await fixture.mailbox("broken");
  let chunks = 0;
  const source = stream(1, () => {
    if (++chunks > 20) throw new Error("spool unreadable"); // in the second pass
  });
  await assert.rejects(store.accept(acceptance(source, [delivery(ann)])), /spool unreadable/);
  const { rowCount } = await pool.query("SELECT 1 FROM blob WHERE size = $1", [MEGABYTE]);
  assert.equal(rowCount, 0);
});

test("a short message of very many parts is stored before the group commit, and once", async () => {
  const parts = "--b\r\n\r\nx\r\n".repeat(900);
  const source = bytes(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`);
  const prepared = await prepareBlob(source);
  assert.equal(isShort(prepared), false);
  const mailbox = await fixture.mailbox("parts");
  const accept = () => store.accept(acceptance(source, [delivery(mailbox)]));
  await Promise.all([accept(), accept(), accept()]);
  const inbox = await store.openFolder(mailbox, "INBOX");
  const ids = [0, 1, 2].map((row) => inbox.blobAt(row));
  inbox.close();
  assert.equal(new Set(ids).size, 1);
  const [blob] = await store.getBlobs(ids.slice(0, 1));
  assert.deepEqual(blob?.structure, prepared.structure);
  assert.deepEqual(await checkStore(pool), []);
});

test("a crash between chunks and commit leaves garbage that is collected, and nothing else", async () => {
  const source = stream(2);
  await storeLongBlob(pool, await prepareBlob(source), source); // … and here the process dies
  assert.deepEqual(await checkStore(pool), []);
  assert.deepEqual(
    await collectBlobs(pool),
    { blobs: 0, bytes: 0 },
    "it is too young to be garbage",
  );
  const collected = await collectBlobs(pool, { minAgeMinutes: 0 });
  assert.deepEqual(collected, { blobs: 1, bytes: 2 * MEGABYTE });
  const { rowCount } = await pool.query(
    "SELECT 1 FROM blob_chunk c WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = c.blob_id)",
  );
  assert.equal(rowCount, 0);
});

test("the collector and a new message with the same bytes do not lose one another's work", async () => {
  const ann = await fixture.mailbox("race");
  const inbox = await store.openFolder(ann, "INBOX");
  for (let round = 0; round < 30; round++) {
    const source = round % 3 === 0 ? bytes(Buffer.alloc(300_000, "z")) : letter("again");
    await pool.query("UPDATE blob SET created_at = now() - interval '2 hours'");
    const [, stored] = await Promise.all([
      collectBlobs(pool),
      store.accept(acceptance(source, [delivery(ann)])),
    ]);
    const row = inbox.rowOf(stored[0]?.uid ?? 0);
    assert.deepEqual(await read(store.readBlob(inbox.blobAt(row))), await read(source.open()));
    await store.expunge(inbox.folder.id, [inbox.uidAt(row)], { force: true });
  }
  inbox.close();
});

test("a pruned expunge log says so instead of leaving uids out", async () => {
  const ann = await fixture.mailbox("prune");
  const inbox = await store.openFolder(ann, "INBOX");
  const { id } = inbox.folder;
  for (let uid = 1; uid <= 5; uid++) {
    await store.accept(acceptance(letter(`${uid}`), [delivery(ann)]));
    await store.expunge(id, [uid], { force: true });
  }
  const middle = inbox.folder.highestModseq - 4; // two expunges later
  assert.deepEqual(await store.expungedSince(id, middle), [4, 5]);
  assert.ok((await pruneExpunged(pool, 2)) >= 3);
  assert.deepEqual(await store.expungedSince(id, middle), [4, 5]);
  assert.equal(await store.expungedSince(id, 1), null);
  inbox.close();
});
