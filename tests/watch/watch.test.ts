/** The watch over a domain, from its first look to a mail about what broke and one about its recovery. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { cliActor } from "../../lib/service/actor.ts";
import { transferDecoder } from "../../lib/codec/mime/transfer.ts";
import { newId } from "../../lib/mail/ids.ts";
import {
  acceptDeviation,
  checkNow,
  listAlarms,
  listChanges,
  markViewed,
} from "../../lib/service/dns-checks.ts";
import { DOMAIN, startWatchWorld } from "./world.ts";
import { eventually } from "../support/storage.ts";
import { startTestEngine } from "../support/engine.ts";

const world = await startWatchWorld();
after(() => world.stop());
const { zone, engine, domainId } = world;
const { prisma } = engine.services;
const alarms = async (state: "open" | "closed" | "any" = "open") =>
  (await listAlarms(engine.services, cliActor, { state })).rows.map(({ key }) => key);

test("before anything is published the records are waited for, not called missing", async () => {
  const checks = await world.look();
  assert.equal(checks.get("mx")?.verdict, "waiting");
  assert.equal(checks.get("spf")?.verdict, "waiting");
  assert.ok((checks.get("mx")?.answers.length ?? 0) >= 3, "two authorities and the resolver");
  assert.deepEqual(await alarms(), []);
});

test("what is published is right at the next look, and the change is history", async () => {
  await world.publish();
  const checks = await world.look();
  for (const key of ["mx", "dmarc", "mtaStsPolicy", "tlsReports"])
    assert.equal(checks.get(key)?.verdict, "ok", `${key}: ${JSON.stringify(checks.get(key))}`);
  const changes = await listChanges(engine.services, cliActor, { name: DOMAIN });
  const mx = changes?.rows.find(({ key }) => key === "mx");
  assert.deepEqual([mx?.verdictBefore, mx?.verdict], ["waiting", "ok"]);
});

test("keys that DNS shows begin to sign", async () => {
  const states = async () => {
    const keys = await prisma.dkimKey.findMany({ where: { domainId }, select: { state: true } });
    return keys.map(({ state }) => state).join();
  };
  // They move on after the look was kept.
  await eventually(async () => (await states()) === "signing,signing", "both keys sign");
});

test("servers that fail make nothing red: could not check, the last good answer stays visible", async () => {
  for (const name of ["one", "two"]) world.authorities.one(name).mood = "servfail";
  world.resolver.failures.set(`${DOMAIN} MX`, "servfail");
  const checks = await world.look();
  assert.equal(checks.get("mx")?.verdict, "unknown");
  assert.deepEqual(checks.get("mx")?.found, ["10 mx.posthorn.test"]);
  for (const name of ["one", "two"]) world.authorities.one(name).mood = "good";
  world.resolver.failures.clear();
  assert.equal((await world.look()).get("mx")?.verdict, "ok");
  assert.deepEqual(await alarms("any"), []);
});

test("a regression is confirmed by a second look minutes later before anybody is told", async () => {
  const right = zone[DOMAIN]?.MX ?? [];
  zone[DOMAIN] = { ...zone[DOMAIN], MX: [{ preference: 10, exchange: "mx.elsewhere.example" }] };
  assert.equal((await world.look()).get("mx")?.verdict, "changed");
  assert.deepEqual(await alarms(), [], "seen once");
  await world.look();
  assert.deepEqual(await alarms(), [], "seen twice within a minute");
  assert.equal((await world.mails(0)).length, 0);
  await world.age(5);
  await world.look();
  assert.deepEqual(await alarms(), ["mx"]);
  const [mail = ""] = await world.mails(1);
  assert.match(mail, /^Subject: ours\.example: a check has failed\r$/m);
  assert.match(mail, /^From: Posthorn <postmaster@mx\.posthorn\.test>\r$/m);
  assert.match(mail, /^Auto-Submitted: auto-generated\r$/m);
  assert.match(mail, /before: 10 mx\.posthorn\.test/);
  assert.match(mail, /now: 10 mx\.elsewhere\.example/);
  assert.match(mail, /^Look at it: https:\/\/mx\.posthorn\.test\/alarms\?q=3Dours\.example\r$/m);
  await world.look();

  zone[DOMAIN] = { ...zone[DOMAIN], MX: right };
  assert.equal((await world.look()).get("mx")?.verdict, "ok");
  assert.deepEqual([await alarms(), await alarms("closed")], [[], ["mx"]]);
  const [, recovery = "", ...more] = await world.mails(2);
  assert.deepEqual(more, [], "told once of each");
  assert.match(recovery, /^Subject: ours\.example: right again\r$/m);
  assert.match(recovery, /\/alarms\?q=3?D?ours\.example&state=3?D?closed\r$/m);
  const id = /^Message-ID: (<[^>]+>)\r$/m.exec(mail)?.[1] ?? "none";
  assert.ok(recovery.includes(`References: ${id}`), "the thread continues");
});

test("what a person accepted is not alarmed about, until it becomes something else", async () => {
  zone[DOMAIN] = { ...zone[DOMAIN], MX: [{ preference: 10, exchange: "filter.example" }] };
  await world.look();
  const acceptance = { subject: DOMAIN, key: "mx", note: "A filter stands in front" };
  assert.equal(await acceptDeviation(engine.services, cliActor, acceptance), "done");
  assert.equal((await world.look()).get("mx")?.verdict, "accepted");
  await world.age(10);
  await world.look();
  assert.deepEqual(await alarms(), []);
  zone[DOMAIN] = { ...zone[DOMAIN], MX: [{ preference: 10, exchange: "thief.example" }] };
  assert.equal((await world.look()).get("mx")?.verdict, "changed");
  await world.publish();
  assert.equal((await world.look()).get("mx")?.verdict, "ok");
});

test("an open page is looked at every fifteen seconds at most; a closed one as planned", async () => {
  await markViewed(engine.services, cliActor, DOMAIN);
  await world.look();
  const open = await prisma.dnsWatch.findFirstOrThrow({ where: { domainId } });
  const wait = open.nextAt.getTime() - (open.checkedAt?.getTime() ?? 0);
  assert.ok(wait > 14_000 && wait <= 15_000, String(wait));
  await prisma.dnsWatch.updateMany({ where: { domainId }, data: { viewedUntil: null } });
  await world.look();
  const closed = await prisma.dnsWatch.findFirstOrThrow({ where: { domainId } });
  assert.ok(closed.nextAt.getTime() - Date.now() > 30_000);
});

test("a second engine shares the work, and the lease of a dead one is taken over", async () => {
  const { databaseUrl } = engine;
  const other = await startTestEngine({ ...world.settings(), databaseUrl });
  try {
    world.authorities.forget();
    await world.look();
    const asked = world.authorities
      .one("one")
      .asked.filter((one) => one.startsWith(`${DOMAIN} MX`));
    assert.equal(asked.length, 1, "one engine looked");
    await prisma.dnsWatch.updateMany({
      where: { domainId },
      data: { leasedBy: "dead", leasedUntil: new Date(Date.now() - 1_000) },
    });
    await world.look();
    const row = await prisma.dnsWatch.findFirstOrThrow({ where: { domainId } });
    assert.equal(row.leasedBy, null);
  } finally {
    await other.stop();
  }
});

test("a mail about the server's certificate leads to the page of certificates", async () => {
  const { length } = await world.mails(0);
  // Of a kind that no look closes, so that it is there to be told of.
  const about = { key: "certificate:mx.posthorn.test", kind: "certificate", verdict: "missing" };
  const found = { before: [], after: [], reasons: [], openedAt: new Date() };
  await prisma.alarm.create({ data: { id: newId(), domainId: null, ...about, ...found } });
  await checkNow(engine.services, cliActor, { subject: null });
  const mails = await world.mails(length + 1);
  const mail = mails.find((text) => text.includes("Subject: mx.posthorn.test: a check has failed"));
  // As people read it: an encoded line may be broken anywhere.
  const read = transferDecoder("quoted-printable")?.push(Buffer.from(mail ?? "none"));
  const told = /^Look at it: https:\/\/mx\.posthorn\.test\/system\/certificates\r$/m;
  assert.match(String(read), told);
});

test("a domain that is switched off is not looked at", async () => {
  await prisma.domain.update({ where: { id: domainId }, data: { disabledAt: new Date() } });
  await assert.rejects(world.look(1_500), /nobody looked/);
  await prisma.domain.update({ where: { id: domainId }, data: { disabledAt: null } });
});
