import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signMessage } from "../../engine/outbound/sign.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { createPrisma } from "../../lib/storage/client.ts";
import { createWorld, type World } from "../outbound/world.ts";
import { until } from "../support/until.ts";
import { missingPostfix, startPostfix, type Postfix } from "../support/postfix.ts";
import { keysAreSeen } from "../support/signing.ts";

const skip = missingPostfix();
let world: World;
let postfix: Postfix;

before(async () => {
  if (skip) return;
  world = await createWorld();
  const certificate = await selfSigned(["mx.b.example"]);
  postfix = await startPostfix({ mailboxes: ["bob@b.example", "bjørn@b.example"], certificate });
  world.port = postfix.port;
  world.dns.zone["b.example"] = { MX: [{ preference: 10, exchange: "mx.b.example" }] };
  world.dns.zone["mx.b.example"] = { A: ["127.0.0.1"] };
  world.start();
});
after(async () => {
  if (skip) return;
  await world.reset();
  await postfix.stop();
  await world.close();
});

test(
  "a signed message with dots, long lines and eight bits lands in Postfix's Maildir as it left",
  { skip },
  async () => {
    const body = `.\r\n..\r\n.dot\r\nblåbær ${"x".repeat(900)}\r\n\r\nFrom here\r\n`;
    const message = `From: Ann <ann@a.example>\r\nTo: bob@b.example\r\nSubject: one\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@a.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${body}`;
    const bytes = Buffer.from(message);
    const source = {
      size: bytes.length,
      open: async function* () {
        yield bytes;
      },
    };
    await keysAreSeen(createPrisma(world.storage.pool), "a.example");
    const prefix = await signMessage(source, "a.example", world.storage.directory);
    assert.match(prefix.toString(), /^DKIM-Signature: /);
    const id = await world.submit(["bob@b.example"], { message, prefix, eightBit: true });
    await world.attempted(id);
    assert.deepEqual(await world.states(id), ["delivered 1 250 2.0.0"]);
    const [attempt] = await world.attempts(id);
    assert.equal(attempt?.tls?.protocol, "TLSv1.3");
    assert.match(attempt.transcript, /BODY=8BITMIME/);
    await until(() => postfix.inbox("bob@b.example").length > 0, "the Maildir");
    const [got = ""] = postfix.inbox("bob@b.example");
    const kept = Buffer.concat([prefix, bytes]).toString("latin1").replaceAll("\r\n", "\n");
    assert.ok(got.endsWith(kept), got.slice(0, 2000));
  },
);

test("Postfix's word on each recipient reaches the sender", { skip }, async () => {
  const id = await world.submit(["bob@b.example", "nobody@b.example"]);
  await world.attempted(id);
  assert.deepEqual(await world.states(id), ["delivered 1 250 2.0.0", "failed 1 550 5.1.1"]);
  const [notice = ""] = await world.inbox();
  assert.match(notice, /Status: 5\.1\.1\r\n/);
  assert.match(notice, /Remote-MTA: dns; mx\.b\.example\r\n/);
});

test(
  "SMTPUTF8 addresses pass, DSN parameters are taken, twenty messages share the line",
  { skip },
  async () => {
    const id = await world.submit([{ address: "bjørn@b.example", dsnNotify: "FAILURE" }], {
      smtputf8: true,
      dsnRet: "HDRS",
      dsnEnvid: "e+1",
    });
    const more: string[] = [];
    for (let n = 0; n < 20; n++) more.push(await world.submit(["bob@b.example"]));
    for (const one of [id, ...more]) await world.attempted(one);
    assert.deepEqual(await world.states(id), ["delivered 1 250 2.0.0"]);
    await until(() => postfix.inbox("bjørn@b.example").length === 1, "bjørn's mail");
    await until(() => postfix.inbox("bob@b.example").length === 22, "bob's mail");
  },
);
