/**
 * Twenty sessions on one mailbox, of two engines, all at once: whatever they do, the server never contradicts
 * itself, who follows by QRESYNC ends with the same folder, and the store is what it says it is.
 *
 *   HAMMER_SECONDS=180 SEED=7 npm test -- tests/imap/hammer.test.ts
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { checkStore } from "../../lib/storage/mail/check.ts";
import { PASSWORD, startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { Follower, wholeFolder } from "./hammer/follower.ts";
import { seeded, type Random } from "../support/random.ts";
import { FOLDERS, hammer } from "./hammer/worker.ts";
import { ALICE, imapEngine } from "./support.ts";

const SECONDS = Number(process.env["HAMMER_SECONDS"] ?? 5);
const WORKERS = 14;
const LOGIN = `${ALICE} "${PASSWORD}"`;

const engine = await imapEngine();
const second = await startTestEngine({ databaseUrl: engine.databaseUrl });
after(() => second.stop());

test(
  "twenty sessions at once, and all agree in the end",
  { timeout: SECONDS * 1000 + 120_000 },
  async (t) => {
    const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
    t.diagnostic(`SEED=${seed}`);
    const until = Date.now() + SECONDS * 1000;
    const port = (n: number) => (n % 2 === 0 ? engine : second).ports.imap;
    for (let i = 0; i < 20; i++) await engine.deliver(ALICE, `Subject: ${i}\r\n\r\nx\r\n`);

    const staying = await Promise.all(
      FOLDERS.map((name, at) => Follower.of(name, port(at), LOGIN)),
    );
    const returning = await Follower.of("INBOX", port(1), LOGIN);
    const commands = await Promise.all([
      ...Array.from({ length: WORKERS }, (_, n) =>
        hammer({ port: port(n), login: LOGIN, random: seeded(seed + n), until }),
      ),
      ...staying.map((one, n) => repeat(until, seeded(seed + 50 + n), (r) => one.listen(r(30)))),
      repeat(until, seeded(seed + 60), () => returning.comeBack()),
      repeat(until, seeded(seed + 70), () => pop3(engine.ports.pop3)),
      repeat(until, seeded(seed + 80), (r) =>
        engine.deliver(ALICE, `Subject: ${r(9)}\r\n\r\n${r(9)}\r\n`),
      ),
    ]);
    t.diagnostic(`${commands.reduce((sum, n) => sum + n)} commands`);

    for (const [at, one] of staying.entries()) await agrees(one, () => one.listen(1), port(at + 1));
    await agrees(returning, () => returning.comeBack(), port(0));
    for (const { wire } of [...staying, returning]) wire.close();
    assert.deepEqual(await checkStore(engine.engine.storage.pool), []);
  },
);

/**
 * Asked more than once: a session that was cut off may have had its last command under way. A change that
 * was not told is not told later either.
 */
async function agrees(one: Follower, ask: () => Promise<void>, port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    await ask();
    const [own, whole] = [sorted(one.copy), sorted(await wholeFolder(one.name, port, LOGIN))];
    if (isDeepStrictEqual(own, whole)) return;
    if (tries === TRIES) assert.deepEqual(own, whole, one.name);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const TRIES = 20;

const sorted = (copy: ReadonlyMap<number, string>) => [...copy].sort(([a], [b]) => a - b);

async function repeat(until: number, random: Random, what: (random: Random) => Promise<unknown>) {
  let times = 0;
  for (; Date.now() < until; times++) {
    await what(random);
    await new Promise((resolve) => setTimeout(resolve, random(40)));
  }
  return times;
}

/** Takes the first message away. */
const pop3 = (port: number) =>
  transcript(
    port,
    `
    S: +OK ...
    C: USER ${ALICE}
    S: +OK ...
    C: PASS ${PASSWORD}
    S: +OK ...
    C: STAT
    S: +OK ...
    C: DELE 1
    S: ...
    C: QUIT
    S: ...`,
  );
