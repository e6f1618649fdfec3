import assert from "node:assert/strict";
import { test } from "node:test";
import type { Actor } from "../../lib/service/actor.ts";
import * as aliases from "../../lib/service/aliases.ts";
import { listFolders } from "../../lib/service/folders.ts";
import * as mailboxes from "../../lib/service/mailboxes.ts";
import { newDomain, newMailbox, PASSWORD, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const here = await newDomain(runtime, "here.example");
const there = await newDomain(runtime, "there.example");
const operator = await person(runtime, "operator");
const mei = await person(runtime, "domain_admin", here); // may
const tom = await person(runtime, "domain_admin", there); // may not, here
const auditor = await person(runtime, "auditor");

const input = (localPart: string, domain = "here.example") => ({
  domain,
  localPart,
  displayName: "",
  password: PASSWORD,
  quotaGib: 1,
  quotaMessages: null,
});
const audited = (action: string) => ctx.prisma.auditEntry.count({ where: { action } });

test("a domain admin creates a mailbox with its folders; it is audited", async () => {
  const result = await mailboxes.createMailbox(ctx, mei, input("anna"));
  assert.ok(result.outcome === "done");
  const list = await listFolders(ctx, mei, result.mailboxId);
  assert.equal(list?.rows[0]?.name, "INBOX");
  assert.ok(list.rows.some(({ specialUse }) => specialUse === "\\Sent"));
  assert.equal(await audited("mailbox.create"), 1);
});

test("the admin of another domain, an auditor, and a made-up domain get the same answer", async () => {
  for (const [actor, domain] of [
    [tom, "here.example"],
    [auditor, "here.example"],
    [mei, "nowhere.example"],
  ] as const) {
    const result = await mailboxes.createMailbox(ctx, actor, input("eve", domain));
    assert.deepEqual(result, { outcome: "notFound" });
  }
  assert.equal(await ctx.prisma.mailbox.count({ where: { localPart: "eve" } }), 0);
});

test("the first mailbox becomes postmaster and abuse desk, the second does not", async () => {
  await newMailbox(runtime, "first", "there.example");
  await newMailbox(runtime, "second", "there.example");
  const list = await aliases.listAliases(ctx, tom, "there.example");
  assert.deepEqual(
    list?.rows.map(({ localPart, targets }) => [localPart, ...targets]),
    [
      ["abuse", "first@there.example"],
      ["postmaster", "first@there.example"],
    ],
  );
});

test("a name is a mailbox or an alias, never both", async () => {
  const taken = await mailboxes.createMailbox(ctx, mei, input("postmaster"));
  assert.deepEqual(taken, { outcome: "taken" });
  const again = await mailboxes.createMailbox(ctx, mei, input("anna"));
  assert.deepEqual(again, { outcome: "taken" });
  const alias = { domain: "here.example", localPart: "anna", targets: ["x@elsewhere.example"] };
  assert.deepEqual(await aliases.createAlias(ctx, mei, alias), { outcome: "taken" });
});

test("of two who create the same name at once, one gets it", async () => {
  const alias = { domain: "here.example", localPart: "race", targets: ["anna@here.example"] };
  const results = await Promise.all([
    mailboxes.createMailbox(ctx, mei, input("race")),
    mailboxes.createMailbox(ctx, operator, input("race")),
    aliases.createAlias(ctx, mei, alias),
  ]);
  assert.equal(results.filter(({ outcome }) => outcome === "done").length, 1);
});

test("a password that is the address itself is refused with the reason", async () => {
  const result = await mailboxes.createMailbox(ctx, mei, {
    ...input("bartholomew"),
    password: "bartholomew2026",
  });
  assert.deepEqual(result, { outcome: "badPassword", problem: "isAddress" });
});

test("suspending writes row, job and audit line; who may not changes nothing", async () => {
  const mailboxId = await newMailbox(runtime, "carl", "here.example");
  const state = async () => (await mailboxes.getMailbox(ctx, operator, mailboxId))?.suspended;
  for (const actor of [tom, auditor])
    assert.equal(await mailboxes.suspendMailbox(ctx, actor, { mailboxId }), "notFound");
  assert.equal(await state(), false);
  assert.equal(await ctx.prisma.job.count({ where: { mailboxId } }), 0);

  assert.equal(await mailboxes.suspendMailbox(ctx, mei, { mailboxId }), "done");
  assert.equal(await state(), true);
  const job = await ctx.prisma.job.findFirst({ where: { mailboxId } });
  assert.equal(job?.kind, "mailbox.drop-sessions.v1");
  assert.equal(job?.askedById, mei.id);
  assert.equal(await audited("mailbox.suspend"), 1);

  assert.equal(await mailboxes.suspendMailbox(ctx, mei, { mailboxId }), "done");
  assert.equal(await audited("mailbox.suspend"), 1, "doing it twice changes nothing twice");
  assert.equal(await mailboxes.resumeMailbox(ctx, mei, { mailboxId }), "done");
  assert.equal(await state(), false);
});

test("a mailbox changes its own password only knowing it, and signs out its own devices, nobody else's", async () => {
  const own = await newMailbox(runtime, "dora", "here.example");
  const other = await newMailbox(runtime, "emil", "here.example");
  const dora: Actor = {
    kind: "mailbox",
    id: own,
    name: "dora@here.example",
    grants: [],
    mailbox: { id: own, domainId: here },
    remoteIp: null,
  };
  const password = "another long sentence";
  const set = (mailboxId: string, presentKnown: boolean) =>
    mailboxes.setMailboxPassword(ctx, dora, { mailboxId, password, presentKnown });
  assert.deepEqual(await set(own, false), { outcome: "notFound" }, "an open browser is not enough");
  assert.equal((await set(own, true)).outcome, "done");
  for (const known of [true, false])
    assert.deepEqual(await set(other, known), { outcome: "notFound" });
  assert.equal((await mailboxes.signOutAllDevices(ctx, dora, { mailboxId: own })).outcome, "done");
  const refused = await mailboxes.signOutAllDevices(ctx, dora, { mailboxId: other });
  assert.deepEqual(refused, { outcome: "notFound" });
  assert.equal(await mailboxes.suspendMailbox(ctx, dora, { mailboxId: own }), "notFound");
  assert.equal(await mailboxes.getMailbox(ctx, dora, other), null);
  assert.equal(await mailboxes.listMailboxes(ctx, dora, "here.example"), null);
});

test("a new password replaces hash and SCRAM keys together", async () => {
  const mailboxId = await newMailbox(runtime, "finn", "here.example");
  const read = () =>
    ctx.prisma.mailbox.findUniqueOrThrow({
      where: { id: mailboxId },
      select: { passwordHash: true, scramSha256: true },
    });
  const before = await read();
  await mailboxes.setMailboxPassword(ctx, mei, { mailboxId, password: "another long sentence" });
  const after = await read();
  assert.notEqual(after.passwordHash, before.passwordHash);
  assert.notEqual(after.scramSha256, before.scramSha256);
});

test("lists page by key in both directions, and search by name", async () => {
  await newDomain(runtime, "many.example");
  for (const n of [1, 2, 3, 4, 5]) await newMailbox(runtime, `user${n}`, "many.example");
  const list = async (page: object) => {
    const found = await mailboxes.listMailboxes(ctx, operator, "many.example", {
      limit: 2,
      ...page,
    });
    return [found?.rows.map((row) => row.localPart), found?.previous, found?.next];
  };
  assert.deepEqual(await list({}), [["user1", "user2"], null, "user2"]);
  assert.deepEqual(await list({ after: "user2" }), [["user3", "user4"], "user3", "user4"]);
  assert.deepEqual(await list({ after: "user4" }), [["user5"], "user5", null]);
  assert.deepEqual(await list({ before: "user5" }), [["user3", "user4"], "user3", "user4"]);
  assert.deepEqual(await list({ before: "user3" }), [["user1", "user2"], null, "user2"]);
  assert.deepEqual((await list({ search: "R4" }))[0], ["user4"]);
  assert.deepEqual((await list({ state: "suspended" }))[0], []);
  assert.equal(await mailboxes.listMailboxes(ctx, tom, "many.example"), null);
});

test("an alias cannot lead to itself, and only who may deletes it", async () => {
  const alias = { domain: "here.example", localPart: "team", targets: ["anna@here.example"] };
  const toItself = { ...alias, targets: ["Team@here.example"] };
  assert.deepEqual(await aliases.createAlias(ctx, mei, toItself), { outcome: "toItself" });
  assert.deepEqual(await aliases.createAlias(ctx, tom, alias), { outcome: "notFound" });
  const made = await aliases.createAlias(ctx, mei, alias);
  assert.ok(made.outcome === "done");
  const ref = { aliasId: made.aliasId };
  for (const actor of [tom, auditor])
    assert.equal(await aliases.deleteAlias(ctx, actor, ref), "notFound");
  assert.equal(await aliases.deleteAlias(ctx, mei, ref), "done");
  assert.equal(await aliases.deleteAlias(ctx, mei, ref), "notFound");
});

test("capabilities of IMAP are denied by who may; the sessions end, and it is audited once", async () => {
  const mailboxId = await newMailbox(runtime, "denied", "here.example");
  const ask = { mailboxId, denied: ["MOVE", "IDLE"] } as const;
  assert.equal(await mailboxes.setImapDenied(ctx, tom, ask), "notFound");
  assert.equal(await mailboxes.setImapDenied(ctx, auditor, ask), "notFound");
  assert.equal(await mailboxes.setImapDenied(ctx, mei, ask), "done");
  assert.equal(await mailboxes.setImapDenied(ctx, mei, ask), "done");
  const mailbox = await mailboxes.getMailbox(ctx, mei, mailboxId);
  assert.deepEqual(mailbox?.imapDenied, ["IDLE", "MOVE"]);
  const lines = await ctx.prisma.auditEntry.findMany({ where: { action: "mailbox.denyImap" } });
  assert.deepEqual(
    lines.map(({ changes }) => changes),
    [{ denied: [[], ["IDLE", "MOVE"]] }],
  );
  assert.equal(await ctx.prisma.job.count({ where: { mailboxId } }), 1);
});

test("limits are changed by who may: at once, audited once, and what is above them stays", async () => {
  const made = await mailboxes.createMailbox(ctx, mei, { ...input("limited"), quotaMessages: 3 });
  assert.ok(made.outcome === "done");
  const { mailboxId } = made;
  const limits = async () => {
    const found = await mailboxes.getMailbox(ctx, operator, mailboxId);
    return [found?.quotaBytes, found?.quotaMessages, found?.usedMessages];
  };
  await ctx.prisma.mailbox.update({ where: { id: mailboxId }, data: { usedMessages: 2 } });
  const itself: Actor = {
    ...{ kind: "mailbox", id: mailboxId, name: "limited@here.example", grants: [] },
    ...{ mailbox: { id: mailboxId, domainId: here }, remoteIp: null },
  };
  for (const actor of [tom, auditor, itself]) {
    const ask = { mailboxId, quotaGib: 9, quotaMessages: null };
    assert.equal(await mailboxes.setMailboxLimits(ctx, actor, ask), "notFound");
  }
  const nobody = { mailboxId: here, quotaGib: 9, quotaMessages: null };
  assert.equal(await mailboxes.setMailboxLimits(ctx, operator, nobody), "notFound");
  assert.deepEqual(await limits(), [2 ** 30, 3, 2]);

  const one = { mailboxId, quotaGib: 1, quotaMessages: 1 };
  assert.equal(await mailboxes.setMailboxLimits(ctx, mei, one), "done");
  assert.equal(await mailboxes.setMailboxLimits(ctx, mei, one), "done");
  assert.equal(await mailboxes.setMailboxLimits(ctx, mei, { mailboxId }), "done");
  assert.deepEqual(await limits(), [2 ** 30, 1, 2]);
  const half = { mailboxId, quotaGib: 0.5, quotaMessages: null };
  assert.equal(await mailboxes.setMailboxLimits(ctx, operator, half), "done");
  assert.deepEqual(await limits(), [2 ** 29, null, 2]);
  const lines = await ctx.prisma.auditEntry.findMany({
    where: { action: "mailbox.setLimits" },
    orderBy: { at: "asc" },
  });
  assert.deepEqual(
    lines.map(({ actorName, changes }) => [actorName, changes]),
    [
      [mei.name, { quotaMessages: [3, 1] }],
      [operator.name, { quotaBytes: [2 ** 30, 2 ** 29], quotaMessages: [1, null] }],
    ],
  );
});
