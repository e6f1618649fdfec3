/**
 * Publishing by dynamic update against Debian's knot and bind9: what is there is read, what would change is
 * shown, exactly that is applied, the servers answer it, and it is undone. Beside it, every refusal.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { applyChanges, isApplied, namesOf } from "../../engine/publish/apply.ts";
import type { Provider } from "../../engine/publish/provider.ts";
import { openRfc2136 } from "../../engine/publish/rfc2136/provider.ts";
import { createResolver } from "../../engine/dns/resolver.ts";
import { expectedRecords } from "../../lib/mail/dns-records.ts";
import { planPublication, wantedRecord, type Plan } from "../../lib/mail/dns/plan.ts";
import { SNIPPETS } from "../../lib/mail/dns/snippets/index.ts";
import { snippetInput } from "../../lib/mail/dns/snippets/sets.ts";
import { inverse, type RecordSet, type SetChange } from "../../lib/mail/dns/record-sets.ts";
import { missingDnsLab, startDnsLab, type DnsLab, type ServerName } from "../support/dns-lab.ts";
import { testSettings } from "../support/settings.ts";
import { findProgram, missing } from "../support/tools.ts";

const LONG_KEY = Buffer.alloc(550, 7).toString("base64"); // as long as RSA-4096: three strings

const EXPECTED = (name: string) =>
  expectedRecords({
    domain: { name, mtaStsMode: "testing", mtaStsId: "20261125T000000" },
    hostName: "mail.posthorn.test",
    dkim: [
      { selector: "ph1r", algorithm: "rsa_sha256", publicKey: LONG_KEY, state: "publishing" },
      {
        selector: "ph1e",
        algorithm: "ed25519_sha256",
        publicKey: "A".repeat(43) + "=",
        state: "publishing",
      },
    ],
  });
const RECORDS = (name: string) => EXPECTED(name).map((record) => wantedRecord(record));

/** As a domain looks that had its mail elsewhere. */
const TEXT = `
@ 300 MX 10 MX1.Old.example.
@ 300 TXT "google-site-verification=abc" "def"
@ 300 TXT "v=spf1 include:_spf.old.example ~all"
www A 192.0.2.80
autoconfig A 192.0.2.81
`;

const skip = missingDnsLab();

describe("dynamic updates", { skip }, () => {
  let lab: DnsLab;
  before(async () => {
    lab = await startDnsLab([
      { name: "knot.test", servers: ["a", "b"], text: TEXT },
      { name: "bind.test", servers: ["b", "a"], text: TEXT },
      { name: "signed.test", servers: ["a", "b"], text: TEXT, dnssec: "signed" },
      { name: "wild.test", servers: ["a", "b"], text: "* 300 TXT wild" },
      { name: "wildbind.test", servers: ["b", "a"], text: "* 300 TXT wild" },
      { name: "other.test", servers: ["a", "b"] },
      { name: "snippet.test", servers: ["a", "b"] },
      { name: "snippetbind.test", servers: ["b", "a"] },
    ]);
  });
  after(() => lab?.stop());

  interface KeyOverride {
    readonly secret?: string;
    readonly keyName?: string;
    readonly zone?: string;
    readonly server?: ServerName | "by the SOA";
    readonly allowPrivate?: boolean;
  }

  function open(zone: string, over: KeyOverride = {}): Provider {
    const key = lab.key(over.zone ?? zone);
    const at = over.server ?? "by the SOA";
    const settings = testSettings({ over: lab.settings });
    const provider = openRfc2136(
      { settings, resolver: createResolver(settings.dns) },
      {
        settings: {
          provider: "rfc2136",
          server: at === "by the SOA" ? "" : `${lab.at(at)}:${lab.port}`,
          keyName: over.keyName ?? key.name,
          algorithm: key.algorithm,
        },
        secret: over.secret ?? key.secret,
        allowPrivate: over.allowPrivate ?? true,
      },
    );
    after(() => provider.close());
    return provider;
  }

  const signal = () => AbortSignal.timeout(20_000);
  const target = (provider: Provider, zone: string) => ({ provider, zone, signal: signal() });

  async function preview(provider: Provider, name: string, replace: string[] = []): Promise<Plan> {
    const zone = await provider.zoneOf(name, signal());
    const records = RECORDS(name);
    const { sets } = await provider.read(zone, namesOf(records), signal());
    return planPublication({ zone, records, found: sets, replace: new Set(replace) });
  }

  async function setsAt(provider: Provider, zone: string, name: string): Promise<RecordSet[]> {
    return [...(await provider.read(zone, [name], signal())).sets];
  }

  const plain = ({ name, type, ttl, values }: RecordSet) => ({ name, type, ttl, values });
  const valuesOf = (sets: readonly RecordSet[], type: string) =>
    sets.find((set) => set.type === type)?.values ?? [];

  for (const name of ["knot.test", "bind.test", "signed.test"]) {
    test(`${name}: preview, apply, seen by everybody, applied twice, undone`, async () => {
      const provider = open(name);
      const wasThere = await setsAt(provider, name, name);
      const plan = await preview(provider, name);
      assert.deepEqual(
        plan.questions.map(({ type }) => type),
        ["MX"],
        "mail moves only when somebody says so",
      );
      assert.deepEqual(
        plan.problems.map((problem) => [problem.name, problem.reason.key]),
        [[`autoconfig.${name}`, "publish.reason.dataThere"]],
      );

      const ticked = await preview(provider, name, ["mx"]);
      assert.equal(ticked.changes.length, plan.changes.length + 1);
      assert.equal(
        await applyChanges(target(provider, name), ticked.changes),
        ticked.changes.length,
      );
      assert.ok(await isApplied(target(provider, name), ticked.changes));

      const now = await setsAt(provider, name, name);
      assert.deepEqual(valuesOf(now, "MX"), ["10 mail.posthorn.test"]);
      assert.deepEqual(valuesOf(now, "TXT"), [
        "google-site-verification=abcdef",
        "v=spf1 a:mail.posthorn.test mx include:_spf.old.example ~all",
      ]);
      const key = await setsAt(provider, name, `ph1r._domainkey.${name}`);
      assert.ok(valuesOf(key, "TXT")[0]?.endsWith(`p=${LONG_KEY}`));

      assert.equal(await applyChanges(target(provider, name), ticked.changes), 0, "twice is once");
      const again = await preview(provider, name, ["mx"]);
      assert.deepEqual(again.changes, []);

      await applyChanges(target(provider, name), ticked.changes.map(inverse));
      assert.deepEqual(await setsAt(provider, name, name), wasThere, "as it was, TTL included");
      assert.deepEqual(await setsAt(provider, name, `_dmarc.${name}`), []);
    });

    test(`${name}: what somebody changes after the preview is not overwritten`, async () => {
      const provider = open(name);
      const plan = await preview(provider, name);
      await lab.update(name, [`add ${name}. 300 TXT "v=spf1 a:stranger.example -all"`]);
      await assert.rejects(applyChanges(target(provider, name), plan.changes), {
        code: "zoneChanged",
        message: `${name} TXT was changed by somebody else meanwhile`,
      });
      assert.deepEqual(await setsAt(provider, name, `_dmarc.${name}`), [], "all or nothing");

      // Between reading and writing: the server's own prerequisites.
      const late = await preview(provider, name);
      const reading = await provider.read(name, namesOf(late.changes), signal());
      await lab.update(name, [`delete ${name}. TXT "v=spf1 a:stranger.example -all"`]);
      await assert.rejects(reading.write(late.changes, signal()), { code: "zoneChanged" });
      assert.deepEqual(await setsAt(provider, name, `_dmarc.${name}`), []);
    });
  }

  for (const name of ["wild.test", "wildbind.test"]) {
    test(`${name}: a wildcard's answer is no set, and no obstacle`, async () => {
      const provider = open(name);
      const record = `_dmarc.${name}`;
      const [found] = await setsAt(provider, name, record);
      assert.deepEqual(found?.values, ["wild"], "that is what the world sees");
      const change: SetChange = {
        name: record,
        type: "TXT",
        before: { ttl: found.ttl, values: found.values },
        after: { ttl: 60, values: ["v=DMARC1; p=none", "wild"] },
      };
      assert.equal(await applyChanges(target(provider, name), [change]), 1);
      assert.deepEqual((await setsAt(provider, name, record))[0]?.values, change.after?.values);
    });
  }

  for (const [zone, server] of [
    ["knot.test", "a"],
    ["bind.test", "b"],
  ] as const) {
    const kind = server === "a" ? "knot" : "bind9";
    const change: SetChange = {
      name: `refused.${zone}`,
      type: "TXT",
      before: null,
      after: { ttl: 60, values: ["x"] },
    };

    test(`${kind}: a key that it does not know, another secret, a key of another zone`, async () => {
      await assert.rejects(open(zone, { server, keyName: "nobody.knows" }).zoneOf(zone, signal()), {
        code: "badKey",
      });
      const secret = Buffer.alloc(32, 1).toString("base64");
      await assert.rejects(open(zone, { server, secret }).zoneOf(zone, signal()), {
        code: "badSignature",
      });
      const stranger = open(zone, { server, zone: "other.test" });
      await assert.rejects(applyChanges(target(stranger, zone), [change]), {
        code: server === "a" ? "badKey" : "refused", // knot has keys per zone
      });
    });

    test(`${kind}: a zone that it does not have`, async () => {
      await assert.rejects(open(zone, { server }).zoneOf("elsewhere.example", signal()), {
        code: "noZone",
      });
    });
  }

  test("a server that is no primary refuses, and the sentence says so", async () => {
    const provider = open("knot.test", { server: "b" });
    const change: SetChange = {
      name: "x.knot.test",
      type: "A",
      before: null,
      after: { ttl: 60, values: ["192.0.2.1"] },
    };
    await assert.rejects(applyChanges(target(provider, "knot.test"), [change]), (error: Error) => {
      assert.match(
        error.message,
        /is not the primary server|may not do this|does not know the key/,
      );
      return true;
    });
  });

  test("a silent server is unreachable within its time; a private address is not dialled", async () => {
    const silent = open("knot.test", { server: "silent" });
    await assert.rejects(silent.zoneOf("knot.test", AbortSignal.timeout(1_500)));
    const guarded = open("knot.test", { allowPrivate: false });
    await assert.rejects(guarded.zoneOf("knot.test", signal()), { code: "privateAddress" });
  });

  test("a key makes room for the alias to it in one message, and comes back", async () => {
    for (const zone of ["knot.test", "bind.test"]) {
      const provider = open(zone);
      const name = `ph9._domainkey.${zone}`;
      const text = { ttl: 60, values: ["v=DKIM1; p=abc"] };
      const alias = { ttl: 60, values: ["ph9.keys.posthorn.test"] };
      const first: SetChange = { name, type: "TXT", before: null, after: text };
      await applyChanges(target(provider, zone), [first]);
      const move: SetChange[] = [
        { name, type: "TXT", before: text, after: null },
        { name, type: "CNAME", before: null, after: alias },
      ];
      assert.equal(await applyChanges(target(provider, zone), move), 2);
      assert.deepEqual((await setsAt(provider, zone, name)).map(plain), [
        { name, type: "CNAME", ...alias },
      ]);
      assert.equal(await applyChanges(target(provider, zone), move.map(inverse)), 2);
      assert.deepEqual((await setsAt(provider, zone, name)).map(plain), [
        { name, type: "TXT", ...text },
      ]);
    }
  });

  test("an alias does not come to a name that is in use", async () => {
    for (const zone of ["knot.test", "bind.test"]) {
      const provider = open(zone);
      const name = `busy.${zone}`;
      const reading = await provider.read(zone, [name], signal());
      await lab.update(zone, [`add busy 60 A 192.0.2.9`]);
      const after = { ttl: 60, values: ["mail.posthorn.test"] };
      const change: SetChange = { name, type: "CNAME", before: null, after };
      await assert.rejects(reading.write([change], signal()), { code: "zoneChanged" });
    }
  });

  for (const [zone, program] of [
    ["snippet.test", "knsupdate"],
    ["snippetbind.test", "nsupdate"],
  ] as const) {
    const title = `the script for nsupdate is taken by ${program}, and refused the second time`;
    test(title, { skip: missing(program) }, async () => {
      const { secret, name, algorithm } = lab.key(zone);
      const server = zone === "snippet.test" ? "a" : "b";
      const text = SNIPPETS.nsupdate(snippetInput(zone, EXPECTED(zone)));
      const script = text.replace(`; server ns1.${zone}`, `server ${lab.at(server)} ${lab.port}`);
      assert.notEqual(script, text);
      const run = () =>
        spawnSync(findProgram(program) ?? program, ["-y", `${algorithm}:${name}:${secret}`], {
          input: `${script}quit\n`,
          encoding: "utf8",
        });
      const first = run();
      assert.equal(first.stderr, "", first.stdout);
      const plan = await preview(open(zone), zone);
      assert.deepEqual([plan.changes, plan.questions, plan.problems], [[], [], []]);
      const second = run();
      assert.match(second.stderr + second.stdout, /YXRRSET/);
    });
  }

  test("every type that we may write is read back as it was written", async () => {
    const values: Partial<Record<RecordSet["type"], string[]>> = {
      A: ["192.0.2.1", "192.0.2.2"],
      AAAA: ["2001:db8::1"],
      MX: ["10 mail.posthorn.test"],
      TXT: ['quote " and \\ and ünïcode; semicolon', "x".repeat(600)],
      SRV: ["0 1 465 mail.posthorn.test"],
      TLSA: [`3 1 1 ${"ab".repeat(32)}`, `3 1 1 ${"cd".repeat(32)}`],
      CAA: ['0 issue "pebble.test; accounturi=https://ca.test/1"', '0 issuewild ";"'],
    };
    for (const zone of ["knot.test", "bind.test"]) {
      const provider = open(zone);
      const changes = Object.entries(values).map(([type, list]): SetChange => {
        const set = { ttl: 120, values: [...list].sort() };
        return { name: `all.${zone}`, type: type as RecordSet["type"], before: null, after: set };
      });
      const off: SetChange = {
        name: `_pop3._tcp.${zone}`,
        type: "SRV",
        before: null,
        after: { ttl: 120, values: ["0 0 0 ."] },
      };
      await applyChanges(target(provider, zone), [...changes, off]);
      const sets = await setsAt(provider, zone, `all.${zone}`);
      for (const [type, list] of Object.entries(values)) {
        assert.deepEqual(valuesOf(sets, type), [...list].sort(), `${zone} ${type}`);
      }
      assert.ok(await isApplied(target(provider, zone), [off]));
    }
  });
});
