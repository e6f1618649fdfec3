/** What would change, for everything that may be there already: nothing of others is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedRecords } from "../dns-records.ts";
import { planPublication, wantedRecord, type PlanInput } from "./plan.ts";
import { inverse, type RecordSet, type SetType } from "./record-sets.ts";
import { mergeSpf } from "./spf-merge.ts";

const ZONE = "example.com";
const RECORDS = expectedRecords({
  domain: { name: ZONE, mtaStsMode: "testing", mtaStsId: "20261125T000000" },
  hostName: "mail.example.net",
  ipv4: ["192.0.2.25"],
  ipv6: ["2001:db8::25"],
  dkim: [{ selector: "ph1", algorithm: "rsa_sha256", publicKey: "abc", state: "signing" }],
}).map((record) => wantedRecord(record));
const only = (id: string) => RECORDS.filter((record) => record.id === id);

const set = (name: string, type: SetType, ...values: string[]): RecordSet => {
  return { name, type, ttl: 300, values };
};
const plan = (over: Partial<PlanInput>) =>
  planPublication({ zone: ZONE, records: RECORDS, found: [], replace: new Set(), ...over });

test("an empty zone gets everything, and the second look finds nothing to do", () => {
  const first = plan({});
  assert.equal(first.problems.length + first.questions.length + first.kept.length, 0);
  assert.ok(first.changes.every(({ before, after }) => before === null && after !== null));
  const found = first.changes.flatMap(({ name, type, after }) =>
    after ? [{ name, type, ...after }] : [],
  );
  const second = plan({ found });
  assert.deepEqual(second.changes, []);
  assert.equal(second.kept.length, first.changes.length);
});

test("foreign texts stay, with their TTL; ours comes beside them", () => {
  const verification = "google-site-verification=abc";
  const found = [set(ZONE, "TXT", verification, "MS=ms123")];
  const [change, ...more] = plan({ records: only("spf"), found }).changes;
  assert.deepEqual(more, []);
  assert.deepEqual(change?.after, {
    ttl: 300,
    values: ["MS=ms123", verification, "v=spf1 a:mail.example.net mx -all"].sort(),
  });
  assert.equal(change?.reason, null);
  assert.deepEqual(change && inverse(change).after, change?.before);
});

test("SPF is merged into what is there, and says so", () => {
  const found = [set(ZONE, "TXT", "v=spf1 include:_spf.google.com ~all")];
  const [change] = plan({ records: only("spf"), found }).changes;
  assert.deepEqual(change?.after?.values, [
    "v=spf1 a:mail.example.net mx include:_spf.google.com ~all",
  ]);
  assert.equal(change?.reason?.key, "publish.reason.spfMerged");
  const merged = change?.after?.values ?? [];
  assert.deepEqual(
    plan({ records: only("spf"), found: [set(ZONE, "TXT", ...merged)] }).changes,
    [],
  );
});

test("what the checks called right stays in its own words, as long as it is what they saw", () => {
  const text = "v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 -all";
  const records = only("spf").map((record) => ({ ...record, right: [text] }));
  const found = [set(ZONE, "TXT", "MS=ms123", text)];
  assert.equal(plan({ records, found }).kept.length, 1);
  const second = [set(ZONE, "TXT", text, "v=spf1 mx ~all")];
  assert.equal(plan({ records, found: second }).changes.length, 1, "a second one came since");
  const other = [set(ZONE, "TXT", "v=spf1 -all")];
  assert.equal(plan({ records, found: other }).changes.length, 1, "it was changed since");
});

test("MX of others is asked about, and replaced when ticked", () => {
  const found = [set(ZONE, "MX", "1 aspmx.l.google.com", "5 alt1.aspmx.l.google.com")];
  const asked = plan({ records: only("mx"), found });
  assert.deepEqual(asked.changes, []);
  assert.equal(asked.questions[0]?.reason?.key, "publish.reason.mailMoves");
  const ticked = plan({ records: only("mx"), found, replace: new Set(["mx"]) });
  assert.deepEqual(ticked.changes[0]?.after?.values, ["10 mail.example.net"]);
  assert.deepEqual(ticked.changes[0]?.before?.values, found[0]?.values);
});

test("a policy of the owner is not replaced behind his back", () => {
  for (const [id, name, text] of [
    ["dmarc", `_dmarc.${ZONE}`, "v=DMARC1; p=reject; rua=mailto:x@elsewhere.example"],
    ["tlsReports", `_smtp._tls.${ZONE}`, "v=TLSRPTv1; rua=mailto:x@elsewhere.example"],
  ] as const) {
    const found = [set(name, "TXT", text)];
    const asked = plan({ records: only(id), found });
    assert.deepEqual([asked.changes.length, asked.questions.length], [0, 1], id);
    const ticked = plan({ records: only(id), found, replace: new Set([id]) });
    assert.equal(ticked.changes[0]?.after?.values.length, 1, "one record, not two");
  }
});

test("what can only be an outdated or mangled copy of ours is replaced", () => {
  for (const [id, name, text] of [
    ["dkim:ph1", `ph1._domainkey.${ZONE}`, "v=DKIM1; k=rsa; p=ab"],
    ["mtaStsPolicy", `_mta-sts.${ZONE}`, "v=STSv1; id=20200101T000000"],
  ] as const) {
    const { changes } = plan({ records: only(id), found: [set(name, "TXT", text)] });
    assert.equal(changes[0]?.reason?.key, "publish.reason.outdated", id);
    assert.equal(changes[0]?.after?.values.length, 1);
  }
});

test("an alias beside data, and data beside an alias, are refused with what is there", () => {
  const name = `mta-sts.${ZONE}`;
  const beside = plan({ records: only("mtaStsHost"), found: [set(name, "A", "192.0.2.80")] });
  assert.deepEqual(beside.problems[0]?.reason, {
    key: "publish.reason.dataThere",
    params: { name, types: "A" },
  });
  const text = `_dmarc.${ZONE}`;
  const alias = plan({
    records: only("dmarc"),
    found: [set(text, "CNAME", "dmarc.elsewhere.example")],
    replace: new Set(["dmarc"]),
  });
  assert.equal(alias.problems[0]?.reason.key, "publish.reason.aliasThere");
  assert.deepEqual([alias.changes, beside.changes], [[], []]);
});

test("a name that leads to our addresses is as good as the alias", () => {
  const name = `mta-sts.${ZONE}`;
  const found = [set(name, "A", "192.0.2.25"), set(name, "AAAA", "2001:db8::25")];
  const { kept, problems } = plan({ records: only("mtaStsHost"), found });
  assert.deepEqual([kept.length, problems.length], [2, 0]);
  const mail = plan({
    records: only("mtaStsHost"),
    found: [...found, set(name, "MX", "1 x.example")],
  });
  assert.equal(mail.problems.length, 1, "but not with mail there");
});

test("records of another zone are not attempted", () => {
  const { changes, problems } = plan({ zone: "example.org" });
  assert.deepEqual(changes, []);
  assert.ok(problems.every(({ reason }) => reason.key === "publish.reason.otherZone"));
  const sub = plan({ zone: "com" });
  assert.ok(sub.changes.length > 0, "a parent's zone holds the names");
});

test("several values of one set are one change, and others of their kind stay", () => {
  const name = `_25._tcp.mail.${ZONE}`;
  const base = {
    kind: "hostTlsa",
    name,
    type: "TLSA",
    ttl: 60,
    orAddresses: [],
    orText: null,
    right: [],
  } as const;
  const records = ["3 1 1 aa", "3 1 1 bb"].map((value, at) => ({
    ...base,
    id: `tlsa:${at}`,
    value,
  }));
  const { changes } = plan({ records, found: [set(name, "TLSA", "3 1 1 cc")] });
  assert.deepEqual(
    changes.map(({ after }) => after?.values),
    [["3 1 1 aa", "3 1 1 bb", "3 1 1 cc"]],
  );
  assert.deepEqual(changes[0]?.records, ["tlsa:0", "tlsa:1"]);
});

const OURS = "v=spf1 a:mail.example.net mx -all";
for (const [found, merged] of [
  [[], OURS],
  [[OURS], OURS],
  [["v=spf1 mx a:mail.example.net ~all"], "v=spf1 mx a:mail.example.net ~all"],
  [["v=spf1 +mx A:MAIL.example.net ?all"], "v=spf1 +mx A:MAIL.example.net ?all"],
  [["v=spf1 -all"], "v=spf1 a:mail.example.net mx -all"],
  [["v=spf1"], "v=spf1 a:mail.example.net mx -all"],
  [["v=spf1 redirect=_spf.example.org"], "v=spf1 a:mail.example.net mx redirect=_spf.example.org"],
  [
    ["v=spf1 include:a.example ~all", "v=spf1 mx include:b.example include:a.example -all"],
    "v=spf1 a:mail.example.net include:a.example mx include:b.example ~all",
  ],
  [
    ["v=spf1 ip4:192.0.2.1 exp=why.example.com -all"],
    "v=spf1 a:mail.example.net mx ip4:192.0.2.1 -all exp=why.example.com",
  ],
] as const) {
  test(`SPF: ${found.join(" | ") || "nothing"}`, () => {
    assert.equal(mergeSpf(found, OURS), merged);
  });
}
