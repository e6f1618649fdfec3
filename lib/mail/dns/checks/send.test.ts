/** SPF, DKIM and DMARC: what counts as right is what verifies. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKeyPairSync } from "node:crypto";
import {
  DOMAIN,
  judgePublished,
  KEYS,
  reasonsOf,
  type Setup,
} from "../../../../tests/support/dns-published.ts";
import type { Zone } from "../../../../tests/support/dns-server.ts";

const D = "example.com";

async function judged(key: string, edit: (zone: Zone) => void = () => {}, more: Setup = {}) {
  const result = (await judgePublished({ ...more, edit })).get(key);
  assert.ok(result, key);
  return { ...result, summary: [result.verdict, ...reasonsOf(result)] };
}
const put = (name: string, node: Zone[string]) => (zone: Zone) => void (zone[name] = node);

test("SPF of a domain that only receives: without us what it forwards is refused, and nothing else", async () => {
  const domain = { ...DOMAIN, mode: "receive" } as const;
  const closed = (zone: Zone) => Object.assign(zone, { [D]: { ...zone[D], TXT: ["v=spf1 -all"] } });
  const { summary, fix } = await judged("spf", closed, { domain });
  assert.deepEqual(summary, ["weak", "spf.notListed"]);
  assert.ok(fix?.add[0]?.includes("a:mail.host.example"));
  assert.equal((await judged("spf", closed)).verdict, "different");
  const broken = put(D, { TXT: ["v=spf1 nonsense:x -all"] });
  assert.equal((await judged("spf", broken, { domain })).verdict, "different");
});

test("SPF: what passes is right, however it is written", async () => {
  const spf = (text: string, more: Zone = {}) =>
    judged("spf", (zone) => Object.assign(zone, { [D]: { ...zone[D], TXT: [text] }, ...more }));
  const include = { "_spf.x.example": { TXT: ["v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"] } };
  assert.deepEqual((await spf("v=spf1 ip4:192.0.2.1 ip6:2001:db8::25 -all")).summary, ["ok"]);
  assert.deepEqual((await spf("V=SPF1  MX  -ALL")).summary, ["ok"]);
  assert.deepEqual((await spf("v=spf1 include:_spf.x.example ~all", include)).summary, [
    "ok",
    "spf.soft",
  ]);
  assert.deepEqual((await spf("v=spf1 redirect=_spf.x.example", include)).summary, ["ok"]);
  assert.deepEqual((await spf("v=spf1 mx ?all")).summary, ["weak", "spf.neutral"]);
  assert.deepEqual((await spf("v=spf1 mx")).summary, ["weak", "spf.open"]);
  assert.deepEqual((await spf("v=spf1 mx +all")).summary, ["different", "spf.allowsAll"]);
  assert.deepEqual((await spf("v=spf1 mx ptr -all")).summary, ["weak", "spf.ptr"]);
  assert.deepEqual((await spf("v=spf1 mx include:gone.example -all")).summary, [
    "weak",
    "spf.broken",
  ]);
  assert.deepEqual((await spf("v=spf1 include:gone.example mx -all")).summary, [
    "different",
    "spf.broken",
  ]);
  const syntax = await spf("v=spf1 ipv4:192.0.2.1 mx -all");
  assert.deepEqual(syntax.summary, ["different", "spf.syntax"]);
  assert.ok(!syntax.fix?.add[0]?.includes("ipv4:"));
});

test("SPF: ours is put into the record that is there, never beside it", async () => {
  const theirs = "v=spf1 include:_spf.google.com ip4:203.0.113.0/24 ~all";
  const google = { "_spf.google.com": { TXT: ["v=spf1 ip4:198.51.100.0/24 ~all"] } };
  const result = await judged("spf", (zone) => {
    Object.assign(zone, { [D]: { ...zone[D], TXT: [theirs] }, ...google });
  });
  assert.deepEqual(result.summary, ["different", "spf.notListed"]);
  assert.deepEqual(result.fix?.remove, [theirs]);
  const [merged = ""] = result.fix?.add ?? [];
  assert.match(merged, /^v=spf1 /);
  for (const term of theirs.split(" ").slice(1)) assert.ok(merged.includes(term), term);
  const again = await judged("spf", (zone) => {
    Object.assign(zone, { [D]: { ...zone[D], TXT: [merged] }, ...google });
  });
  assert.equal(again.verdict, "ok", "what we propose is right once it is published");
});

test("SPF: the tree says what each branch costs, and over ten is told", async () => {
  const names = Array.from({ length: 12 }, (_, at) => `s${at}.example`);
  const nodes = Object.fromEntries(names.map((name) => [name, { TXT: ["v=spf1 -all"] }]));
  const many = (count: number) =>
    judged("spf", (zone) => {
      const includes = names.slice(0, count).map((name) => `include:${name}`);
      Object.assign(zone, nodes, {
        [D]: { ...zone[D], TXT: [`v=spf1 mx ${includes.join(" ")} -all`] },
      });
    });
  assert.deepEqual((await many(9)).summary, ["ok", "spf.lookups"]);
  const over = await many(11);
  assert.deepEqual(over.summary, ["weak", "spf.tooManyLookups"]);
  assert.equal(over.facts["lookups"], 12);
  const voids = await judged("spf", (zone) => {
    zone[D] = { ...zone[D], TXT: ["v=spf1 mx a:v1.example a:v2.example a:v3.example -all"] };
  });
  assert.deepEqual(
    [voids.verdict, voids.reasons[0]],
    ["weak", { key: "spf.voids", params: { n: 3 } }],
  );
});

test("SPF: an include that cannot be looked up just now leaves it unknown", async () => {
  const result = await judged(
    "spf",
    (zone) => void (zone[D] = { ...zone[D], TXT: ["v=spf1 include:slow.example -all"] }),
    { dns: { failures: { "slow.example": "TIMEOUT" } } },
  );
  assert.deepEqual(result.summary, ["unknown", "spf.temporary"]);
});

test("DKIM: the decoded key counts", async () => {
  const name = `ph2611r._domainkey.${D}`;
  const p = KEYS[0]?.publicKey ?? "";
  const dkim = (text: string) => judged("dkim:ph2611r", put(name, { TXT: [text] }));
  assert.deepEqual((await dkim(`p=${p}`)).summary, ["ok"]);
  const spaced = `k = rsa ;\tp = ${p.match(/.{1,60}/g)?.join(" ") ?? ""} ; x=future`;
  assert.deepEqual((await dkim(spaced)).summary, ["ok"]);
  assert.deepEqual((await dkim(`v=DKIM1; k=rsa; t=y; p=${p}`)).summary, ["weak", "dkim.testing"]);
  assert.deepEqual((await dkim("v=DKIM1; k=rsa; p=")).summary, ["different", "dkim.revoked"]);
  assert.deepEqual((await dkim(`v=DKIM1; k=ed25519; p=${p}`)).summary, ["different", "dkim.type"]);
  assert.deepEqual((await dkim(`v=DKIM1; h=sha1; p=${p}`)).summary, [
    "different",
    "dkim.restricted",
  ]);
  assert.deepEqual((await dkim(`v=DKIM1; s=tlsrpt; p=${p}`)).summary, [
    "different",
    "dkim.restricted",
  ]);
  assert.deepEqual((await dkim(`v=DKIM1; p=${p.slice(0, -3)}###`)).summary, [
    "different",
    "dkim.encoding",
  ]);
  const other = KEYS[1]?.publicKey ?? "";
  assert.deepEqual((await dkim(`v=DKIM1; k=rsa; p=${other}`)).summary, [
    "different",
    "dkim.otherKey",
  ]);
  assert.deepEqual((await dkim(`v=DKIM2; p=${p}`)).summary, ["different", "dkim.syntax"]);
});

test("DKIM: a key that we revoked is right when its record is empty", async () => {
  const name = `ph2611r._domainkey.${D}`;
  const keys = KEYS.slice(0, 1).map((key) => ({
    ...{ ...key, revoked: true, state: "retiring" as const },
  }));
  const text = `v=DKIM1; k=rsa; p=${KEYS[0]?.publicKey ?? ""}`;
  const dkim = (edit?: (zone: Zone) => void) => judged("dkim:ph2611r", edit, { keys });
  assert.deepEqual((await dkim()).summary, ["ok"]);
  const held = await dkim(put(name, { TXT: [text] }));
  assert.deepEqual(held.summary, ["different", "dkim.notRevoked"]);
  assert.deepEqual(held.fix?.add, ["v=DKIM1; k=rsa; p="]);
});

test("DKIM: lost padding is no lost key", async () => {
  const [, ed25519] = KEYS;
  const bare = ed25519?.publicKey.replace(/=+$/, "") ?? "";
  const name = `ph2611e._domainkey.${D}`;
  const judge = (p: string) =>
    judged("dkim:ph2611e", put(name, { TXT: [`v=DKIM1; k=ed25519; p=${p}`] }));
  assert.deepEqual((await judge(bare)).summary, ["ok"]);
  assert.deepEqual((await judge(bare.slice(0, -1))).summary, ["different", "dkim.truncated"]);
});

test("DKIM: a key of 1024 bits is weak, one of less is refused", async () => {
  for (const [bits, summary] of [
    [1024, ["weak", "dkim.weak"]],
    [768, ["different", "dkim.short"]],
  ] as const) {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
    const p = publicKey.export({ format: "der", type: "spki" }).toString("base64");
    const keys = [
      { selector: "old", algorithm: "rsa_sha256", state: "signing", publicKey: p },
    ] as const;
    assert.deepEqual((await judged("dkim:old", () => {}, { keys })).summary, summary);
  }
});

test("DKIM by alias: the key at the end of it, and whose business it is when it is wrong", async () => {
  const target = "ph2611r.keys.host.example";
  const keys = KEYS.slice(0, 1).map((key) => ({ ...key, target }));
  const name = `ph2611r._domainkey.${D}`;
  const dkim = (edit?: (zone: Zone) => void) => judged("dkim:ph2611r", edit, { keys });
  assert.deepEqual((await dkim()).summary, ["ok"]);
  const text = `v=DKIM1; k=rsa; p=${KEYS[0]?.publicKey ?? ""}`;
  assert.deepEqual((await dkim(put(name, { TXT: [text] }))).summary, ["ok", "dkim.direct"]);
  const gone = await dkim((zone) => delete zone[target]);
  assert.deepEqual(gone.summary.slice(0, 2), ["different", "dkim.target"]);
  assert.equal(gone.fix, null);
  const none = await dkim((zone) => delete zone[name]);
  assert.deepEqual([none.verdict, none.fix?.type, none.fix?.add], ["missing", "CNAME", [target]]);
});

test("DMARC: strictness, reports and leftovers", async () => {
  const name = `_dmarc.${D}`;
  const dmarc = { p: "quarantine", rua: [`dmarc@${D}`] } as const;
  const judge = (text: string) =>
    judged("dmarc", put(name, { TXT: [text] }), { domain: { ...DOMAIN, dmarc } });
  const rua = `rua=mailto:dmarc@${D}`;
  assert.deepEqual((await judge(`v=DMARC1;p=quarantine;${rua}`)).summary, ["ok"]);
  assert.deepEqual(
    (await judge(`v=DMARC1; P=Quarantine; future=1; ${rua},mailto:x@y.example`)).summary,
    ["ok"],
  );
  assert.deepEqual((await judge(`v=DMARC1; p=reject; ${rua}`)).summary, ["ok", "dmarc.stricter"]);
  assert.deepEqual((await judge(`v=DMARC1; p=none; ${rua}`)).summary, ["weak", "dmarc.weaker"]);
  assert.deepEqual((await judge(`v=DMARC1; p=quarantine; sp=none; ${rua}`)).summary, [
    "weak",
    "dmarc.weaker",
  ]);
  assert.deepEqual((await judge(`v=DMARC1; p=quarantine; t=y; ${rua}`)).summary, [
    "weak",
    "dmarc.testing",
  ]);
  assert.deepEqual((await judge(`v=DMARC1; p=quarantine; adkim=s; ${rua}`)).summary, [
    "weak",
    "dmarc.alignment",
  ]);
  assert.deepEqual((await judge("v=DMARC1; p=quarantine")).summary, ["weak", "dmarc.noReports"]);
  assert.deepEqual((await judge("v=DMARC1; p=bounce")).summary, ["different", "dmarc.syntax"]);
  const pct = await judge(`v=DMARC1; p=quarantine; pct=50; ri=3600; x=1; ${rua}`);
  assert.deepEqual(pct.reasons, [{ key: "dmarc.obsolete", params: { tags: "pct, ri" } }]);
  assert.equal(pct.verdict, "weak");
  assert.deepEqual(pct.fix?.add, [`v=DMARC1; p=quarantine; x=1; ${rua}`]);
  const vendor = await judge("v=DMARC1; p=none; rua=mailto:a@vendor.example!10m");
  assert.deepEqual(vendor.summary, ["weak", "dmarc.weaker", "dmarc.reportsElsewhere"]);
  assert.deepEqual(vendor.fix?.add, [
    `v=DMARC1; p=quarantine; rua=mailto:a@vendor.example!10m,mailto:dmarc@${D}`,
  ]);
});

test("DMARC: the organisation's record applies, and it is said where it stands", async () => {
  const domain = {
    ...DOMAIN,
    name: "mail.shop.example",
    dmarc: { p: "quarantine", rua: [] },
  } as const;
  const above = (text: string, at = "shop.example") =>
    judged(
      "dmarc",
      (zone) => {
        delete zone["_dmarc.mail.shop.example"];
        zone[`_dmarc.${at}`] = { TXT: [text] };
      },
      { domain },
    );
  const strict = await above("v=DMARC1; p=none; sp=reject");
  assert.deepEqual(strict.summary, ["weak", "dmarc.inherited"]);
  assert.deepEqual(strict.reasons[0]?.params, { name: "shop.example", policy: "reject" });
  assert.deepEqual((await above("v=DMARC1; p=none")).verdict, "missing");
  const suffix = await above("v=DMARC1; p=reject; psd=y", "example");
  assert.deepEqual(suffix.summary, ["weak", "dmarc.inherited"]);
});

test("consent to reports: not needed within one organisation", async () => {
  const dmarc = { p: "none", rua: ["dmarc@reports.shop.example"] } as const;
  const domain = { ...DOMAIN, name: "mail.shop.example", dmarc };
  const consent = "mail.shop.example._report._dmarc.reports.shop.example";
  const key = "dmarcReports:reports.shop.example";
  const without = await judged(key, (zone) => delete zone[consent], { domain });
  assert.equal(without.verdict, "missing");
  assert.equal(without.summary[1], "dmarc.consentMissing");
  const together = await judged(
    key,
    (zone) => {
      delete zone[consent];
      zone["_dmarc.shop.example"] = { TXT: ["v=DMARC1; p=none"] };
    },
    { domain: { ...domain, dmarc } },
  );
  assert.deepEqual(together.summary, ["ok", "dmarc.consentNotNeeded"]);
});
