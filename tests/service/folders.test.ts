/** The folders of a mailbox: their order, their pages, their sums, and who may see them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cliActor, type Actor } from "../../lib/service/actor.ts";
import { listFolders } from "../../lib/service/folders.ts";
import { newDomain, newMailbox, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const here = await newDomain(runtime, "here.example");
const there = await newDomain(runtime, "there.example");
const anna = await newMailbox(runtime, "anna", "here.example");
const other = await newMailbox(runtime, "other", "here.example");

interface Counters {
  readonly messages: number;
  readonly unseen: number;
  readonly deleted: number;
  readonly bytes: number;
}
let validity = 1;
const fill = (mailboxId: string, names: readonly string[], counters: Partial<Counters> = {}) =>
  ctx.prisma.folder.createMany({
    data: names.map((name) => ({ mailboxId, name, uidValidity: validity++, ...counters })),
  });
const names = async (page: Parameters<typeof listFolders>[3] = {}) => {
  const list = await listFolders(ctx, cliActor, anna, page);
  return [list?.rows.map(({ name }) => name), list?.previous, list?.next];
};

test("INBOX comes first, a folder before those below it, whatever characters they have", async () => {
  await ctx.prisma.folder.deleteMany({ where: { mailboxId: anna, NOT: { name: "INBOX" } } });
  await fill(anna, [
    "a",
    "a-b",
    "a/c",
    "A/b",
    "a/c/d",
    "Z",
    "日本/東京",
    "日本",
    "INBOX/kept",
    "é",
    "a b ",
  ]);
  assert.deepEqual(await names(), [
    [
      "INBOX",
      "INBOX/kept",
      "a",
      "A/b",
      "a/c",
      "a/c/d",
      "a b ",
      "a-b",
      "Z",
      "é",
      "日本",
      "日本/東京",
    ],
    null,
    null,
  ]);
});

test("pages join without gap or overlap, forwards and backwards", async () => {
  const [all] = await names();
  const seen: string[] = [];
  const starts: string[] = [];
  for (let after = ""; ;) {
    const [page, previous, next] = await names({ after, limit: 5 });
    assert.ok(Array.isArray(page));
    assert.equal(previous, after === "" ? null : page[0]);
    seen.push(...page);
    starts.push(page[0] ?? "");
    if (typeof next !== "string") break;
    after = next;
  }
  assert.deepEqual(seen, all);
  const [back, , next] = await names({ before: starts[1] ?? "", limit: 5 });
  assert.deepEqual(back, seen.slice(0, 5));
  assert.equal(next, seen[4]);
  assert.deepEqual((await names({ after: "a folder that is gone", limit: 2 }))[0], ["a-b", "Z"]);
});

test("sums are of all folders, on every page", async () => {
  await fill(anna, ["full"], { messages: 7, unseen: 3, deleted: 2, bytes: 5_000_000_000 });
  await fill(other, ["full"], { messages: 1, bytes: 1 });
  const list = await listFolders(ctx, cliActor, anna, { limit: 2 });
  assert.deepEqual(list?.sum, {
    ...{ folders: 13, messages: 7, unseen: 3, deleted: 2 },
    bytes: 5_000_000_000,
  });
});

test("its own person, its domain's people and auditors see them; others get no answer", async () => {
  const owner = (id: string): Actor => ({
    ...{ kind: "mailbox", id, name: "a mailbox", grants: [], remoteIp: null },
    mailbox: { id, domainId: here },
  });
  const may = [
    owner(anna),
    await person(runtime, "operator"),
    await person(runtime, "domain_admin", here),
    await person(runtime, "auditor"),
  ];
  for (const actor of may) assert.ok(await listFolders(ctx, actor, anna));
  const mayNot = [owner(other), await person(runtime, "domain_admin", there)];
  for (const actor of mayNot) assert.equal(await listFolders(ctx, actor, anna), null);
  assert.equal(await listFolders(ctx, cliActor, "0198c5b4-0000-7000-8000-000000000000"), null);
});
