/** What is kept of blobs is what the database would have said. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  acceptance,
  bytes,
  delivery,
  letter,
  read,
  storageFixture,
} from "../../../tests/support/storage.ts";
import { MAX_KEPT } from "./blob-reader.ts";
import { CHUNK_BYTES } from "./blob-writer.ts";

const fixture = await storageFixture();
const { store } = fixture;
after(() => fixture.close());

async function blobOf(name: string, source: Parameters<typeof acceptance>[0]): Promise<number> {
  const mailbox = await fixture.mailbox(name);
  await store.accept(acceptance(source, [delivery(mailbox)]));
  const inbox = await store.openFolder(mailbox, "INBOX");
  const id = inbox.blobAt(0);
  inbox.close();
  return id;
}

test("a structure that was read without octets gets them when they are asked for", async () => {
  const id = await blobOf("later", letter("short"));
  const [without] = await store.getBlobs([id]);
  assert.equal(without?.octets, undefined);
  const [too] = await store.getBlobs([id], 10); // longer than that
  assert.equal(too?.octets, undefined);
  const [whole] = await store.getBlobs([id], 4096);
  assert.deepEqual(whole?.octets, await read(store.readBlob(id)));
  assert.equal((await store.getBlobs([id]))[0], whole, "the second time it is the same one");
});

test("who goes through more than is kept reads the same, and nothing of it is kept", async () => {
  const id = await blobOf("passing", letter("read by the way"));
  const few = fixture.blobsFor(10);
  const passing = fixture.blobsFor(MAX_KEPT + 1);
  const [first] = await passing.getBlobs([id], 4096);
  const [again] = await passing.getBlobs([id], 4096);
  assert.notEqual(again, first);
  const [kept] = await few.getBlobs([id], 4096);
  assert.deepEqual(kept, first);
  assert.equal((await store.getBlobs([id]))[0], kept);
});

test("pieces of a long message, any size, any order, twice", async () => {
  const long = Buffer.alloc(CHUNK_BYTES * 2 + 1234);
  for (let at = 0; at < long.length; at++) long[at] = 33 + ((at * 7919) % 90);
  const id = await blobOf("long", bytes(long));
  const pieces: [number, number][] = [
    [CHUNK_BYTES - 10, 20],
    [CHUNK_BYTES - 10, 64 * 1024],
    [0, 64 * 1024],
    [CHUNK_BYTES * 2, 64 * 1024],
    [CHUNK_BYTES * 2 + 1233, 64 * 1024],
    [CHUNK_BYTES * 2 + 1234, 64 * 1024],
    [CHUNK_BYTES * 9, 64 * 1024],
    [100, 5],
    [0, long.length],
  ];
  for (const [offset, length] of [...pieces, ...pieces.toReversed()])
    assert.deepEqual(
      await read(store.readBlob(id, offset, length)),
      long.subarray(offset, offset + length),
      `${offset}, ${length}`,
    );
});
