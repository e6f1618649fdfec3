/**
 * From an empty zone to green checks by RFC 2136: the console asks, the engine publishes at Debian's knot and
 * bind9, the checker looks at all authoritative servers, and undoing makes them see that too.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { cliActor } from "../../lib/service/actor.ts";
import { getDomainChecks, type DnsCheckView } from "../../lib/service/dns-checks.ts";
import { createDomain } from "../../lib/service/domains.ts";
import { getJob, type JobView } from "../../lib/service/jobs.ts";
import * as publish from "../../lib/service/publish.ts";
import { NewDnsCredential } from "../../lib/schemas/publish.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";
import { startTestEngine, type TestEngine } from "../support/engine.ts";

const PATIENCE_MS = 40_000;

describe("publishing and the checks", { skip: missingDnsLab() }, () => {
  let lab: DnsLab;
  let engine: TestEngine;
  before(async () => {
    const old = "@ 60 MX 5 mx.old.example.";
    lab = await startDnsLab([
      { name: "posthorn.test", servers: ["a", "b"], text: "mx A 192.0.2.25" },
      { name: "knot.test", servers: ["a", "b"], text: old, negativeTtl: 1 },
      { name: "bind.test", servers: ["b", "a"], text: old, negativeTtl: 1 },
    ]);
    engine = await startTestEngine({ settings: { ...lab.settings, dnsWatch: true } });
    // Whom SPF has to let pass: where the host name leads.
    const value = { ipv4: ["192.0.2.25"], ipv6: [] };
    await engine.services.prisma.setting.create({ data: { key: "server.addresses", value } });
  });
  after(async () => {
    await engine?.stop();
    await lab?.stop();
  });

  async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found !== null) return found;
      if (Date.now() > end) throw new Error(`waited in vain for ${what}: ${last}`);
      await delay(200);
    }
  }

  const finished = (id: string): Promise<JobView> =>
    until("the job", async () => {
      const job = await getJob(engine.services, cliActor, id);
      return job?.finishedAt ? job : null;
    });

  async function asked(outcome: { readonly outcome: string; readonly jobId?: string }) {
    assert.equal(outcome.outcome, "done");
    const job = await finished(outcome.jobId ?? "");
    assert.equal(job.state, "done", String(job.error));
    return job;
  }

  /** The check of one record once it was made after `since` and says so. */
  const check = (
    domain: string,
    key: string,
    { since, verdict }: { since: Date; verdict: RegExp },
  ) =>
    until(`${key} of ${domain} to be ${verdict}`, async (): Promise<DnsCheckView | null> => {
      const view = await getDomainChecks(engine.services, cliActor, domain);
      const found = view?.checks.find((one) => one.key === key);
      if (found) last = `${found.verdict} ${JSON.stringify(found.reasons)}`;
      return found && found.checkedAt > since && verdict.test(found.verdict) ? found : null;
    });
  let last = "";

  for (const domain of ["knot.test", "bind.test"]) {
    test(`${domain}: preview, apply, seen by all servers, green; undone, and seen again`, async () => {
      const { services } = engine;
      const created = await createDomain(services, cliActor, { name: domain });
      assert.equal(created.outcome, "done");
      const { name: keyName, secret, algorithm } = lab.key(domain);
      const credential = await publish.addCredential(
        services,
        cliActor,
        NewDnsCredential.parse({ domain, provider: "rfc2136", keyName, secret, algorithm }),
      );
      assert.ok(credential.outcome === "done");
      assert.deepEqual((await asked(credential)).result, { zone: domain });

      const { credentialId } = credential;
      const preview = await publish.askForPreview(services, cliActor, {
        ...{ domain, credentialId, replace: ["mx"] },
      });
      assert.ok(preview.outcome === "done");
      await asked(preview);
      const ref = { domain, publicationId: preview.publicationId };
      const started = new Date();
      const applied = await asked(await publish.applyPublication(services, cliActor, ref));
      assert.equal(applied.result?.["seen"], true, "every authoritative server answered");
      for (const key of ["mx", "spf", "dmarc", "tlsReports"]) {
        const { verdict } = await check(domain, key, { since: started, verdict: /ok|weak/ });
        assert.ok(["ok", "weak"].includes(verdict), key);
      }
      const dkim = (await getDomainChecks(services, cliActor, domain))?.checks.filter(
        ({ kind }) => kind === "dkim",
      );
      assert.deepEqual(
        dkim?.map(({ verdict }) => verdict),
        ["ok", "ok"],
      );

      const undoing = new Date();
      await asked(await publish.undoPublication(services, cliActor, ref));
      const { found } = await check(domain, "mx", { since: undoing, verdict: /different|changed/ });
      assert.deepEqual(found, ["5 mx.old.example"]);
    });
  }
});
