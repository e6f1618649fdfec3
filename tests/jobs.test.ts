/**
 * Life of a job: asked for by lib/service as the console does, worked by real engines, seen in its row.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ImapFlow } from "imapflow";
import { dropSessions } from "../lib/jobs/definitions/drop-sessions.ts";
import { enqueue } from "../lib/jobs/job.ts";
import { freeAbandoned, renewLeases } from "../lib/jobs/leases.ts";
import { cliActor } from "../lib/service/actor.ts";
import { transact } from "../lib/service/context.ts";
import { getJob, requestTestMessage, type JobView } from "../lib/service/jobs.ts";
import { signOutAllDevices } from "../lib/service/mailboxes.ts";
import { PASSWORD, startTestEngine, type TestEngine } from "./support/engine.ts";

const ALICE = "alice@example.test";
const BOB = "bob@example.test";
const PATIENCE_MS = 15_000;

let one: TestEngine;
let two: TestEngine;
before(async () => {
  one = await startTestEngine({ mailboxes: [ALICE, BOB] });
  // One installation: the same secrets, or its keys would not open.
  const { secretKey } = one.engine.ctx.settings;
  two = await startTestEngine({ databaseUrl: one.databaseUrl, settings: { secretKey } });
});
after(async () => {
  await two?.stop();
  await one?.stop();
});

/** The job once it is over. */
async function finished(id: string): Promise<JobView> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const job = await getJob(one.services, cliActor, id);
    assert.ok(job);
    if (job.finishedAt || Date.now() > end) return job;
    await delay(50);
  }
}

async function signIn(engine: TestEngine, user: string) {
  const client = new ImapFlow({
    host: "127.0.0.1",
    port: engine.ports.imaps,
    secure: true,
    tls: { rejectUnauthorized: false },
    auth: { user, pass: PASSWORD },
    logger: false,
  });
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  client.on("error", () => undefined);
  await client.connect();
  return { client, closed };
}

async function jobOf(outcome: object): Promise<string> {
  assert.ok("jobId" in outcome, JSON.stringify(outcome));
  return String(outcome.jobId);
}

test("signing out all devices ends a mailbox's sessions on every engine, and nobody else's", async () => {
  const here = await signIn(one, ALICE);
  const there = await signIn(two, ALICE);
  const bystander = await signIn(two, BOB);
  const mailboxId = await one.mailboxId(ALICE);

  const asked = await signOutAllDevices(one.services, cliActor, { mailboxId });
  const job = await finished(await jobOf(asked));
  assert.equal(job.state, "done", String(job.error));
  assert.deepEqual(job.result, { sessions: 2, engines: 2 });
  await Promise.all([here.closed, there.closed]);
  assert.ok(bystander.client.usable, "bob stays");
  await bystander.client.logout();

  const again = await finished(
    await jobOf(await signOutAllDevices(one.services, cliActor, { mailboxId })),
  );
  assert.deepEqual(again.result, { sessions: 0, engines: 2 }, "twice ends nothing twice");
});

test("a test message to a mailbox of ours is stored once, however often the job runs", async () => {
  const input = { domain: "example.test", to: BOB, language: "zh" as const };
  const payload = { from: "postmaster@example.test", to: BOB, language: "zh" };
  const asked = await requestTestMessage(one.services, cliActor, input);
  const id = await jobOf(asked);
  const job = await finished(id);
  assert.equal(job.state, "done", String(job.error));
  assert.equal(job.result?.["outcome"], "delivered");
  assert.equal(job.done, 3);

  // As after a crash between the work and its mark: the queue hands it out again.
  const { pool } = one.engine.storage;
  await pool.query("update job set state = 'waiting', finished_at = null where id = $1", [id]);
  await pool.query(`select graphile_worker.add_job('mail.send-test.v1', $1::json, job_key => $2)`, [
    JSON.stringify({ jobId: id, payload }),
    id,
  ]);
  const again = await finished(id);
  assert.equal(again.state, "done", String(again.error));
  const inbox = await one.engine.ctx.store.findFolder(await one.mailboxId(BOB), "INBOX");
  assert.equal(inbox?.messages, 1);
});

test("a job whose engine was killed is taken up by another; without a try left it has failed", async () => {
  const mailboxId = await one.mailboxId(BOB);
  /** As the dead engine left it: running, its lock not renewed for a while. */
  const abandoned = (attempts: number) =>
    transact(one.services, async (tx) => {
      const origin = { subject: BOB, askedByName: "cli" };
      const id = await enqueue(tx, dropSessions, { mailboxId, reason: "test" }, origin);
      await tx.$executeRaw`update graphile_worker._private_jobs set attempts = ${attempts}::int,
        locked_by = 'worker-dead', locked_at = now() - interval '2 minutes' where key = ${id}`;
      await tx.$executeRaw`update job set state = 'running' where id = ${id}::uuid`;
      return id;
    });
  const [again, over] = [await abandoned(1), await abandoned(5)];
  await freeAbandoned(one.engine.storage.pool);
  assert.equal((await finished(again)).state, "done");
  const failed = await finished(over);
  assert.equal(failed.state, "failed");
  assert.equal(failed.error, "The engine was interrupted");
});

test("a job that is worked on keeps its lock", async () => {
  const { pool } = one.engine.storage;
  const { rows } = await pool.query<{ id: string }>(
    `select id from graphile_worker.add_job('nobody.works.this', '{}'::json)`,
  );
  const ids = rows.map(({ id }) => id);
  await pool.query(
    `update graphile_worker._private_jobs set locked_by = 'worker-slow',
      locked_at = now() - interval '2 minutes' where id = any($1::bigint[])`,
    [ids],
  );
  await renewLeases(pool, ids);
  await freeAbandoned(pool);
  const kept = await pool.query(
    "select 1 from graphile_worker.jobs where locked_by = 'worker-slow'",
  );
  assert.equal(kept.rowCount, 1);
});

test("a test message to nobody fails with a sentence, not with an internal error", async () => {
  const input = { domain: "example.test", to: "nobody@example.test", language: "en" as const };
  const asked = await requestTestMessage(one.services, cliActor, input);
  const job = await finished(await jobOf(asked));
  assert.equal(job.state, "failed");
  assert.match(String(job.error), /^Nobody here is called nobody@example\.test$/);
});
