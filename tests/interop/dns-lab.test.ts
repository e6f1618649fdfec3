/** The laboratory itself: Debian's kdig sees what a test has set up. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";
import { run } from "../support/run.ts";
import { findProgram, missing } from "../support/tools.ts";

const skip = missingDnsLab() || missing("kdig");
let lab: DnsLab;

before(async () => {
  if (skip) return;
  lab = await startDnsLab([
    { name: "plain.test", text: "@ MX 10 mail\nmail A 192.0.2.1" },
    { name: "signed.test", dnssec: "signed", records: { "signed.test": { TXT: ["v=spf1 -all"] } } },
    { name: "bogus.test", dnssec: "bogus", text: "@ TXT x" },
    { name: "lame.test", served: ["a"] },
    { name: "split.test", independent: true },
    { name: "bind.test", servers: ["b", "a"], dnssec: "signed", ownHosts: true },
    { name: "sub.plain.test" },
    { name: "2.0.192.in-addr.arpa", text: "1 PTR mail.plain.test." },
  ]);
});
after(async () => lab?.stop());

/** Status, AD and the answer's values. */
async function dig(address: string, ...question: string[]): Promise<string> {
  const where = [
    `@${address}`,
    "-p",
    String(lab.port),
    "+adflag",
    "+noauth",
    "+noadd",
    "+retry=0",
    "+time=1",
  ];
  const { out } = await run(findProgram("kdig") ?? "kdig", [...where, ...question]);
  const status = /status: (\w+)/.exec(out)?.[1] ?? "SILENCE";
  const ad = /Flags:[^;]* ad/.test(out) ? " AD" : "";
  const values = [...out.matchAll(/^[^;\s]+\s+\d+\s+IN\s+\S+\s+(.+)$/gm)].map(([, value]) => value);
  return `${status}${ad} ${values.join(", ")}`.trim();
}
const resolver = (...question: string[]) => dig(lab.resolver.replace(/:\d+$/, ""), ...question);

test(
  "the resolver reaches every zone and tells signed, unsigned and bogus apart",
  { skip },
  async () => {
    assert.equal(await resolver("plain.test", "MX"), "NOERROR 10 mail.plain.test.");
    assert.equal(await resolver("signed.test", "TXT"), 'NOERROR AD "v=spf1 -all"');
    assert.match(await resolver("bind.test", "SOA"), /^NOERROR AD ns-b\.bind\.test\./);
    assert.equal(await resolver("bogus.test", "TXT"), "SERVFAIL");
    assert.equal(await resolver("bogus.test", "TXT", "+cdflag"), 'NOERROR "x"');
    assert.match(await resolver("sub.plain.test", "SOA"), /^NOERROR a\.dns\.test\./);
    assert.equal(await resolver("-x", "192.0.2.1"), "NOERROR mail.plain.test.");
    assert.match(await resolver("none.test", "A"), /^NXDOMAIN AD/);
  },
);

test(
  "an update reaches both servers; one server's own copy is another serial",
  { skip },
  async () => {
    for (const [zone, primary] of [
      ["plain.test", "a"],
      ["signed.test", "a"],
      ["bind.test", "b"],
    ] as const) {
      await lab.update(zone, ["add new 60 A 192.0.2.77"]);
      for (const server of ["a", "b"] as const) {
        const answer = await dig(lab.at(server), `new.${zone}`, "A", "+norec");
        assert.equal(answer, "NOERROR 192.0.2.77", `${zone} at ${server}, primary ${primary}`);
      }
    }
    await lab.update("split.test", ["add x 60 TXT hello"], "b");
    assert.equal(await dig(lab.at("b"), "x.split.test", "TXT", "+norec"), 'NOERROR "hello"');
    assert.equal(await lab.serial("split.test", "a"), 1);
    assert.equal(await lab.serial("split.test", "b"), 2);
  },
);

test("servers refuse zones they do not have, and behave as they are told", { skip }, async () => {
  const ask = () => dig(lab.at("b"), "plain.test", "MX", "+norec");
  assert.equal(await dig(lab.at("b"), "lame.test", "SOA", "+norec"), "REFUSED");
  for (const [mood, answer] of [
    ["silent", "SILENCE"],
    ["servfail", "SERVFAIL"],
    ["refused", "REFUSED"],
    ["off", "SILENCE"],
    ["on", "NOERROR 10 mail.plain.test."],
  ] as const) {
    await lab.behave("b", mood);
    assert.equal(await ask(), answer, mood);
  }
});

test("a zone can be added while everything runs", { skip }, async () => {
  await lab.add({ name: "late.example", dnssec: "signed", text: "@ A 192.0.2.8" });
  assert.equal(await resolver("late.example", "A"), "NOERROR AD 192.0.2.8");
});

test("the key of a zone changes that zone and no other", { skip }, async () => {
  const send = async (zone: string, server: "a" | "b") => {
    const { name, algorithm, secret } = lab.key("plain.test");
    const lines = [
      `server ${lab.at(server)} ${lab.port}`,
      `key ${algorithm}:${name} ${secret}`,
      `zone ${zone}.`,
      `update add by-key.${zone}. 60 A 192.0.2.5`,
      "send\nquit\n",
    ];
    const ran = await run(findProgram("knsupdate") ?? "knsupdate", [], { input: lines.join("\n") });
    return ran.out + ran.err;
  };
  assert.equal(await send("plain.test", "a"), "");
  assert.match(await send("signed.test", "a"), /BADKEY|NOTAUTH|REFUSED/);
  assert.match(await send("bind.test", "b"), /BADKEY|NOTAUTH|REFUSED/);
  assert.equal(await dig(lab.at("a"), "by-key.plain.test", "A", "+norec"), "NOERROR 192.0.2.5");
});
