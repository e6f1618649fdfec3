/** Lists of domains, and looks at one before it is added: by whom, within which bounds, and what comes of it. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { SurveyResult } from "../../lib/jobs/definitions/domain-survey.ts";
import { MAX_LISTED } from "../../lib/mail/domain-input.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { getJob, type JobView } from "../../lib/service/jobs.ts";
import { createDomainList, askForSurvey, previewDomains } from "../../lib/service/new-domains.ts";
import { startTestEngine } from "../support/engine.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
const ours = await newDomain(runtime, "ours.example");
const admin = await person(runtime, "domain_admin", ours);
const auditor = await person(runtime, "auditor");
const operator = await person(runtime, "operator");
const LIST = [
  ...["a.example", "https://www.b.example/x", "A.example", "post@ours.example"],
  ...["co.uk", "printer.local", "192.0.2.1", "nonsense", `${"x".repeat(64)}.de`, "bücher.example"],
];

test("a list is judged line by line", async () => {
  const result = await previewDomains(ctx, operator, LIST);
  assert.ok(result.outcome === "done");
  assert.deepEqual(
    result.rows.map(({ name, state }) => [name, state]),
    [
      ["a.example", "valid"],
      ["b.example", "valid"],
      ["a.example", "repeated"],
      ["ours.example", "taken"],
      [null, "suffix"],
      [null, "reserved"],
      [null, "ip"],
      [null, "invalid"],
      [null, "tooLong"],
      ["xn--bcher-kva.example", "valid"],
    ],
  );
  assert.equal(await ctx.prisma.domain.count(), 1, "nothing was added");
});

test("what is valid is added with line, look and one job for the keys; the rest is left out", async () => {
  const result = await createDomainList(ctx, operator, { entries: LIST, mode: "receive" });
  assert.ok(result.outcome === "done");
  const added = result.rows.filter(({ state }) => state === "added").map(({ name }) => name);
  assert.deepEqual(added, ["a.example", "b.example", "xn--bcher-kva.example"]);
  const domains = await ctx.prisma.domain.findMany({
    where: { name: { in: added.flatMap((name) => name ?? []) } },
    select: { id: true, mode: true, watch: { select: { id: true } } },
  });
  assert.equal(domains.length, 3);
  for (const { mode, watch } of domains) assert.ok(mode === "receive" && watch);
  const lines = await ctx.prisma.auditEntry.findMany({ where: { action: "domain.create" } });
  assert.equal(lines.filter(({ actor }) => actor === `user:${operator.id}`).length, 3);
  assert.ok(result.jobId);
  const job = await getJob(ctx, operator, result.jobId);
  assert.equal(job?.kind, "domain.keys.v1");
  assert.match(job.subject, /^[a-z0-9-]+\.example \+2$/);

  const again = await createDomainList(ctx, operator, { entries: LIST, mode: "receive" });
  assert.ok(again.outcome === "done" && again.jobId === null);
  assert.equal(again.rows.filter(({ state }) => state === "added").length, 0);
  const watched = await createDomainList(ctx, operator, {
    entries: ["w.example"],
    mode: "reports",
  });
  assert.ok(watched.outcome === "done" && watched.jobId === null, "no keys to be made");
});

test("only who may add domains adds lists, or has one looked at", async () => {
  for (const who of [admin, auditor]) {
    const refused = { outcome: "notAllowed" };
    assert.deepEqual(await previewDomains(ctx, who, ["c.example"]), refused);
    const list = { entries: ["c.example"], mode: "full" } as const;
    assert.deepEqual(await createDomainList(ctx, who, list), refused);
    assert.deepEqual(await askForSurvey(ctx, who, "c.example"), refused);
  }
  assert.deepEqual(await askForSurvey(ctx, operator, "ours.example"), { outcome: "taken" });
});

test("two thousand are added at once, in a bounded number of statements; one more is refused", async () => {
  const entries = Array.from({ length: MAX_LISTED }, (_, n) => `d${n}.example`);
  const more = await createDomainList(ctx, operator, {
    entries: [...entries, "x.de"],
    mode: "full",
  });
  assert.deepEqual(more, { outcome: "tooMany", most: MAX_LISTED });
  let statements = 0;
  const count = () => statements++;
  const { pool } = runtime;
  pool.on("acquire", (client) => {
    const query = client.query.bind(client);
    client.query = ((...args: Parameters<typeof query>) => (count(), query(...args))) as never;
  });
  const result = await createDomainList(ctx, operator, { entries, mode: "full" });
  assert.ok(result.outcome === "done");
  assert.equal(result.rows.filter(({ state }) => state === "added").length, MAX_LISTED);
  assert.ok(statements > 5 && statements < 100, `${statements} statements`);
});

test("asked twice within a moment, DNS is asked once", async () => {
  const [first, second] = [
    await askForSurvey(ctx, operator, "far.example"),
    await askForSurvey(ctx, operator, "far.example"),
  ];
  assert.ok(first.outcome === "done" && second.outcome === "done");
  assert.equal(first.jobId, second.jobId);
  assert.equal(await getJob(ctx, admin, first.jobId), null, "others see nothing of it");
});

const engine = await startTestEngine({
  zone: {
    "far.example": {
      MX: [{ preference: 10, exchange: "aspmx.l.google.com" }],
      TXT: ["v=spf1 -all"],
    },
  },
});
after(() => engine.stop());

async function finished(id: string): Promise<JobView> {
  for (let tries = 0; ; tries++) {
    const job = await getJob(engine.services, cliActor, id);
    assert.ok(job);
    if (job.finishedAt || tries > 400) return job;
    await delay(50);
  }
}

test("an engine looks, and its answer is kept in the job", async () => {
  const asked = await askForSurvey(engine.services, cliActor, "far.example");
  assert.ok(asked.outcome === "done");
  const job = await finished(asked.jobId);
  assert.equal(job.state, "done", String(job.error));
  const survey = SurveyResult.parse(job.result);
  assert.deepEqual(survey.mx.answered && survey.mx.records, [
    { preference: 10, exchange: "aspmx.l.google.com" },
  ]);
  assert.deepEqual(survey.spf.answered && survey.spf.records, ["v=spf1 -all"]);
});

test("an engine makes the keys of a list, once, and none for what is only watched", async () => {
  const { services } = engine;
  const entries = Array.from({ length: 12 }, (_, n) => `k${n}.example`);
  const made = await createDomainList(services, cliActor, { entries, mode: "full" });
  assert.ok(made.outcome === "done" && made.jobId);
  const job = await finished(made.jobId);
  assert.deepEqual([job.state, job.done, job.total], ["done", 12, 12]);
  assert.deepEqual(job.result, { keys: 24 });
  const key = await services.prisma.dkimKey.findFirstOrThrow({
    where: { domain: { name: "k11.example" } },
    select: { id: true, state: true, privateKey: true },
  });
  assert.equal(key.state, "publishing");
  assert.equal(services.secrets.open(key.privateKey, `dkim:${key.id}`)[0], 0x30);
  const { pool } = engine.engine.storage;
  const domains = await services.prisma.domain.findMany({ select: { id: true } });
  const payload = { jobId: made.jobId, payload: { domainIds: domains.map(({ id }) => id) } };
  await pool.query("update job set state = 'waiting', finished_at = null where id = $1", [
    made.jobId,
  ]);
  await pool.query("select graphile_worker.add_job('domain.keys.v1', $1::json)", [
    JSON.stringify(payload),
  ]);
  assert.deepEqual((await finished(made.jobId)).result, { keys: 0 });
});
