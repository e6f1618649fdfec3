/** Signing keys: who may see and change them, and what is refused. How they move on: tests/keys. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { cliActor, type Actor } from "../../lib/service/actor.ts";
import {
  addKeys,
  deleteKey,
  getSigningKeys,
  importKey,
  revokeKey,
} from "../../lib/service/dkim-keys.ts";
import { cancelRotation, setKeySettings, startRotation } from "../../lib/service/dkim-rotation.ts";
import { getDomainRecords } from "../../lib/service/domains.ts";
import { AddKeys, ImportKey, KeySettingsForm } from "../../lib/schemas/keys.ts";
import { keysAreSeen } from "../support/signing.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const domain = "ours.example";
const domainId = await newDomain(runtime, domain);
const otherId = await newDomain(runtime, "other.example");

const keysOf = async (name = domain) => (await getSigningKeys(ctx, cliActor, name))?.keys ?? [];
const idOf = async (selector: string) =>
  (await keysOf()).find((key) => key.selector === selector)?.id ?? "";
const pemOf = (bits: number) =>
  generateKeyPairSync("rsa", { modulusLength: bits })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
const audits = async (action: string) =>
  ctx.prisma.auditEntry.findMany({ where: { action }, orderBy: { at: "desc" } });
const importing = (selector: string, privateKey: string) =>
  importKey(ctx, cliActor, ImportKey.parse({ domain, selector, privateKey }));

test("the admin of the domain may; an auditor reads; others see nothing", async () => {
  const admin = await person(runtime, "domain_admin", domainId);
  const auditor = await person(runtime, "auditor", domainId);
  const other = await person(runtime, "domain_admin", otherId);
  const mailbox: Actor = { ...cliActor, grants: [], kind: "mailbox", id: domainId };

  assert.equal((await getSigningKeys(ctx, admin, domain))?.mayWrite, true);
  assert.equal((await getSigningKeys(ctx, auditor, domain))?.mayWrite, false);
  for (const actor of [other, mailbox])
    assert.equal(await getSigningKeys(ctx, actor, domain), null);

  const keyId = (await keysOf())[0]?.id ?? "";
  const before = await keysOf();
  for (const actor of [auditor, other, mailbox]) {
    const ref = { domain, keyId, confirm: domain };
    const nothing = { outcome: "notFound" };
    const input = AddKeys.parse({ domain, kind: "pair" });
    assert.deepEqual(await addKeys(ctx, actor, input), nothing);
    const mine = ImportKey.parse({ domain, selector: "x", privateKey: pemOf(2048) });
    assert.deepEqual(await importKey(ctx, actor, mine), nothing);
    assert.equal(await revokeKey(ctx, actor, ref), "notFound");
    assert.equal(await deleteKey(ctx, actor, ref), "notFound");
    assert.deepEqual(await startRotation(ctx, actor, { domain, bits: 2048 }), nothing);
    assert.equal(await cancelRotation(ctx, actor, { domain, rotationId: keyId }), "notFound");
    const settings = KeySettingsForm.parse({ domain, mode: "txt", rotateDays: "" });
    assert.equal(await setKeySettings(ctx, actor, settings), "notFound");
  }
  assert.deepEqual(await keysOf(), before);
  // A key is found in its own domain alone.
  assert.equal(
    await revokeKey(ctx, cliActor, { domain: "other.example", keyId, confirm: "" }),
    "notFound",
  );
});

test("the private half is never given out, and nothing of it is told", async () => {
  const pem = pemOf(2048);
  assert.deepEqual(await importing("theirs", pem), { outcome: "done", selector: "theirs" });
  const view = JSON.stringify(await getSigningKeys(ctx, cliActor, domain));
  assert.doesNotMatch(view, /private/i);
  const [line] = await audits("dkim.import");
  const secret = pem.split("\n")[3]?.slice(0, 20) ?? "";
  assert.equal(secret.length, 20);
  assert.ok(!JSON.stringify(line).includes(secret), "the line does not tell the key");
  const row = await ctx.prisma.dkimKey.findFirstOrThrow({
    where: { selector: "theirs" },
    select: { id: true, privateKey: true, source: true, state: true },
  });
  assert.deepEqual([row.source, row.state], ["imported", "publishing"]);
  assert.ok(ctx.secrets.canOpen(row.privateKey, `dkim:${row.id}`));
});

test("1024 bits are refused; 3072 and 4096 are not; the same key or selector twice is", async () => {
  assert.deepEqual(await importing("short", pemOf(1024)), {
    ...{ outcome: "badKey", problem: "tooShort" },
  });
  assert.ok(!AddKeys.safeParse({ domain, kind: "rsa", bits: "1024" }).success);
  const added = await addKeys(ctx, cliActor, AddKeys.parse({ domain, kind: "rsa", bits: "3072" }));
  assert.equal(added.outcome, "done");
  const pem = pemOf(4096);
  assert.equal((await importing("long", pem)).outcome, "done");
  assert.equal((await importing("again", pem)).outcome, "keyTaken");
  assert.equal((await importing("LONG", pemOf(2048))).outcome, "selectorTaken");
  const keyId = await idOf("long");
  assert.equal(await deleteKey(ctx, cliActor, { domain, keyId, confirm: "" }), "done");
  assert.equal((await importing("long", pem)).outcome, "selectorTaken", "a used one stays used");
});

test("revoking stops the signing at once, and the record is to be empty", async () => {
  const name = "revoked.example";
  await newDomain(runtime, name);
  await keysAreSeen(ctx.prisma, name);
  const [rsa, ed] = await keysOf(name);
  assert.ok(rsa && ed);
  const revoke = (keyId: string, confirm = "") =>
    revokeKey(ctx, cliActor, { domain: name, keyId, confirm });

  assert.equal(await revoke(ed.id), "done");
  assert.equal(await revoke(ed.id), "already");
  const records = (await getDomainRecords(ctx, cliActor, name))?.records ?? [];
  const text = records.find(({ id }) => id === `dkim:${ed.selector}`)?.text;
  assert.equal(text, "v=DKIM1; k=ed25519; p=");
  assert.equal(await revoke(rsa.id), "confirmDomain", "nothing else signs");
  assert.equal(await revoke(rsa.id, "Revoked.example"), "done");
  assert.deepEqual(
    (await keysOf(name)).map(({ state }) => state),
    ["retiring", "retiring"],
  );
});

test("a key that signs is deleted only by who types its name", async () => {
  const name = "deleted.example";
  await newDomain(runtime, name);
  await keysAreSeen(ctx.prisma, name);
  const [rsa, ed] = await keysOf(name);
  assert.ok(rsa && ed);
  const remove = (keyId: string, confirm = "") =>
    deleteKey(ctx, cliActor, { domain: name, keyId, confirm });
  assert.equal(await remove(ed.id), "confirmSelector");
  assert.equal(await remove(ed.id, name), "confirmSelector");
  assert.equal(await remove(ed.id, ed.selector), "done");
  assert.equal(await remove(ed.id, ed.selector), "notFound");
  assert.equal(await remove(rsa.id, rsa.selector), "confirmDomain");
  assert.equal(await remove(rsa.id, name), "done");
  const rows = await ctx.prisma.dkimKey.findMany({
    where: { domain: { name } },
    select: { privateKey: true },
  });
  assert.deepEqual(
    rows.map(({ privateKey }) => privateKey.length),
    [0, 0],
    "the private halves are gone",
  );
});

test("one rotation at a time; taken back before it signs, nothing has happened", async () => {
  const name = "turning.example";
  await newDomain(runtime, name);
  await keysAreSeen(ctx.prisma, name);
  const before = await keysOf(name);
  const started = await startRotation(ctx, cliActor, { domain: name, bits: 2048 });
  assert.ok(started.outcome === "done" && started.selectors.length === 2);
  const again = await startRotation(ctx, cliActor, { domain: name, bits: 2048 });
  assert.equal(again.outcome, "underWay");

  const [rotation] = (await getSigningKeys(ctx, cliActor, name))?.rotations ?? [];
  const ref = { domain: name, rotationId: rotation?.id ?? "" };
  assert.equal(await cancelRotation(ctx, cliActor, ref), "done");
  assert.equal(await cancelRotation(ctx, cliActor, ref), "over");
  assert.deepEqual(await keysOf(name), before);
  const next = await startRotation(ctx, cliActor, { domain: name, bits: 2048 });
  assert.ok(next.outcome === "done");
  const used = started.selectors.filter((selector) => next.selectors.includes(selector));
  assert.deepEqual(used, [], "selectors are not given twice");
});

test("CNAMEs and a schedule need a server that publishes by itself", async () => {
  const settings = (fields: object) =>
    setKeySettings(ctx, cliActor, KeySettingsForm.parse({ domain, mode: "txt", ...fields }));
  assert.equal(await settings({ mode: "cname" }), "cannotPublish");
  assert.equal(await settings({ rotateDays: "180" }), "cannotPublish");
  assert.equal(await settings({ rotateDays: "" }), "done");
  assert.ok(!KeySettingsForm.safeParse({ domain, mode: "txt", rotateDays: "1" }).success);
});
