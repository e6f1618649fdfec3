/**
 * The database's disk is full: mail is put off (4xx), what was answered 250 is all there, and when
 * there is room again mail is taken again without anybody's help.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { startCluster } from "../../lib/embedded/cluster.ts";
import { findPostmaster } from "../../lib/embedded/postmaster.ts";
import { join } from "node:path";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { installed, type Installation } from "../support/installation.ts";
import { smallDisk, type SmallDisk } from "../support/small-disk.ts";
import { SmtpClient } from "../support/smtp-client.ts";

const ALICE = "alice@example.test";
const MANY = 400;
const RECOVERY_MS = 40_000;

let disk: SmallDisk;
let place: Installation;
let engine: EngineProcess;
before(async () => {
  disk = await smallDisk();
  const remove = () => disk.remove();
  place = await installed({
    mailboxes: [ALICE],
    cluster: { cluster: disk.cluster, folder: disk.folder, remove },
  });
  engine = await startEngineProcess(place.env);
});
after(async () => {
  await engine?.stop();
  await place?.remove();
});

test("a full disk puts mail off and loses nothing that was acknowledged", async () => {
  const acknowledged = new Set<string>();
  disk.fill();
  let refusals = 0;
  for (let i = 0; i < MANY && refusals < 5; i++) {
    const reply = await deliver(`full-${i}`);
    if (reply.startsWith("250")) acknowledged.add(`full-${i}`);
    else {
      assert.match(reply, /^4\d\d |closed|ECONNREFUSED/, reply);
      refusals++;
    }
  }
  assert.equal(refusals, 5, "the disk did not fill up");
  assert.ok(acknowledged.size > 0);
  assert.equal(engine.child.exitCode, null, "the engine lives on");

  disk.free();
  // A server that could not write its log stops by design; the supervisor starts it again.
  if (!findPostmaster(join(disk.folder, "postgres"))) await startCluster({ folder: disk.folder });
  const end = Date.now() + RECOVERY_MS;
  let reply = await deliver("after");
  while (!reply.startsWith("250") && Date.now() < end) {
    await delay(500);
    reply = await deliver("after");
  }
  assert.match(reply, /^250 /);

  const client = new pg.Client({ connectionString: place.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ head: Buffer }>(
    "select substring(b.head for 2000) as head from message m join blob b on b.id = m.blob_id",
  );
  await client.end();
  const stored = new Set(rows.map(({ head }) => /X-Marker: (\S+)/.exec(head.toString())?.[1]));
  assert.deepEqual(
    [...acknowledged].filter((id) => !stored.has(id)),
    [],
  );
});

/** A message of about 400 KiB that no compression makes smaller. */
async function deliver(id: string): Promise<string> {
  const body = randomBytes(300_000).toString("base64").replace(/.{76}/g, "$&\r\n");
  const octets = Buffer.from(`X-Marker: ${id}\r\nSubject: big\r\n\r\n${body}\r\n`);
  let client: SmtpClient | null = null;
  try {
    client = await SmtpClient.open(engine.port("smtp"));
    return await client.send("sender@elsewhere.test", [ALICE], octets);
  } catch (error) {
    return /not taken: (?:[^|]*\| )*?(4\d\d [^|]*)/.exec(String(error))?.[1] ?? String(error);
  } finally {
    client?.destroy();
  }
}
