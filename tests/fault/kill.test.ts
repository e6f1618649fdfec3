/**
 * Nothing that was answered 250 is lost: the engine is killed (SIGKILL) three times under load, on a
 * PostgreSQL with durable settings, and what was acknowledged is counted in the store.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { corpus } from "../support/corpus.ts";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { installed, type Installation } from "../support/installation.ts";
import { SmtpClient } from "../support/smtp-client.ts";

const ALICE = "alice@example.test";
const CONNECTIONS = 6;
const KILLS = 3;
/** How long each engine lives under load. */
const LIFE_MS = 1_500;

let place: Installation;
before(async () => {
  place = await installed({ mailboxes: [ALICE] });
});
after(() => place?.remove());

test("what was answered 250 is there after kill -9 in the middle of a run", async () => {
  const acknowledged: string[] = [];
  let number = 0;
  const messages = [...corpus({ every: 40, limit: 100 })].filter(
    ({ octets }) => !/\r(?!\n)/.test(octets.toString("latin1")),
  );

  /** Sends until the connection dies. What dies without an answer is nobody's promise. */
  async function load(engine: EngineProcess): Promise<void> {
    const client = await SmtpClient.open(engine.port("smtp"));
    for (;;) {
      const id = `kill-${number++}`;
      const octets = messages[number % messages.length]?.octets ?? Buffer.alloc(0);
      const marked = Buffer.concat([Buffer.from(`X-Marker: ${id}\r\n`), octets]);
      const reply = await client.send("sender@elsewhere.test", [ALICE], marked);
      assert.match(reply, /^250 /);
      acknowledged.push(id);
    }
  }

  for (let kill = 0; kill < KILLS; kill++) {
    const engine = await startEngineProcess(place.env);
    const loads = Array.from({ length: CONNECTIONS }, () =>
      load(engine).catch((error: unknown) => String(error)),
    );
    await delay(LIFE_MS);
    await engine.kill();
    const ends = await Promise.all(loads);
    for (const end of ends) assert.match(String(end), /connection closed|ECONNRESET/);
  }
  const engine = await startEngineProcess(place.env); // it just starts again
  assert.equal(await engine.stop(), 0);

  const stored = new Map<string, number>();
  const { rows } = await place.pool.query<{ head: Buffer }>(
    `select b.head from message m join blob b on b.id = m.blob_id`,
  );
  for (const { head } of rows) {
    const marker = /^X-Marker: (\S+)/m.exec(head.toString("latin1"))?.[1] ?? "";
    stored.set(marker, (stored.get(marker) ?? 0) + 1);
  }
  const lost = acknowledged.filter((id) => !stored.has(id));
  const twice = [...stored].filter(([, count]) => count > 1);
  assert.ok(acknowledged.length > 50, `only ${acknowledged.length} acknowledged`);
  assert.deepEqual(lost, []);
  assert.deepEqual(twice, []);
  assert.deepEqual(await place.check(), []);
});
