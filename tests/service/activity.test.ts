/** The audit log of a domain, for people: who reads it, and that every action has its sentence. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { activityText } from "../../lib/i18n/activity-text.ts";
import * as texts from "../../lib/i18n/activity.ts";
import { LOCALES, translator } from "../../lib/i18n/translate.ts";
import { auditSystem } from "../../lib/storage/key-life.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { listActivity, listRecentActivity } from "../../lib/service/activity.ts";
import { acceptDeviation, withdrawAcceptance } from "../../lib/service/dns-checks.ts";
import * as mailboxes from "../../lib/service/mailboxes.ts";
import { setHostName } from "../../lib/service/server-identity.ts";
import { createShareLink } from "../../lib/service/share-links.ts";
import { newDomain, newMailbox, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx, pool } = runtime;
const name = "ours.example";
const domainId = await newDomain(runtime, name);
const otherId = await newDomain(runtime, "other.example");
const admin = await person(runtime, "domain_admin", domainId);
const stranger = await person(runtime, "domain_admin", otherId);
const auditor = await person(runtime, "auditor", domainId);
const say = translator("en");

async function sentences(actor = admin, limit = 10): Promise<string[]> {
  const lines = await listActivity(ctx, actor, { domain: name, limit });
  assert.ok(lines);
  return lines.map((line) => activityText(say, line));
}

test("the last changes of a domain, newest first, with who made them", async () => {
  const mailboxId = await newMailbox(runtime, "ann", name);
  await mailboxes.suspendMailbox(ctx, admin, { mailboxId });
  await createShareLink(ctx, auditor, name);
  const system = { action: "dkim.prepared", subject: name, domainId, changes: {} };
  await auditSystem(pool, system);
  assert.deepEqual(await sentences(), [
    "The server prepared new signing keys.",
    `${auditor.name} made a link to the DNS records.`,
    `${admin.name} suspended ann@ours.example.`,
    "The command line created the mailbox ann@ours.example.",
    "The command line added the domain.",
  ]);
  assert.equal((await sentences(admin, 2)).length, 2);
});

test("only who may read the domain reads them, and nothing of other domains is among them", async () => {
  assert.equal(await listActivity(ctx, stranger, { domain: name, limit: 10 }), null);
  assert.equal(await listActivity(ctx, cliActor, { domain: "nowhere.example", limit: 10 }), null);
  assert.deepEqual(await sentences(auditor), await sentences(admin));
  assert.ok(!(await sentences(cliActor)).some((text) => text.includes("other.example")));
});

test("the last changes of all: of what one may read, and of the server for who reads that", async () => {
  const operator = await person(runtime, "operator");
  await setHostName(ctx, operator, { hostName: "mx.ours.example" });
  const texts = async (actor = admin) =>
    (await listRecentActivity(ctx, actor, 20)).map((line) => [
      line.domain,
      activityText(say, line).replace(/^\S+@\S+ /, ""),
    ]);
  const all = await texts(cliActor);
  assert.deepEqual(all[0], [null, "named the server mx.ours.example."]);
  assert.ok(all.some(([domain]) => domain === name));
  assert.ok(all.some(([domain]) => domain === "other.example"));
  const places = async (actor: typeof admin) =>
    new Set((await texts(actor)).map(([domain]) => domain));
  assert.deepEqual(await places(admin), new Set([name]));
  assert.deepEqual(await places(stranger), new Set(["other.example"]));
  assert.deepEqual(await places({ ...admin, grants: [] }), new Set());
});

test("accepting a deviation and taking it back are told apart", async () => {
  const now = new Date();
  await ctx.prisma.dnsCheck.create({
    data: {
      ...{ domainId, key: "mx", kind: "mx", verdict: "different", scope: "domain", name },
      ...{ group: "receive", need: "required-receive", type: "MX", reasons: [], expected: [] },
      ...{ found: ["5 mx.other.example"], answers: [], facts: {}, ackFound: [] },
      ...{ firstAskedAt: now, changedAt: now, checkedAt: now },
    },
  });
  const acceptance = { subject: name, key: "mx", note: "A filter stands in front" };
  await acceptDeviation(ctx, admin, acceptance);
  await withdrawAcceptance(ctx, admin, acceptance);
  assert.deepEqual(await sentences(admin, 2), [
    `${admin.name} took an acceptance back: ours.example mx`,
    `${admin.name} accepted a deviation as it is: ours.example mx`,
  ]);
});

test("an action of another version is told as it stands", () => {
  const line = { by: "person", name: "mei", action: "future.thing", subject: "x" } as const;
  assert.equal(activityText(say, line), "mei did “future.thing”: x");
});

/** What concerns an account, and is not among the changes that people are shown. */
const OF_ACCOUNTS = /^(operator|account|session)\./;

test("every action that is written about a domain or the server has a sentence in both languages", () => {
  const found = new Set<string>();
  for (const folder of ["lib/service", "engine"])
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      const source = readFileSync(`${folder}/${file}`, "utf8");
      for (const [, action = ""] of source.matchAll(
        /(?:action: |auditMailbox\(tx, actor, )"([a-z]\w*(?:\.\w+)+)"/g,
      ))
        found.add(action);
    }
  const actions = [...found].filter((action) => !OF_ACCOUNTS.test(action));
  assert.ok(actions.length > 25, "the sources were read");
  for (const locale of LOCALES) {
    const missing = actions.filter((action) => !Object.hasOwn(texts[locale], `activity.${action}`));
    assert.deepEqual(missing, [], `lib/i18n/activity.ts, ${locale}`);
  }
});
