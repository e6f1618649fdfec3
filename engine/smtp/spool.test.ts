import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ByteSource } from "../../lib/mail/ports.ts";
import { Spool } from "./spool.ts";

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "spool-"));
  try {
    await run(join(directory, "made", "when", "needed"));
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function bytesOf(source: ByteSource): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

for (const size of [0, 1, 256 * 1024, 256 * 1024 + 1, 1_500_000]) {
  test(`${size} bytes come back as they went in, twice, and leave no file`, async () => {
    await inDirectory(async (directory) => {
      const message = randomBytes(size);
      const spool = new Spool(directory, 2_000_000);
      for (let at = 0; at < size; at += 65_536)
        await spool.write([message.subarray(at, at + 65_536)]);
      assert.equal(spool.size, size);
      assert.deepEqual(await readdir(directory).catch(() => []), []);
      assert.ok(message.equals(await bytesOf(spool)));
      assert.ok(message.equals(await bytesOf(spool)));
      await spool.dispose();
      await spool.dispose();
    });
  });
}

test("what is kept does not change when the reader's buffer does", async () => {
  const spool = new Spool("/nonexistent", 100);
  const view = Buffer.from("abc");
  await spool.write([view]);
  view.fill("x");
  assert.equal(String(await bytesOf(spool)), "abc");
});

test("past the limit bytes are counted, not kept", async () => {
  await inDirectory(async (directory) => {
    const spool = new Spool(directory, 300_000);
    await spool.write([Buffer.alloc(290_000)]);
    assert.equal(spool.tooBig, false);
    await spool.write([Buffer.alloc(10_001)]);
    await spool.write([Buffer.alloc(50_000)]);
    assert.equal(spool.tooBig, true);
    assert.equal(spool.size, 350_001);
  });
});
