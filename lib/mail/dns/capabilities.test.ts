import assert from "node:assert/strict";
import { test } from "node:test";
import { DOMAIN, judgePublished, type Setup } from "../../../tests/support/dns-published.ts";
import { capabilitiesOf, type CapabilityCheck } from "./capabilities.ts";
import { judgeWithHistory } from "./history.ts";
import { nextStepOf } from "./next-step.ts";
import { reason, type Reason } from "./reasons.ts";

const D = DOMAIN.name;

/** As the probe of the policy says it (engine/probes/sts-policy.ts). */
const fetched = (verdict: CapabilityCheck["verdict"], reasons: Reason[] = []): CapabilityCheck => ({
  ...({ key: "stsPolicy", kind: "stsPolicy", scope: "domain", group: "encrypt" } as const),
  ...({ need: "recommended", name: `mta-sts.${D}`, type: "", fix: null, facts: {} } as const),
  ...{ verdict, reasons },
});

async function recordsOf(setup: Setup = {}): Promise<CapabilityCheck[]> {
  return [...(await judgePublished(setup)).values()];
}
const checksOf = async (setup: Setup = {}) => [...(await recordsOf(setup)), fetched("ok")];
const states = (checks: readonly CapabilityCheck[]) =>
  Object.fromEntries(capabilitiesOf(checks, D).map(({ group, state }) => [group, state]));
const sentence = (checks: readonly CapabilityCheck[], group: string) =>
  capabilitiesOf(checks, D).find((one) => one.group === group)?.sentence;

test("all records right: everything works, and protection is only watching while p=none", async () => {
  const checks = await checksOf();
  assert.deepEqual(states(checks), {
    ...{ receive: "ok", send: "ok", protect: "part", encrypt: "ok", devices: "ok" },
  });
  assert.equal(sentence(checks, "protect")?.key, "cap.protect.watching");
  assert.equal(nextStepOf(checks), null);
  for (const { correct, total } of capabilitiesOf(checks, D))
    assert.ok(total > 0 && correct === total);
});

test("a policy of reject protects, one that is tested does not yet", async () => {
  const dmarc = { p: "reject", rua: [`a@${D}`] } as const;
  assert.equal(states(await checksOf({ domain: { ...DOMAIN, dmarc } }))["protect"], "ok");
  const tested = await checksOf({ domain: { ...DOMAIN, dmarc: { ...dmarc, t: true } } });
  assert.equal(sentence(tested, "protect")?.key, "cap.protect.testing");
});

test("mail at another provider: told by name, and MX is the next step", async () => {
  const checks = await checksOf({
    edit: (zone) => {
      zone[D] = { ...zone[D], MX: [{ preference: 1, exchange: "aspmx.l.google.com" }] };
    },
  });
  assert.equal(states(checks)["receive"], "broken");
  assert.deepEqual(sentence(checks, "receive"), {
    ...{ key: "cap.receive.elsewhere", params: { domain: D, host: "Google Workspace" } },
  });
  assert.deepEqual(nextStepOf(checks), {
    ...{ check: "mx", key: "next.replace", params: { name: D, type: "MX" } },
  });
});

test("a domain that was just added waits, and its first step is the first record", async () => {
  const now = new Date();
  const results = await judgePublished({
    edit: (zone) => {
      for (const name of Object.keys(zone)) if (name.endsWith(D)) delete zone[name];
    },
  });
  const checks = [...results.values()].map((one) => judgeWithHistory(null, one, now).check);
  assert.deepEqual(states(checks), {
    ...{ receive: "waiting", send: "waiting", protect: "waiting" },
    ...{ encrypt: "waiting", devices: "waiting" },
  });
  assert.equal(nextStepOf(checks)?.check, "mx");
  assert.equal(nextStepOf(checks)?.key, "next.add");
  assert.deepEqual(capabilitiesOf(checks, D).find(({ group }) => group === "protect")?.correct, 0);
});

test("nobody answers: unknown, never broken; the step is to find out why", async () => {
  const servers = [{ host: "a.dns.example", rcode: "TIMEOUT" }] as const;
  const checks = await recordsOf({ dns: { servers, resolver: "TIMEOUT" } });
  for (const [group, state] of Object.entries(states(checks)))
    assert.equal(state, "unknown", group);
  assert.equal(nextStepOf(checks)?.key, "next.look");
});

test("3 of 4 records correct", async () => {
  const checks = await checksOf({ edit: (zone) => delete zone[`ph2611r._domainkey.${D}`] });
  const send = capabilitiesOf(checks, D).find(({ group }) => group === "send");
  assert.equal(send?.state, "broken");
  assert.equal((send?.total ?? 0) - (send?.correct ?? 0), 1);
});

test("a domain that only sends does not receive here, and says so", async () => {
  const domain = { ...DOMAIN, mode: "send" } as const;
  const own = (await checksOf({ domain })).filter(({ scope }) => scope === "domain");
  assert.equal(states(own)["receive"], "off");
  assert.equal(sentence(own, "receive")?.key, "cap.receive.off");
});

test("a domain that only receives does not send, and needs no key to be protected", async () => {
  const domain = { ...DOMAIN, mode: "receive" } as const;
  const edit: Setup["edit"] = (zone) => {
    for (const name of Object.keys(zone)) if (name.includes("_domainkey")) delete zone[name];
  };
  const own = (await checksOf({ domain, edit })).filter(({ scope }) => scope === "domain");
  assert.equal(states(own)["send"], "off");
  assert.equal(states(own)["receive"], "ok");
  assert.notEqual(states(own)["protect"], "broken");
});

test("what a person accepted counts as right", async () => {
  const checks = (await checksOf()).map((check) =>
    check.kind === "tlsReports" ? { ...check, verdict: "accepted" as const } : check,
  );
  assert.equal(states(checks)["encrypt"], "ok");
});

test("encryption is claimed when the policy was fetched and is enforced, not before", async () => {
  const records = await recordsOf();
  assert.equal(states(records)["encrypt"], "waiting");
  assert.equal(states([...records, fetched("unknown")])["encrypt"], "unknown");
  assert.equal(states([...records, fetched("different")])["encrypt"], "part");
  const tested = [...records, fetched("weak", [reason("sts.testing")])];
  assert.equal(states(tested)["encrypt"], "part");
  assert.equal(sentence(tested, "encrypt")?.key, "cap.encrypt.testing");
});

test("reports about encryption alone encrypt nothing", async () => {
  for (const domain of [
    { ...DOMAIN, mode: "reports" },
    { ...DOMAIN, mtaStsMode: "none" },
  ] as const) {
    const gone = ["mta-sts", "_mta-sts"].map((label) => `${label}.${D}`);
    const edit: Setup["edit"] = (zone) => gone.forEach((name) => delete zone[name]);
    assert.equal(states(await recordsOf({ domain, edit }))["encrypt"], "off");
  }
});

test("what could not be asked beside what decides is no fault", async () => {
  const list: CapabilityCheck = {
    ...fetched("unknown", [reason("list.refused", { list: "x.example" })]),
    ...({ key: "blocklist", kind: "blocklist", group: "send", scope: "host" } as const),
  };
  assert.equal(states([...(await checksOf()), list])["send"], "ok");
});
