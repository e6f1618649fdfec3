/** Publishing by API, against servers that speak as Cloudflare and deSEC document it, over real HTTP. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { expectedRecords } from "../../lib/mail/dns-records.ts";
import { planPublication, wantedRecord } from "../../lib/mail/dns/plan.ts";
import { inverse, type SetChange } from "../../lib/mail/dns/record-sets.ts";
import { startCloudflare, startDesec, type ApiServer } from "../../tests/support/dns-apis.ts";
import { applyChanges, isApplied, namesOf } from "./apply.ts";
import { openCloudflare } from "./cloudflare.ts";
import { openDesec } from "./desec.ts";
import { checkBaseUrl } from "./http.ts";
import type { Provider } from "./provider.ts";

const NAME = "example.com";
const LONG_KEY = Buffer.alloc(550, 7).toString("base64");
const RECORDS = expectedRecords({
  domain: { name: NAME, mtaStsMode: "testing", mtaStsId: "20261125T000000" },
  hostName: "mail.example.net",
  dkim: [{ selector: "ph1r", algorithm: "rsa_sha256", publicKey: LONG_KEY, state: "publishing" }],
}).map((record) => wantedRecord(record));

const cloudflare = await startCloudflare({
  [NAME]: [
    { name: NAME, type: "A", content: "192.0.2.1", ttl: 1, proxied: true },
    { name: NAME, type: "MX", content: "mx.old.example", priority: 5, ttl: 300 },
    { name: NAME, type: "TXT", content: "google-site-verification=abc", ttl: 300 },
    { name: NAME, type: "TXT", content: '"v=spf1 include:_spf.old.example ~all"', ttl: 300 },
    { name: `mta-sts.${NAME}`, type: "CNAME", content: "mail.example.net", ttl: 1, proxied: true },
    { name: `www.${NAME}`, type: "CNAME", content: NAME, ttl: 1, proxied: true },
    { name: NAME, type: "CAA", data: { flags: 0, tag: "issue", value: "ca.example" }, ttl: 1 },
  ],
});
const desec = await startDesec({
  [NAME]: [
    { subname: "", type: "NS", ttl: 3600, records: ["ns1.desec.io.", "ns2.desec.org."] },
    { subname: "", type: "MX", ttl: 3600, records: ["5 mx.old.example."] },
    {
      ...{ subname: "", type: "TXT", ttl: 7200 },
      records: ['"google-site-verification=" "abc"', '"v=spf1 include:_spf.old.example ~all"'],
    },
    { subname: "www", type: "A", ttl: 3600, records: ["192.0.2.80"] },
  ],
});
after(() => Promise.all([cloudflare.stop(), desec.stop()]));

const services = [
  {
    api: cloudflare as ApiServer,
    open: (token = cloudflare.token): Provider =>
      openCloudflare({ token, baseUrl: cloudflare.baseUrl }),
    state: () => withoutIds(cloudflare.records.get(NAME) ?? []),
  },
  {
    api: desec as ApiServer,
    open: (token = desec.token): Provider => openDesec({ token, baseUrl: desec.baseUrl }),
    state: () => sorted(desec.sets.get(NAME) ?? []),
  },
];

const withoutIds = (records: readonly object[]) =>
  sorted(
    records.map((record) => {
      const entry = { ...record, id: "" };
      // "Automatic" comes back as the seconds that it stands for.
      return "ttl" in entry && entry.ttl === 1 ? { ...entry, ttl: 300 } : entry;
    }),
  );
const sorted = (list: readonly object[]) =>
  list.map((item) => JSON.stringify(Object.entries(item).sort())).sort();
const signal = () => AbortSignal.timeout(15_000);

async function plan(provider: Provider, replace: string[] = []) {
  const zone = await provider.zoneOf(`x.y.${NAME}`, signal());
  assert.equal(zone, NAME);
  const { sets } = await provider.read(zone, namesOf(RECORDS), signal());
  return planPublication({ zone, records: RECORDS, found: sets, replace: new Set(replace) });
}

for (const { api, open, state } of services) {
  const provider = open();
  const target = () => ({ provider, zone: NAME, signal: signal() });
  const name = provider.server;

  test(`${name}: preview, apply, read back, twice is once, undo`, async () => {
    const before = state();
    const { changes, questions } = await plan(provider, ["mx", "mtaStsHost"]);
    assert.deepEqual(questions, []);
    const count = await applyChanges(target(), changes);
    assert.equal(count, changes.length);
    assert.ok(await isApplied(target(), changes));
    const { sets } = await provider.read(NAME, [NAME, `ph1r._domainkey.${NAME}`], signal());
    const values = (type: string, at = NAME) =>
      sets.find((set) => set.name === at && set.type === type)?.values;
    assert.deepEqual(values("MX"), ["10 mail.example.net"]);
    assert.deepEqual(values("TXT"), [
      "google-site-verification=abc",
      "v=spf1 a:mail.example.net mx include:_spf.old.example ~all",
    ]);
    assert.match(
      values("TXT", `ph1r._domainkey.${NAME}`)?.[0] ?? "",
      new RegExp(`p=${LONG_KEY.slice(0, 300)}`),
    );
    assert.equal(await applyChanges(target(), changes), 0);
    await applyChanges(target(), changes.map(inverse));
    assert.deepEqual(state(), before, "nothing of others was touched");
  });

  test(`${name}: what is already as it shall be makes no request to write`, async () => {
    api.requests.length = 0;
    const { sets } = await provider.read(NAME, [NAME], signal());
    const same = sets.map(({ name: at, type, ttl, values }): SetChange => {
      return { name: at, type, before: null, after: { ttl, values } };
    });
    assert.equal(await applyChanges(target(), same), 0);
    assert.ok(api.requests.every((request) => request.startsWith("GET ")));
  });

  test(`${name}: a changed zone is refused, and nothing is written`, async () => {
    const { changes } = await plan(provider);
    const spoiled = changes.map((change) =>
      change.type === "TXT" && change.name === NAME
        ? { ...change, before: { ttl: 300, values: ["something else"] } }
        : change,
    );
    const before = state();
    await assert.rejects(applyChanges(target(), spoiled), { code: "zoneChanged" });
    assert.deepEqual(state(), before);
  });

  test(`${name}: a wrong token, a zone of somebody else, a server that fails`, async () => {
    await assert.rejects(open("wrong").zoneOf(NAME, signal()), { code: "tokenRefused" });
    await assert.rejects(open().zoneOf("example.org", signal()), { code: "noZone" });
    api.failures.push({ status: 403, body: '{"success":false,"errors":[],"result":null}' });
    await assert.rejects(open().zoneOf(NAME, signal()), { code: "forbidden" });
    api.failures.push({ status: 502, body: "<html>" });
    await assert.rejects(open().zoneOf(NAME, signal()), { code: "badAnswer" });
    api.failures.push({ status: 500 });
    await assert.rejects(open().zoneOf(NAME, signal()), { code: "apiFailed", temporary: true });
    api.failures.push({ status: 200, body: '{"success":true,"result":"what"}' });
    await assert.rejects(open().zoneOf(NAME, signal()), { code: "badAnswer" });
    api.failures.push({ status: 200, body: " ".repeat(9 * 1024 * 1024) });
    await assert.rejects(open().zoneOf(NAME, signal()), { code: "badAnswer" });
    api.failures.push({ status: 302, headers: { location: "http://127.0.0.1:1/" } });
    await assert.rejects(open().zoneOf(NAME, signal()), { code: "unreachable" });
  });

  test(`${name}: a short request for patience is honoured, a long one is told`, async () => {
    api.failures.push({ status: 429, headers: { "retry-after": "1" } });
    const started = performance.now();
    assert.equal(await open().zoneOf(NAME, signal()), NAME);
    assert.ok(performance.now() - started >= 990);
    api.failures.push({ status: 429, headers: { "retry-after": "900" } });
    await assert.rejects(open().zoneOf(NAME, signal()), {
      code: "throttled",
      message: `${name} asks for patience: 900 seconds`,
    });
  });

  test(`${name}: silence ends with the caller's patience`, async () => {
    api.failures.push({ status: 200, silent: true });
    await assert.rejects(open().zoneOf(NAME, AbortSignal.timeout(200)), { name: "TimeoutError" });
  });
}

test("Cloudflare: what is behind the proxy counts as different, and comes back without it", async () => {
  const { changes, questions } = await plan(services[0]?.open() ?? assert.fail());
  assert.ok(!changes.some(({ name }) => name === `mta-sts.${NAME}`));
  const question = questions.find(({ name }) => name === `mta-sts.${NAME}`);
  assert.deepEqual(question?.before?.values, ["mail.example.net (proxied)"]);
  assert.deepEqual(question.after?.values, ["mail.example.net"]);
});

test("a token does not travel in the clear, nor in an address", () => {
  for (const url of ["http://api.example.net/", "ftp://x/", "https://user:pw@x/", "nonsense", ""]) {
    assert.throws(() => checkBaseUrl(url), { code: "insecureUrl" }, url);
  }
  assert.equal(checkBaseUrl("https://dns.example.net/api/v1/"), "https://dns.example.net/api/v1");
  assert.equal(checkBaseUrl("http://127.0.0.1:8080/api"), "http://127.0.0.1:8080/api");
});
