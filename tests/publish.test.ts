/**
 * Publishing as the console asks for it and a real engine does it, at a DNS host that speaks deSEC's API: jobs,
 * rows, what is told of failures, and what the server publishes by itself.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { canPublish, publishNow, type PublishContext } from "../engine/publish/publish.ts";
import { cliActor } from "../lib/service/actor.ts";
import { createDomain } from "../lib/service/domains.ts";
import { getJob, type JobView } from "../lib/service/jobs.ts";
import * as publish from "../lib/service/publish.ts";
import { NewDnsCredential } from "../lib/schemas/publish.ts";
import { startDesec } from "./support/dns-apis.ts";
import { startTestEngine } from "./support/engine.ts";

const NAME = "example.com";
const PATIENCE_MS = 60_000;

const desec = await startDesec({
  [NAME]: [{ subname: "", type: "MX", ttl: 3600, records: ["5 mx.old.example."] }],
});
const engine = await startTestEngine();
after(async () => {
  await engine.stop();
  await desec.stop();
});
const created = await createDomain(engine.services, cliActor, { name: NAME });
assert.ok(created.outcome === "done");
const { domainId } = created;
const { pool } = engine.engine.storage;
const ctx: PublishContext = { ...engine.engine.ctx, pool, secrets: engine.engine.storage.secrets };

async function finished(id: string): Promise<JobView> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const job = await getJob(engine.services, cliActor, id);
    assert.ok(job);
    if (job.finishedAt || Date.now() > end) return job;
    await delay(50);
  }
}

async function addCredential(secret: string): Promise<string> {
  const input = NewDnsCredential.parse({
    ...{ domain: NAME, provider: "desec", baseUrl: desec.baseUrl, secret },
  });
  const added = await publish.addCredential(engine.services, cliActor, input);
  assert.ok(added.outcome === "done");
  const job = await finished(added.jobId);
  assert.equal(job.state, secret === desec.token ? "done" : "failed", String(job.error));
  return added.credentialId;
}

const view = async () => {
  const found = await publish.getPublishView(engine.services, cliActor, NAME);
  assert.ok(found);
  return found;
};

async function previewed(credentialId: string, replace: string[] = []) {
  const asked = await publish.askForPreview(engine.services, cliActor, {
    ...{ domain: NAME, credentialId, replace },
  });
  assert.ok(asked.outcome === "done");
  const job = await finished(asked.jobId);
  return { job, ref: { domain: NAME, publicationId: asked.publicationId } };
}

const setsAt = (subname: string) =>
  (desec.sets.get(NAME) ?? []).filter((set) => set.subname === subname);

test("nothing can publish by itself before there is a credential", async () => {
  assert.equal(await canPublish(ctx, domainId), false);
  await assert.rejects(
    publishNow(ctx, domainId, [{ name: `x.${NAME}`, type: "TXT", add: ["a"] }]),
    { code: "noCredential" },
  );
});

test("a wrong token is told at the credential, and in the job, with a sentence", async () => {
  const id = await addCredential("wrong-token");
  const { credentials } = await view();
  const shown = credentials.find((credential) => credential.id === id);
  assert.deepEqual(shown?.lastError, {
    key: "publish.error.tokenRefused",
    params: { server: "deSEC" },
  });
  assert.equal(shown?.testedAt, null);
  const { job } = await previewed(id);
  assert.equal(job.error, "deSEC does not accept the token");
  const { publications } = await view();
  assert.equal(publications[0]?.state, "failed");
  const ref = { domain: NAME, credentialId: id };
  assert.equal(await publish.removeCredential(engine.services, cliActor, ref), "done");
});

test("preview, apply, undo: each a job; the change set applied is the one that was shown", async () => {
  const credentialId = await addCredential(desec.token);
  const { job, ref } = await previewed(credentialId, ["mx"]);
  assert.equal(job.state, "done", String(job.error));
  const [shown] = (await view()).publications;
  assert.deepEqual([shown?.state, shown?.zone], ["previewed", NAME]);
  assert.equal(desec.sets.get(NAME)?.length, 1, "a preview changes nothing");

  const applied = await publish.applyPublication(engine.services, cliActor, ref);
  assert.ok(applied.outcome === "done");
  const done = await finished(applied.jobId);
  assert.equal(done.state, "done", String(done.error));
  assert.equal(done.result?.["changes"], shown?.changes.length);
  assert.equal(done.result?.["seen"], false, "no name server answers it: never claimed");
  assert.deepEqual(setsAt("").find(({ type }) => type === "MX")?.records, ["10 mx.posthorn.test."]);
  const [after] = (await view()).publications;
  assert.equal(after?.state, "applied");
  assert.ok(after.appliedAt);
  assert.equal(after.verifiedAt, null);

  const undone = await publish.undoPublication(engine.services, cliActor, ref);
  assert.ok(undone.outcome === "done");
  assert.equal((await finished(undone.jobId)).state, "done");
  assert.deepEqual(
    desec.sets.get(NAME)?.map(({ type, records }) => [type, records]),
    [["MX", ["5 mx.old.example."]]],
  );
  assert.equal((await view()).publications[0]?.state, "undone");
});

test("a zone that changed after the preview is not touched, and the sentence says what changed", async () => {
  const credentialId = (await view()).credentials[0]?.id ?? assert.fail();
  const { ref } = await previewed(credentialId);
  desec.sets
    .get(NAME)
    ?.push({ subname: "_dmarc", type: "TXT", ttl: 3600, records: ['"v=DMARC1; p=reject"'] });
  const applied = await publish.applyPublication(engine.services, cliActor, ref);
  assert.ok(applied.outcome === "done");
  const job = await finished(applied.jobId);
  assert.equal(job.state, "failed");
  assert.equal(job.error, `_dmarc.${NAME} TXT was changed by somebody else meanwhile`);
  assert.equal(desec.sets.get(NAME)?.length, 2);
  const [row] = (await view()).publications;
  assert.deepEqual(row?.error?.key, "publish.error.zoneChanged");
  assert.equal(row.state, "failed");
  desec.sets.set(NAME, setsAt(""));
});

test("the server by itself: adds, takes away, keeps what others have, twice is once", async () => {
  const name = `_acme-challenge.${NAME}`;
  desec.sets
    .get(NAME)
    ?.push({ subname: "_acme-challenge", type: "TXT", ttl: 3600, records: ['"foreign"'] });
  assert.equal(await canPublish(ctx, domainId), true);
  const first = await publishNow(ctx, domainId, [
    { name, type: "TXT", add: ["token-1"] },
    { name, type: "TXT", add: ["token-2"] },
  ]);
  assert.deepEqual(first, { zone: NAME, changed: 1 });
  assert.deepEqual(setsAt("_acme-challenge")[0]?.records.toSorted(), [
    '"foreign"',
    '"token-1"',
    '"token-2"',
  ]);
  const again = await publishNow(ctx, domainId, [{ name, type: "TXT", add: ["token-1"] }]);
  assert.equal(again.changed, 0);
  await publishNow(ctx, domainId, [{ name, type: "TXT", add: [], remove: ["token-1", "token-2"] }]);
  assert.deepEqual(setsAt("_acme-challenge")[0]?.records, ['"foreign"']);

  const policy = `_mta-sts.${NAME}`;
  for (const id of ["v=STSv1; id=1", "v=STSv1; id=2"]) {
    await publishNow(ctx, domainId, [
      { name: policy, type: "TXT", add: [id], removeStartingWith: "v=STSv1" },
    ]);
  }
  assert.deepEqual(setsAt("_mta-sts")[0]?.records, ['"v=STSv1; id=2"']);
  const { publications } = await view();
  assert.deepEqual([publications[0]?.state, publications[0]?.askedBy], ["applied", "system"]);
});

test("a domain's credential changes nothing outside of the domain", async () => {
  const foreign = { name: "x.example.org", type: "TXT", add: ["a"] } as const;
  await assert.rejects(publishNow(ctx, domainId, [foreign]), { code: "noZone" });
  const mixed = [{ ...foreign, name: `x.${NAME}` }, foreign];
  await assert.rejects(publishNow(ctx, domainId, mixed), { code: "noZone" });
  assert.equal(await canPublish(ctx, null, "x.example.org"), false, "it is not the server's");
  assert.equal(await canPublish(ctx, null, `x${NAME}`), false, "a name that only ends alike");
});

test("a name of the server itself in a domain of ours goes with that domain's credential", async () => {
  const name = `_25._tcp.mail.${NAME}`;
  assert.equal(await canPublish(ctx, null, name), true);
  const value = `3 1 1 ${"ab".repeat(32)}`;
  await publishNow(ctx, null, [{ name, type: "TLSA", add: [value] }]);
  assert.deepEqual(setsAt("_25._tcp.mail")[0]?.records, [value]);
  const beyond = { name: "_25._tcp.mail.example.org", type: "TLSA", add: [value] } as const;
  const both = [{ ...beyond, name }, beyond];
  await assert.rejects(publishNow(ctx, null, both), { code: "noZone" });
});
