import assert from "node:assert/strict";
import { after, test } from "node:test";
import { caseMap } from "../../mail/collation.ts";
import type { BlobId } from "../../mail/ports.ts";
import { SIGNATURE_VERSION, SignatureMaker, wantedNumbers } from "../../mail/text-signature.ts";
import { acceptance, delivery, letter, storageFixture } from "../../../tests/support/storage.ts";
import { collectBlobs } from "./garbage.ts";
import {
  blobsWithout,
  blobsWithoutSignature,
  dropOldSignatures,
  keepSignatures,
  sealSegment,
  SEGMENT,
  tidySegments,
} from "./text-index.ts";

const fixture = await storageFixture();
const { store, pool } = fixture;
after(() => fixture.close());
const noBreath = () => Promise.resolve();

function signatureOf(text: string): Buffer | null {
  const maker = new SignatureMaker();
  maker.push(caseMap(text));
  return maker.finish();
}

const without = async (ids: readonly BlobId[], wanted: string) =>
  [...(await blobsWithout(pool, ids, wantedNumbers(caseMap(wanted))))].sort((a, b) => a - b);

test("from blob to signature to segment, and out with the blob", async () => {
  const ann = await fixture.mailbox("ann");
  const inbox = await store.openFolder(ann, "INBOX");
  const words = ["apple", "banana", "cherry"];
  for (const word of words) await store.accept(acceptance(letter(word), [delivery(ann)]));
  const ids = words.map((_, row) => inbox.blobAt(row));
  const [apple = 0, banana = 0, cherry = 0] = ids;

  assert.deepEqual(await blobsWithoutSignature(pool, 10), ids);
  assert.deepEqual(await without(ids, "apple"), [], "nothing is known yet");

  await keepSignatures(pool, new Map([[apple, signatureOf("an apple")]]));
  await keepSignatures(
    pool,
    new Map([
      [banana, signatureOf("a banana")],
      [cherry, null],
    ]),
  );
  assert.deepEqual(await blobsWithoutSignature(pool, 10), []);
  assert.deepEqual(await without(ids, "APPLE"), [banana], "of what is too long nothing is known");
  assert.equal(await sealSegment(pool, noBreath), false, "more may come to it");

  await pool.query("SELECT setval('blob_id_seq', $1)", [3 * SEGMENT]);
  await store.accept(acceptance(letter("durian"), [delivery(ann)]));
  const durian = inbox.blobAt(3);
  assert.equal(await sealSegment(pool, noBreath), true);
  assert.deepEqual((await pool.query("SELECT 1 FROM blob_text")).rows, []);
  assert.deepEqual(await without([...ids, durian], "apple"), [banana]);
  assert.deepEqual(await without([...ids, durian], "nana"), [apple]);
  assert.equal(await sealSegment(pool, noBreath), true, "one without blobs");
  assert.deepEqual(await blobsWithoutSignature(pool, 10), [durian]);

  assert.equal(await tidySegments(pool), 0);
  await store.expunge(inbox.folder.id, [inbox.uidAt(0), inbox.uidAt(1)], { force: true });
  await collectBlobs(pool, { minAgeMinutes: 0 });
  assert.equal(await tidySegments(pool), 2, "all that it spoke of are gone");
  const { rows } = await pool.query(
    "SELECT length(known) + length(bits) AS size FROM text_segment",
  );
  assert.deepEqual(rows, [{ size: 0 }, { size: 0 }]);
  inbox.close();
});

test("a signature goes with its blob", async () => {
  const ben = await fixture.mailbox("ben");
  const inbox = await store.openFolder(ben, "INBOX");
  await store.accept(acceptance(letter("elder"), [delivery(ben)]));
  const id = inbox.blobAt(0);
  await keepSignatures(pool, new Map([[id, signatureOf("elder")]]));
  await store.expunge(inbox.folder.id, [inbox.uidAt(0)], { force: true });
  await collectBlobs(pool, { minAgeMinutes: 0 });
  const { rows } = await pool.query("SELECT 1 FROM blob_text WHERE blob_id = $1", [id]);
  assert.deepEqual(rows, []);
  await keepSignatures(pool, new Map([[id, signatureOf("elder")]])); // it was being made meanwhile
  assert.deepEqual((await pool.query("SELECT 1 FROM blob_text WHERE blob_id = $1", [id])).rows, []);
  inbox.close();
});

test("signatures of another version count for nothing, and older ones are made anew", async () => {
  const cid = await fixture.mailbox("cid");
  const inbox = await store.openFolder(cid, "INBOX");
  await store.accept(acceptance(letter("fig"), [delivery(cid)]));
  const id = inbox.blobAt(0);
  await keepSignatures(pool, new Map([[id, signatureOf("fig")]]));
  assert.deepEqual(await without([id], "grape"), [id]);
  await pool.query("UPDATE blob_text SET version = $1", [SIGNATURE_VERSION - 1]);
  assert.deepEqual(await without([id], "grape"), []);
  assert.ok((await blobsWithoutSignature(pool, 10)).includes(id));
  assert.ok((await dropOldSignatures(pool)) > 0);
  inbox.close();
});
