import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceOf, isSame, wantedAfter, type Part } from "./difference.ts";

/** "[-gone-]" and "{+new+}", as diff tools write it. */
const SIGNS = { same: ["", ""], removed: ["[-", "-]"], added: ["{+", "+}"] } as const;
const line = (parts: readonly Part[] | null) =>
  parts
    ?.map(({ mark, text }) => SIGNS[mark][0] + text.trimEnd() + SIGNS[mark][1])
    .join(" ")
    .trim() ?? null;
const shown = (type: string, found: string[], wanted: string[]) =>
  differenceOf(type, found, wanted).map((pair) => [line(pair.found), line(pair.wanted)]);
const isEqual = (type: string, found: string, wanted: string) =>
  differenceOf(type, [found], [wanted]).every(isSame);

test("a tag that changed is marked on both sides, the others stay", () => {
  assert.deepEqual(shown("TXT", ["v=DMARC1; p=none; pct=50"], ["v=DMARC1; p=reject"]), [
    ["v=DMARC1; [-p=none;-] [-pct=50-]", "v=DMARC1; {+p=reject+}"],
  ]);
  assert.deepEqual(shown("TXT", ["v=STSv1; id=1;"], ["v=STSv1; id=2;"]), [
    ["v=STSv1; [-id=1;-]", "v=STSv1; {+id=2;+}"],
  ]);
});

test("what the check calls equal is shown equal: order of tags, spaces, case of names, final semicolon", () => {
  for (const [found, wanted] of [
    ["v=DMARC1;p=none;rua=mailto:a@x.example", "v=DMARC1; rua=mailto:a@x.example; p=none"],
    ["v=DMARC1 ; P=None ;", "v=DMARC1; p=none"],
    [
      "v=DMARC1; rua=mailto:b@x.example, mailto:A@x.example",
      "v=DMARC1; rua=mailto:a@x.example,mailto:b@x.example",
    ],
    ["v=DKIM1; p=MIIB IjAN", "v=DKIM1; k=rsa; p=MIIBIjAN"],
    ["p=MIIBIjAN", "v=DKIM1; k=rsa; p=MIIBIjAN=="],
    ["v=DKIM1; n=a note; p=MIIBIjAN", "v=DKIM1; k=rsa; p=MIIBIjAN"],
    [
      "v=spf1 mx  a:Mail.host.example +ip4:192.0.2.1 -all",
      "v=spf1 a:mail.host.example ip4:192.0.2.1 mx -all",
    ],
  ] as const)
    assert.ok(isEqual("TXT", found, wanted), found);
  assert.ok(isEqual("MX", "10 Mail.host.example.", "10 mail.host.example"));
  assert.ok(isEqual("AAAA", "2001:DB8:0::25", "2001:db8::25"));
});

test("what only looks equal is not: version not first, another case of a key, terms behind all", () => {
  for (const [found, wanted] of [
    ["p=none; v=DMARC1", "v=DMARC1; p=none"],
    ["v=DKIM1; k=rsa; p=miib", "v=DKIM1; k=rsa; p=MIIB"],
    ["v=DKIM1; k=ed25519; p=MIIB", "v=DKIM1; k=rsa; p=MIIB"],
    ["v=DKIM1; t=y; p=MIIB", "v=DKIM1; p=MIIB"],
    ["v=spf1 -all mx", "v=spf1 mx -all"],
    ["v=spf1 -ip4:192.0.2.1 mx -all", "v=spf1 mx -ip4:192.0.2.1 -all"],
    ["v=spf1 mx ~all", "v=spf1 mx -all"],
    ['"v=DMARC1; p=none"', "v=DMARC1; p=none"],
    ["v=DMARC1 p=none", "v=DMARC1; p=none"],
    ["v=DMARC1\\; p=none", "v=DMARC1; p=none"],
  ] as const)
    assert.ok(!isEqual("TXT", found, wanted), found);
});

test("SPF: what others put there stays, ours is added", () => {
  assert.deepEqual(
    shown(
      "TXT",
      ["v=spf1 include:_spf.old.example ~all"],
      ["v=spf1 a:m.example include:_spf.old.example ~all"],
    ),
    [
      [
        "v=spf1 include:_spf.old.example ~all",
        "v=spf1 {+a:m.example+} include:_spf.old.example ~all",
      ],
    ],
  );
});

test("a key that was cut off shows the end that is missing", () => {
  const key = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo";
  const cut = key.slice(0, 50);
  assert.deepEqual(shown("TXT", [`v=DKIM1; p=${cut}`], [`v=DKIM1; p=${key}`]), [
    [`v=DKIM1; p=${cut}`, `v=DKIM1; p=${cut} {+${key.slice(50)}+}`],
  ]);
});

test("several values: those that stay, those that change, those that go and come", () => {
  assert.deepEqual(
    shown(
      "MX",
      ["10 mail.host.example", "5 mx.old.example", "20 mx2.old.example"],
      ["10 mail.host.example"],
    ),
    [
      ["10 mail.host.example", "10 mail.host.example"],
      ["[-5 mx.old.example-]", null],
      ["[-20 mx2.old.example-]", null],
    ],
  );
  assert.deepEqual(shown("MX", ["5 mx.old.example"], ["10 mail.host.example"]), [
    ["[-5 mx.old.example-]", "{+10 mail.host.example+}"],
  ]);
  const [first, second] = ["v=spf1 mx -all", "v=spf1 include:x.example -all"];
  assert.deepEqual(shown("TXT", [first, second], ["v=spf1 mx include:x.example -all"]), [
    ["v=spf1 mx -all", "v=spf1 mx {+include:x.example+} -all"],
    ["[-v=spf1 include:x.example -all-]", null],
  ]);
  assert.deepEqual(shown("SRV", ["0 1 143 mail.host.example"], ["0 1 993 mail.host.example"]), [
    ["0 1 [-143-] mail.host.example", "0 1 {+993+} mail.host.example"],
  ]);
  assert.deepEqual(shown("CNAME", [], ["mail.host.example"]), [[null, "{+mail.host.example+}"]]);
});

test("both sides hold every character of their value, whatever strangers write", () => {
  const values = [
    "v=DMARC1;; p=none ;x",
    "=;=",
    "v=spf1",
    "v=spf1  mx\t-all",
    ";",
    "",
    "a b  c",
    '"v=DKIM1; p=" "x"',
    "v=DKIM1; p=; p=MIIB; v=DKIM1",
    "v=DMARC1; rua=,mailto:a@x,;",
    `v=DMARC1; x=${"y".repeat(20_000)}`,
  ];
  const text = (parts: readonly Part[] | null) => parts?.map((part) => part.text).join("") ?? "";
  const bare = (value: string) => value.replace(/\s+/g, "");
  for (const found of values)
    for (const wanted of values) {
      const [pair, ...more] = differenceOf("TXT", [found], [wanted]);
      assert.deepEqual(more, []);
      assert.ok(pair);
      assert.equal(bare(text(pair.found)), bare(found));
      assert.equal(bare(text(pair.wanted)), bare(wanted));
      if (found === wanted) assert.ok(isSame(pair), found.slice(0, 40));
    }
});

test("what is to stand there: the change made; nothing is guessed", () => {
  const at = { name: "x.example", type: "TXT" };
  const fix = { action: "replace", ...at, remove: ["b"], add: ["c"] } as const;
  assert.deepEqual(wantedAfter({ ...at, found: ["a", "b"], fix }), ["a", "c"]);
  assert.equal(wantedAfter({ ...at, found: ["a"], fix: null }), null);
  assert.equal(wantedAfter({ ...at, found: ["a"], fix: { ...fix, type: "CNAME" } }), null);
  const alias = { ...fix, type: "CNAME", remove: ["A 192.0.2.9"], add: ["mail.host.example"] };
  assert.deepEqual(
    wantedAfter({ name: at.name, type: "CNAME", found: ["192.0.2.9"], fix: alias }),
    ["mail.host.example"],
  );
});
