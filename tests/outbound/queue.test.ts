import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { dkimVerify } from "mailauth";
import { createResolver } from "../../engine/dns/resolver.ts";
import { mailauthResolver } from "../../engine/dns/mailauth.ts";
import { createPrisma } from "../../lib/storage/client.ts";
import { signMessage } from "../../engine/outbound/sign.ts";
import { keysAreSeen } from "../support/signing.ts";
import { createWorld, makeMailbox, MESSAGE, type World } from "./world.ts";
import { until } from "../support/until.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let world: World;
before(async () => {
  world = await createWorld();
});
afterEach(() => world.reset());
after(() => world.close());

const refuse = (verb: string, reply: string) => (line: string) =>
  line.startsWith(verb) ? reply : null;

test("submitted mail arrives, signed with both keys of its domain, and the trace tells it", async () => {
  const peer = await world.peer();
  const { directory, pool } = world.storage;
  const prisma = createPrisma(pool);
  await keysAreSeen(prisma, "a.example");
  for (const key of await prisma.dkimKey.findMany()) {
    const type = key.algorithm === "ed25519_sha256" ? "ed25519" : "rsa";
    world.dns.zone[`${key.selector}._domainkey.a.example`] = {
      TXT: [`v=DKIM1; k=${type}; p=${key.publicKey}`],
    };
  }
  const source = {
    size: MESSAGE.length,
    open: async function* () {
      yield Buffer.from(MESSAGE);
    },
  };
  const prefix = await signMessage(source, "a.example", directory);
  world.start();
  const id = await world.submit(["bob@b.example"], { prefix });
  await world.attempted(id);

  const [got] = peer.messages;
  assert.ok(got);
  assert.ok(got.bytes.toString().endsWith(MESSAGE));
  const resolver = mailauthResolver(createResolver({ servers: [world.dns.address] }));
  const { results } = await dkimVerify(got.bytes, { resolver } as never);
  assert.deepEqual(
    results.map(({ status }) => status.result),
    ["pass", "pass"],
  );
  assert.deepEqual(results.map(({ algo }) => algo).sort(), ["ed25519-sha256", "rsa-sha256"]);
  assert.deepEqual(await world.states(id), ["delivered 1 250 2.0.0"]);
  assert.deepEqual(await world.events(id), ["delivery.attempted", "delivery.succeeded"]);
  const [attempt] = await world.attempts(id);
  assert.equal(attempt?.mx, "mx.b.example");
  assert.match(attempt.transcript, /C: DATA\nS: 354 Go on\n-- message sent/);
});

test("a temporary failure is tried again when the schedule says, no sooner", async () => {
  let busy = true;
  const peer = await world.peer({
    on: (line) => (busy && line.startsWith("RCPT") ? "451 4.7.1 Greylisted" : null),
  });
  world.start();
  const id = await world.submit(["bob@b.example"]);
  await world.attempted(id);
  assert.deepEqual(await world.states(id), ["waiting 1 451 4.7.1"]);
  const [row] = await world.recipients(id);
  assert.ok(row && row.wait >= 4.4 && row.wait <= 5.6, `waits ${row?.wait} minutes`);

  world.clock.advance(2 * MINUTE);
  const before = peer.connections;
  world.clock.advance(4 * MINUTE);
  await world.attempted(id, 2);
  assert.equal(peer.connections, before + 1);
  assert.deepEqual(await world.states(id), ["waiting 2 451 4.7.1"]);

  busy = false;
  world.clock.advance(12 * MINUTE);
  await world.attempted(id, 3);
  assert.deepEqual(await world.states(id), ["delivered 3 250 2.0.0"]);
  assert.equal(peer.messages.length, 1);
  assert.deepEqual(await world.inbox(), []);
});

test("recipients of one domain share a transaction; another domain has its own", async () => {
  const b = await world.peer();
  const c = await world.peer({}, "c.example");
  world.start();
  const id = await world.submit(["bob@b.example", "carl@c.example", "bill@b.example"]);
  await world.attempted(id, 2);
  assert.deepEqual(b.messages[0]?.rcpts, ["RCPT TO:<bob@b.example>", "RCPT TO:<bill@b.example>"]);
  assert.deepEqual(c.messages[0]?.rcpts, ["RCPT TO:<carl@c.example>"]);
});

test("one slow domain does not hold another", async () => {
  await world.peer({ on: (line) => (line.startsWith("MAIL") ? "hang" : null) }, "slow.example");
  const quick = await world.peer({}, "quick.example");
  world.start({ perDestination: 2, graceMs: 50 });
  for (let n = 0; n < 12; n++) await world.submit([`u${n}@slow.example`]);
  const ids = await Promise.all([1, 2, 3].map((n) => world.submit([`u${n}@quick.example`])));
  for (const id of ids) await world.attempted(id);
  assert.equal(quick.messages.length, 3);
  assert.ok((world.peers[0]?.connections ?? 99) <= 2, "and the slow one is not crowded");
});

test("what a slow destination has no room for is given back untried", async () => {
  const peer = await world.peer({ on: (line) => (line.startsWith("MAIL") ? "hang" : null) });
  world.start({ perDestination: 1, maxWaitMs: 30, graceMs: 50 });
  const ids = await Promise.all([1, 2, 3, 4].map((n) => world.submit([`u${n}@b.example`])));
  await until(() => peer.lines.some((line) => line.startsWith("MAIL")), "MAIL");
  await new Promise((resolve) => setTimeout(resolve, 50));
  world.clock.advance(61_000); // the poll
  await until(async () => {
    const rows = (await Promise.all(ids.map((id) => world.recipients(id)))).flat();
    return rows.filter(({ attempts }) => attempts === 0).length === 3;
  }, "three of four given back");
  assert.equal(peer.connections, 1);
});

test("an engine that dies between claim and finish: the lease ends, the message goes out again", async () => {
  const peer = await world.peer();
  const id = await world.submit(["bob@b.example"]);
  const batches = await world.storage.queue.claim({
    ...{ worker: "dead", now: world.clock.now(), limit: 10, busy: [] },
    nextAttempt: (_, now) => new Date(now.getTime() + 5 * MINUTE),
  });
  assert.equal(batches.length, 1); // … and never heard of again

  world.start();
  world.clock.advance(10 * MINUTE); // next attempt is due, the lease is not over
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(peer.messages.length, 0);
  world.clock.advance(25 * MINUTE);
  await world.attempted(id);
  assert.deepEqual(await world.states(id), ["delivered 2 250 2.0.0"]);
});

test("a stopping engine lets deliveries end; what hangs is given back, due at once", async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const peer = await world.peer({
    on: async (line) => {
      if (line.startsWith("MAIL")) await gate;
      return null;
    },
  });
  const worker = world.start({ graceMs: 5_000 });
  const id = await world.submit(["bob@b.example"]);
  await until(() => peer.lines.some((line) => line.startsWith("MAIL")), "MAIL");
  const stopped = worker.stop();
  release();
  await stopped;
  assert.deepEqual(await world.states(id), ["delivered 1 250 2.0.0"]);

  peer.script = { on: refuse("MAIL", "hang") };
  const hasty = world.start({ graceMs: 50 });
  const hung = await world.submit(["bob@b.example"]);
  await until(() => peer.lines.filter((line) => line.startsWith("MAIL")).length > 1, "MAIL");
  await hasty.stop();
  assert.deepEqual(await world.states(hung), ["waiting 0 null null"]);
  peer.script = {};
  world.start();
  await world.attempted(hung);
  assert.deepEqual(await world.states(hung), ["delivered 1 250 2.0.0"]);
});

test("a database that stumbles after the peer's 250: recorded all the same, sent once", async () => {
  const peer = await world.peer();
  const { queue } = world.storage;
  let stumbles = 1;
  const shaky = Object.assign(Object.create(queue) as typeof queue, {
    finish: (...args: Parameters<typeof queue.finish>) =>
      stumbles-- > 0 ? Promise.reject(new Error("gone for a moment")) : queue.finish(...args),
  });
  for (const method of ["claim", "nextDue", "onWork", "giveBack"] as const) {
    Object.assign(shaky, { [method]: queue[method].bind(queue) }); // private fields want the real one
  }
  world.start({}, { ...world.storage, queue: shaky });
  const id = await world.submit(["bob@b.example"]);
  await world.attempted(id);
  assert.deepEqual(await world.states(id), ["delivered 1 250 2.0.0"]);
  assert.equal(peer.messages.length, 1);
});

test("two engines on one database never send a message twice, and lose none", async (t) => {
  const peer = await world.peer();
  const other = await world.newStorage();
  const workers = [world.start({ worker: "one" }), world.start({ worker: "two" }, other)];
  t.after(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await other.close();
  });
  const ids: string[] = [];
  for (let n = 0; n < 30; n++) ids.push(await world.submit([`u${n}@b.example`]));
  // On a busy machine one may be put off: it has its next attempt, and still arrives once.
  await until(async () => {
    world.clock.advance(MINUTE / 2);
    const states = await Promise.all(ids.map((id) => world.states(id)));
    return states.flat().every((state) => state.startsWith("delivered"));
  }, "30 deliveries");
  const seen = peer.messages.flatMap(({ rcpts }) => rcpts);
  assert.deepEqual(seen.sort(), ids.map((_, n) => `RCPT TO:<u${n}@b.example>`).sort());
});

test("no mail server, null MX, no domain: final at the first attempt", async () => {
  world.dns.zone["null.example"] = { MX: [{ preference: 0, exchange: "." }] };
  world.dns.zone["bare.example"] = {};
  world.start();
  const id = await world.submit(["a@null.example", "b@bare.example", "c@gone.example"]);
  await world.attempted(id, 3);
  assert.deepEqual(await world.states(id), [
    "failed 1 556 5.1.10",
    "failed 1 550 5.4.4",
    "failed 1 550 5.1.2",
  ]);
});

test("a domain that became ours is stored here and never dialled", async () => {
  const peer = await world.peer({}, "late.example");
  const id = await world.submit([
    { address: "eve@late.example", dsnNotify: "SUCCESS" },
    { address: "nobody@late.example", dsnNotify: "NEVER" },
  ]);
  const eve = await makeMailbox(world.storage, "eve", "late.example");
  world.start();
  await world.attempted(id);
  assert.deepEqual(await world.states(id), ["delivered 1 250 2.1.5", "failed 1 550 5.1.1"]);
  const [got] = await world.inbox(eve);
  assert.equal(got, `Return-Path: <ann@a.example>\r\n${MESSAGE}`);
  const [notice = "", ...more] = await world.inbox();
  assert.match(
    notice,
    /Final-Recipient: rfc822; eve@late\.example\r\nAction: delivered\r\nStatus: 2\.1\.5\r\n/,
  );
  assert.equal(more.length, 0);
  assert.equal(peer.connections, 0);
});

test("a domain that became ours: a mailbox with as many messages as it may keep is tried again", async () => {
  const eve = await makeMailbox(world.storage, "eve", "later.example");
  world.start();
  await world.attempted(await world.submit(["eve@later.example"]));
  const limit = (sql: string) =>
    world.storage.pool.query(`UPDATE mailbox SET quota_messages = ${sql} WHERE id = $1`, [eve]);
  await limit("1");
  const id = await world.submit(["eve@later.example"]);
  await world.attempted(id);
  assert.deepEqual(await world.states(id), ["waiting 1 452 4.2.2"]);
  assert.equal((await world.inbox(eve)).length, 1);

  await limit("NULL");
  world.clock.advance(6 * MINUTE);
  await world.attempted(id, 2);
  assert.deepEqual(await world.states(id), ["delivered 2 250 2.1.5"]);
  assert.equal((await world.inbox(eve)).length, 2);
});

test("REQUIRETLS without a way to keep the promise: the sender hears, nothing is sent", async () => {
  const peer = await world.peer();
  world.start();
  const id = await world.submit(["bob@b.example"], { requireTls: true });
  await world.attempted(id);
  assert.deepEqual(await world.states(id), ["failed 1 550 5.7.30"]);
  assert.equal(peer.messages.length, 0);
  assert.equal((await world.inbox()).length, 1);
});

// ── Notices ─────────────────────────────────────────────────────────────────────────────────────

/** The fields of a notice's machine-readable part, groups separated by empty lines. */
function statusGroups(notice: string): Record<string, string>[] {
  const [, part = ""] = notice.split(/Content-Type: message\/(?:global-)?delivery-status\r\n\r\n/);
  const groups = part.split("\r\n--")[0]?.trimEnd().split("\r\n\r\n") ?? [];
  return groups.map((group) =>
    Object.fromEntries(
      group
        .replace(/\r\n[ \t]/g, " ")
        .split("\r\n")
        .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
    ),
  );
}

test("a final failure: a notice in the sender's INBOX that people and programs can read", async () => {
  await world.peer({ on: refuse("RCPT", "550 5.1.1 No such user\u00e9 here") });
  world.start();
  const id = await world.submit(
    [{ address: "bob@b.example", dsnOrcpt: "rfc822;b+2Bb@b.example" }],
    {
      dsnEnvid: "job 42",
    },
  );
  await world.attempted(id);
  const [notice = "", ...more] = await world.inbox();
  assert.equal(more.length, 0);
  assert.match(
    notice,
    /^Return-Path: <>\r\nFrom: Mail delivery <mailer-daemon@mx\.posthorn\.test>\r\nTo: ann@a\.example\r\n/,
  );
  assert.match(notice, /\r\nAuto-Submitted: auto-replied\r\n/);
  assert.match(notice, /could not be delivered to:\r\n\r\n {2}bob@b\.example\r\n/);
  assert.match(notice, /The server mx\.b\.example answered:\r\n/);
  const [message, recipient] = statusGroups(notice);
  assert.equal(message?.["Reporting-MTA"], "dns; mx.posthorn.test");
  assert.equal(message?.["Original-Envelope-Id"], "job 42");
  assert.equal(recipient?.["Original-Recipient"], "rfc822;b+b@b.example");
  assert.equal(recipient?.["Final-Recipient"], "rfc822; bob@b.example");
  assert.equal(recipient?.["Action"], "failed");
  assert.equal(recipient?.["Status"], "5.1.1");
  assert.equal(recipient?.["Remote-MTA"], "dns; mx.b.example");
  assert.equal(recipient?.["Diagnostic-Code"], "smtp; 550 5.1.1 No such user? here");
  assert.match(
    notice,
    /Content-Type: text\/rfc822-headers\r\n\r\nFrom: Ann[^]*Subject: greetings\r\n\r\n--/,
  );
  assert.doesNotMatch(notice, /hello/);
  assert.deepEqual(await world.partTypes(), [
    "multipart/report",
    "text/plain",
    "message/delivery-status",
    "text/rfc822-headers",
  ]);
  assert.deepEqual(await world.events(id), ["delivery.attempted", "delivery.failed", "dsn.sent"]);
});

test("RET=FULL brings the message back, within reason", async () => {
  await world.peer({ on: refuse("DATA", "554 5.7.1 No") });
  world.start();
  await world.attempted(await world.submit(["bob@b.example"], { dsnRet: "FULL" }));
  const large = MESSAGE + "filler line of text\r\n".repeat(20_000);
  await world.attempted(await world.submit(["bob@b.example"], { dsnRet: "FULL", message: large }));
  const [full = "", headers = ""] = await world.inbox();
  assert.ok(full.includes(`Content-Type: message/rfc822\r\n\r\n${MESSAGE}\r\n--`));
  assert.match(headers, /Content-Type: text\/rfc822-headers/);
  assert.ok(headers.length < 5_000);
});

test("a delay is told once, after hours, with the moment we give up; then the failure", async () => {
  await world.peer({ on: refuse("RCPT", "451 4.3.0 Not now") });
  world.start();
  const id = await world.submit(["bob@b.example"], { age: 4 * 60 * MINUTE });
  await world.attempted(id);
  const [delay = ""] = await world.inbox();
  const [, recipient] = statusGroups(delay);
  assert.equal(recipient?.["Action"], "delayed");
  assert.equal(recipient?.["Status"], "4.3.0");
  const until = new Date(recipient?.["Will-Retry-Until"] ?? 0).getTime();
  const expected = world.clock.now().getTime() - 4 * 60 * MINUTE + 5 * DAY;
  assert.ok(Math.abs(until - expected) < 2_000);
  assert.match(delay, /You need not send it again/);

  world.clock.advance(6 * MINUTE);
  await world.attempted(id, 2);
  assert.equal((await world.inbox()).length, 1);

  const old = await world.submit(["old@b.example"], { age: 5 * DAY });
  await world.attempted(old);
  assert.deepEqual(await world.states(old), ["failed 1 451 4.4.7"]);
  const [, failed] = statusGroups((await world.inbox())[1] ?? "");
  assert.deepEqual([failed?.["Action"], failed?.["Status"]], ["failed", "4.4.7"]);
  assert.match(
    failed?.["Diagnostic-Code"] ?? "",
    /Given up after 1 attempts; the last one: Not now/,
  );
});

test("NOTIFY is honoured: never, only success, relayed when the next server has no DSN", async () => {
  await world.peer({ on: (line) => (line.includes("no@") ? "550 5.1.1 No" : null) });
  await world.peer({ ehlo: ["DSN"] }, "dsn.example");
  world.start();
  const id = await world.submit([
    { address: "no@b.example", dsnNotify: "NEVER" },
    { address: "also-no@b.example", dsnNotify: "SUCCESS,DELAY" },
    { address: "yes@b.example", dsnNotify: "SUCCESS" },
    { address: "yes@dsn.example", dsnNotify: "SUCCESS" },
    { address: "quiet@b.example" },
  ]);
  await world.attempted(id, 2);
  const notices = await world.inbox();
  assert.equal(notices.length, 1);
  const [, recipient, ...more] = statusGroups(notices[0] ?? "");
  assert.equal(more.length, 0);
  assert.equal(recipient?.["Final-Recipient"], "rfc822; yes@b.example");
  assert.equal(recipient?.["Action"], "relayed");
});

test("the null reverse-path hears nothing; a sender elsewhere gets the notice by mail", async () => {
  await world.peer({ on: refuse("RCPT", "550 5.1.1 No") });
  const author = await world.peer({}, "author.example");
  world.start();
  const bounce = await world.submit(["bob@b.example"], { reversePath: "", mailboxId: null });
  await world.attempted(bounce);
  const forwarded = await world.submit(["bob@b.example"], {
    reversePath: "zoe@author.example",
    mailboxId: null,
  });
  await world.attempted(forwarded);
  await until(() => author.messages.length > 0, "the notice");
  assert.equal(author.messages[0]?.mail, "MAIL FROM:<>");
  assert.deepEqual(author.messages[0].rcpts, ["RCPT TO:<zoe@author.example>"]);
  assert.match(author.messages[0].bytes.toString(), /^From: Mail delivery/);
  assert.deepEqual(await world.inbox(), []);
});

test("words of another server cannot become fields of a notice", async () => {
  await world.peer({
    on: refuse("RCPT", "550-5.1.1 one\r\n550 5.1.1 Final-Recipient: rfc822; eve@e.example"),
  });
  world.start();
  await world.attempted(await world.submit(["bob@b.example"]));
  const [, recipient, ...more] = statusGroups((await world.inbox())[0] ?? "");
  assert.equal(more.length, 0);
  assert.equal(recipient?.["Final-Recipient"], "rfc822; bob@b.example");
});

test("addresses that are not ASCII: the notice speaks UTF-8 (RFC 6533)", async () => {
  await world.peer({ ehlo: ["SMTPUTF8"], on: refuse("RCPT", "550 5.1.1 Ukjent bruker bjørn") });
  world.start();
  await world.attempted(await world.submit(["bjørn@b.example"], { smtputf8: true }));
  const [notice = ""] = await world.inbox();
  assert.match(notice, /Content-Type: message\/global-delivery-status/);
  const [, recipient] = statusGroups(notice);
  assert.equal(recipient?.["Final-Recipient"], "utf-8; bjørn@b.example");
});

test("a sender whose mail arrives elsewhere gets the notice there; mail for the domain goes by MX too", async () => {
  const { pool } = world.storage;
  const modeIs = (mode: string) => pool.query("UPDATE domain SET mode = $1", [mode]);
  const queued = async () =>
    (
      await pool.query<{ address: string }>(
        `SELECT r.address FROM queue_message m JOIN queue_recipient r ON r.message_id = m.id
         WHERE m.reverse_path = ''`,
      )
    ).rows.map(({ address }) => address);
  await modeIs("send");
  try {
    const peer = await world.peer({ on: refuse("RCPT TO:<bob@", "550 5.1.1 No such user") });
    world.dns.zone["a.example"] = { MX: [{ preference: 10, exchange: "mx.b.example" }] };
    world.start();
    const id = await world.submit(["bob@b.example", "ann@a.example"]);
    await world.attempted(id, 2);
    await until(async () => (await world.states(id)).includes("delivered 1 250 2.0.0"), "by MX");
    assert.ok(peer.lines.some((line) => line.startsWith("RCPT TO:<ann@a.example>")));
    await until(
      async () =>
        peer.messages.some(({ mail, rcpts }) => mail.includes("<>") && rcpts.length === 1) ||
        (await queued()).includes("ann@a.example"),
      "the notice is on its way",
    );
    assert.deepEqual(await world.inbox(), [], "nothing is stored here");
  } finally {
    await modeIs("full");
  }
});
