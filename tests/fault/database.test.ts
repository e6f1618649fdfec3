/**
 * A database that goes away, and one whose disk is full: peers are told "later", nothing that was
 * acknowledged is lost, and the engine recovers by itself.
 */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startCluster } from "../../lib/embedded/cluster.ts";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { installed, PASSWORD, type Installation } from "../support/installation.ts";
import { SmtpClient } from "../support/smtp-client.ts";
import { transcript } from "../support/transcript.ts";

const ALICE = "alice@example.test";
const MESSAGE = Buffer.from("From: a@b.test\r\nSubject: x\r\n\r\nHello.\r\n");
const RECOVERY_MS = 20_000;

suite("the database goes away and comes back", () => {
  let place: Installation;
  let engine: EngineProcess;
  before(async () => {
    place = await installed({ mailboxes: [ALICE] });
    engine = await startEngineProcess(place.env);
  });
  after(async () => {
    await engine?.stop();
    await place?.remove();
  });

  test("while it is there, mail is taken", async () => {
    assert.match(await deliver(engine), /^250 /);
  });

  test("without it SMTP says 451 or 421, IMAP NO or BYE, POP3 -ERR", async () => {
    await place.cluster.cluster.stop();
    assert.match(await deliver(engine), /^4[25]1 /);
    await transcript(
      { port: engine.port("imap"), timeoutMs: 15_000 },
      `
      S: * OK ...
      C: a1 LOGIN ${ALICE} "${PASSWORD}"
      S: a1 NO [UNAVAILABLE] ...`,
    );
    await transcript(
      { port: engine.port("pop3"), timeoutMs: 15_000 },
      `
      S: +OK ...
      C: USER ${ALICE}
      S: +OK ...
      C: PASS ${PASSWORD}
      S: -ERR [SYS/TEMP] ...`,
    );
    assert.equal(engine.child.exitCode, null, "the engine lives on");
  });

  test("when it is back, so are we, without a restart", async () => {
    await startCluster({ folder: place.cluster.folder });
    const end = Date.now() + RECOVERY_MS;
    let reply = await deliver(engine);
    while (!reply.startsWith("250") && Date.now() < end) {
      await delay(250);
      reply = await deliver(engine);
    }
    assert.match(reply, /^250 /);
    await transcript(
      { port: engine.port("imap"), timeoutMs: 10_000 },
      `
      S: * OK ...
      C: a1 LOGIN ${ALICE} "${PASSWORD}"
      S: a1 OK ...
      C: a2 STATUS INBOX (MESSAGES)
      S: * STATUS INBOX (MESSAGES 2)
      S: a2 OK ...`,
    );
  });
});

/** One delivery on a connection of its own: the reply that decided. */
async function deliver(engine: EngineProcess): Promise<string> {
  const client = await SmtpClient.open(engine.port("smtp"));
  try {
    return await client.send("sender@elsewhere.test", [ALICE], MESSAGE);
  } catch (error) {
    return /not taken: (?:[^|]*\| )*?(4\d\d [^|]*)/.exec(String(error))?.[1] ?? String(error);
  } finally {
    client.destroy();
  }
}
