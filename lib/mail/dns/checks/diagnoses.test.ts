/** Each way in which records go wrong in people's hands has a sentence of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  judgePublished,
  reasonsOf,
  SERVER,
  type Setup,
} from "../../../../tests/support/dns-published.ts";
import type { Zone } from "../../../../tests/support/dns-server.ts";

const D = "example.com";

/** The check of that key, of a domain whose zone was edited. */
async function judged(key: string, edit: (zone: Zone) => void, more: Setup = {}) {
  const result = (await judgePublished({ ...more, edit })).get(key);
  assert.ok(result, key);
  return result;
}
const move = (zone: Zone, from: string, to: string) => {
  zone[to] = zone[from] ?? {};
  delete zone[from];
};
const text = (zone: Zone, name: string) => zone[name]?.TXT?.[0] ?? "";

test("missing: said with name and type, and what to add", async () => {
  const result = await judged("dmarc", (zone) => delete zone[`_dmarc.${D}`]);
  assert.equal(result.verdict, "missing");
  assert.deepEqual(result.reasons[0], {
    ...{ key: "dns.missing", params: { name: `_dmarc.${D}`, type: "TXT" } },
  });
  assert.deepEqual([result.fix?.action, result.fix?.add], ["add", result.expected]);
});

test("the name was doubled", async () => {
  for (const [key, name] of [
    ["dmarc", `_dmarc.${D}`],
    ["mx", D],
    ["spf", D],
    ["dkim:ph2611r", `ph2611r._domainkey.${D}`],
    ["srv:imaps", `_imaps._tcp.${D}`],
  ] as const) {
    const result = await judged(key, (zone) => move(zone, name, `${name}.${D}`));
    assert.equal(result.verdict, "missing", key);
    const relative = name === D ? "@" : name.slice(0, -D.length - 1);
    assert.deepEqual(result.reasons[0], {
      ...{ key: "dns.doubled", params: { found: `${name}.${D}`, domain: D, relative } },
    });
  }
});

test("underscores were removed, or the record put at the domain itself", async () => {
  const bare = await judged("dmarc", (zone) => move(zone, `_dmarc.${D}`, `dmarc.${D}`));
  assert.equal(reasonsOf(bare)[0], "dns.underscore");
  const key = await judged("dkim:ph2611r", (zone) =>
    move(zone, `ph2611r._domainkey.${D}`, `ph2611r.domainkey.${D}`),
  );
  assert.equal(reasonsOf(key)[0], "dns.underscore");
  const apex = await judged("mtaStsPolicy", (zone) => {
    zone[D]?.TXT?.push(text(zone, `_mta-sts.${D}`));
    delete zone[`_mta-sts.${D}`];
  });
  assert.equal(reasonsOf(apex)[0], "dns.atApex");
});

test("values that were spoilt on the way into a form", async () => {
  const cases: [reason: string, key: string, name: string, spoil: (text: string) => string][] = [
    ["dns.quoted", "dmarc", `_dmarc.${D}`, (value) => `"${value}"`],
    ["dns.quoted", "spf", D, (value) => `"${value}"`],
    ["dns.smartQuotes", "dmarc", `_dmarc.${D}`, (value) => `“${value}”`],
    ["dns.smartQuotes", "tlsReports", `_smtp._tls.${D}`, (value) => `\u00e2\u0080\u009c${value}`],
    ["dns.semicolons", "dmarc", `_dmarc.${D}`, (value) => value.replaceAll(";", "\\;")],
    ["dns.semicolonsLost", "dmarc", `_dmarc.${D}`, (value) => value.replaceAll(";", "")],
    ["dns.semicolonsLost", "mtaStsPolicy", `_mta-sts.${D}`, (value) => value.split(";")[0] ?? ""],
    ["dns.truncated", "tlsReports", `_smtp._tls.${D}`, (value) => value.slice(0, 16)],
    ["dns.split", "mtaStsPolicy", `_mta-sts.${D}`, (value) => value.replace("2026", "2026 ")],
    ["dkim.truncated", "dkim:ph2611r", `ph2611r._domainkey.${D}`, (value) => value.slice(0, 255)],
  ];
  for (const [reason, key, name, spoil] of cases) {
    const result = await judged(key, (zone) => (zone[name] = { TXT: [spoil(text(zone, name))] }));
    assert.equal(result.verdict, "different", `${reason} of ${key}: ${JSON.stringify(result)}`);
    assert.equal(reasonsOf(result)[0], reason, JSON.stringify(result.reasons));
    assert.equal(result.fix?.action, "replace", reason);
    assert.deepEqual(result.fix?.add, result.expected, reason);
  }
});

test("a key that stops says after how many characters", async () => {
  const name = `ph2611r._domainkey.${D}`;
  const result = await judged("dkim:ph2611r", (zone) => {
    zone[name] = { TXT: [text(zone, name).slice(0, 255)] };
  });
  assert.deepEqual(result.reasons[0]?.params, { n: 255 - "v=DKIM1; k=rsa; p=".length, m: 392 });
});

test("a wildcard answers for everything", async () => {
  const result = await judged("mtaStsHost", (zone) => {
    delete zone[`mta-sts.${D}`];
    zone[`*.${D}`] = { A: ["203.0.113.80"], TXT: ["hello"] };
  });
  assert.equal(result.verdict, "different");
  assert.deepEqual(result.reasons[0], {
    ...{ key: "dns.wildcard", params: { wildcard: `*.${D}` } },
  });
});

test("a wildcard of CNAMEs does not look like a doubled name", async () => {
  const result = await judged("dmarc", (zone) => {
    delete zone[`_dmarc.${D}`];
    zone[`*.${D}`] = { TXT: ["v=DMARC1; p=none"] };
  });
  assert.ok(!reasonsOf(result).includes("dns.doubled"));
});

test("the record was created in the parent, below a delegation", async () => {
  const name = `_dmarc.${D}`;
  const result = await judged("dmarc", (zone) => delete zone[name], {
    dns: { apexes: [D, name] },
  });
  assert.equal(result.verdict, "missing");
  assert.deepEqual(result.reasons[0], {
    ...{ key: "dns.wrongZone", params: { name, zone: name, parent: D } },
  });
});

test("edits at a provider that nobody is sent to", async () => {
  const facts = { parentServers: ["ns1.new.example"], ownServers: ["ns1.old.example"] };
  const result = await judged("mx", (zone) => delete zone[D], { dns: { facts } });
  assert.ok(reasonsOf(result).includes("dns.staleServers"));
});

test("a domain that does not exist", async () => {
  const result = await judged("mx", (zone) => delete zone[D], {
    dns: { facts: { exists: false } },
  });
  assert.equal(reasonsOf(result)[0], "dns.domainGone");
});

test("a web proxy in front of the mail host, and of the policy's host", async () => {
  const host = await judged("hostAddress:192.0.2.1", (zone) => {
    zone[SERVER.hostName] = { A: ["104.16.1.1"] };
  });
  assert.equal(host.verdict, "different");
  assert.deepEqual(host.reasons[0], {
    ...{ key: "dns.proxied", params: { name: SERVER.hostName, provider: "Cloudflare" } },
  });
  const policy = await judged("mtaStsHost", (zone) => {
    zone[`mta-sts.${D}`] = { AAAA: ["2606:4700::6810:1"] };
  });
  assert.deepEqual([policy.verdict, ...reasonsOf(policy)], ["weak", "dns.proxied"]);
});

test("the domain is an alias", async () => {
  const result = await judged("mx", (zone) => {
    zone[D] = { CNAME: ["shop.example"] };
    zone["shop.example"] = { A: ["203.0.113.80"] };
  });
  assert.equal(result.verdict, "conflict");
  assert.equal(reasonsOf(result)[0], "dns.cnameApex");
  assert.deepEqual(result.fix, {
    ...{ action: "remove", name: D, type: "CNAME", remove: ["shop.example"], add: [] },
  });
});

test("an alias beside other data", async () => {
  const result = await judged("mtaStsPolicy", (zone) => {
    zone[`_mta-sts.${D}`] = { CNAME: ["other.example"], TXT: ["v=STSv1; id=1"] };
  });
  assert.equal(result.verdict, "conflict");
  assert.equal(reasonsOf(result)[0], "dns.cnameBeside");
});

test("an alias that leads to nothing of use is named", async () => {
  const result = await judged("dmarc", (zone) => {
    zone[`_dmarc.${D}`] = { CNAME: ["reports.vendor.example"] };
  });
  assert.equal(result.verdict, "missing");
  assert.ok(reasonsOf(result).includes("dns.cname"));
});

test("two records where one must be", async () => {
  for (const [key, name, more, reason] of [
    ["spf", D, "v=spf1 include:_spf.example.net ~all", "spf.two"],
    ["dmarc", `_dmarc.${D}`, "v=DMARC1; p=reject", "dmarc.two"],
    ["mtaStsPolicy", `_mta-sts.${D}`, "v=STSv1; id=2", "sts.two"],
    ["tlsReports", `_smtp._tls.${D}`, "v=TLSRPTv1; rua=mailto:a@b.example", "tlsrpt.two"],
    ["dkim:ph2611r", `ph2611r._domainkey.${D}`, "v=DKIM1; p=AAAA", "dkim.two"],
  ] as const) {
    const result = await judged(key, (zone) => zone[name]?.TXT?.push(more));
    assert.deepEqual([result.verdict, reasonsOf(result)[0]], ["conflict", reason], key);
    assert.ok((result.fix?.add.length ?? 0) <= 1, `${key}: never a second record`);
  }
});

test("texts of others at the same name are none of our business", async () => {
  const result = await judged("spf", (zone) => zone[D]?.TXT?.unshift("google-site-verification=x"));
  assert.equal(result.verdict, "ok");
  assert.deepEqual(result.found, result.expected);
});
