import assert from "node:assert/strict";
import { test } from "node:test";
import { DOMAIN, KEYS, SERVER } from "../../../tests/support/dns-published.ts";
import { expectedRecords } from "../dns-records.ts";
import type { Verdict } from "./check.ts";
import {
  currentStep,
  isDone,
  justSeen,
  nextStep,
  previousStep,
  stepsOf,
  textToEnter,
} from "./steps.ts";

const aliased = KEYS.map((key) => ({ ...key, target: `${key.selector}.keys.host.example` }));
const RECORDS = expectedRecords({
  ...SERVER,
  domain: {
    ...DOMAIN,
    dmarc: { p: "none", rua: ["reports@other.example"] },
  },
  dkim: aliased,
});
const EARLY = new Date("2026-11-25T12:00:00Z");
const LATE = new Date("2026-11-25T12:05:00Z");

const seen = (verdicts: Readonly<Record<string, Verdict>>, changedAt = LATE) =>
  Object.entries(verdicts).map(([key, verdict]) => {
    return { key, verdict, firstAskedAt: EARLY, changedAt };
  });
const all = (verdict: Verdict, over: Readonly<Record<string, Verdict>> = {}) =>
  stepsOf(
    RECORDS,
    seen({ ...Object.fromEntries(RECORDS.map(({ id }) => [id, verdict])), ...over }),
  );
const idOf = (step: { record: { id: string } } | null) => step?.record.id ?? null;

test("what another record stands on comes before it", () => {
  const ids = stepsOf(RECORDS, []).map(idOf);
  const inOrder = (...wanted: string[]) => {
    const places = wanted.map((id) => ids.indexOf(id));
    assert.ok(!places.includes(-1), `${wanted} in ${ids}`);
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
      String(wanted),
    );
  };
  assert.equal(ids[0], "mx");
  inOrder("mx", "spf", "dkimTarget:ph2611r", "dkim:ph2611r", "dmarc", "mtaStsHost", "mtaStsPolicy");
  inOrder("dmarcReports:other.example", "dmarc");
});

test("before the first look every step is unseen, and optional records are none", () => {
  const steps = stepsOf(RECORDS, []);
  assert.ok(steps.every(({ state, record }) => state === "unseen" && record.need !== "optional"));
  assert.equal(idOf(currentStep(steps)), "mx");
  assert.equal(steps.filter(isDone).length, 0);
});

test("an optional record is a step when something is there, and none when it is decidedly not used", () => {
  const ids = (verdict: Verdict) => all("ok", { autoconfig: verdict }).map(idOf);
  assert.ok(ids("different").includes("autoconfig"));
  assert.ok(!ids("off").includes("autoconfig"));
});

test("what is seen is done; weak works; what spreads is neither done nor to do", () => {
  const steps = all("ok", { spf: "weak", dmarc: "partial", tlsReports: "accepted" });
  assert.equal(currentStep(steps), null);
  assert.equal(steps.length - steps.filter(isDone).length, 1);
});

test("one is led to what there is to do; what could not be looked at comes last", () => {
  const steps = all("ok", { spf: "unknown", dmarc: "changed", tlsReports: "waiting" });
  assert.equal(idOf(currentStep(steps)), "dmarc");
  assert.equal(idOf(currentStep(all("ok", { spf: "unknown" }))), "spf");
});

test("by name any step is opened, done or not; an unknown name is passed over", () => {
  const steps = all("ok", { dmarc: "missing" });
  assert.equal(idOf(currentStep(steps, "mx")), "mx");
  assert.equal(idOf(currentStep(steps, "nonsense")), "dmarc");
});

test("skip leads to the next open step and round; back to the one before", () => {
  const steps = all("ok", { spf: "missing", dmarc: "missing" });
  const at = (id: string) => steps.find((step) => idOf(step) === id) ?? assert.fail(id);
  assert.equal(idOf(nextStep(steps, at("spf"))), "dmarc");
  assert.equal(idOf(nextStep(steps, at("dmarc"))), "spf");
  assert.equal(idOf(previousStep(steps, at("spf"))), "mx");
  assert.equal(previousStep(steps, at("mx")), null);
  const last = all("ok", { dmarc: "missing" });
  const only = last.find((step) => idOf(step) === "dmarc") ?? assert.fail();
  assert.equal(nextStep(last, only), null);
});

test("just seen: by the latest look that saw something, for a while, and not what was right at first", () => {
  const soon = new Date(LATE.getTime() + 60_000);
  const between = new Date(EARLY.getTime() + 60_000);
  const checks = [
    ...seen({ mx: "ok" }, between),
    ...seen({ spf: "ok", dmarc: "ok" }, LATE),
    ...seen({ tlsReports: "waiting" }, LATE),
  ];
  assert.deepEqual(justSeen(stepsOf(RECORDS, checks), soon).map(idOf), ["spf", "dmarc"]);
  const later = new Date(LATE.getTime() + 3_600_000);
  assert.deepEqual(justSeen(stepsOf(RECORDS, checks), later), []);
  assert.deepEqual(justSeen(stepsOf(RECORDS, seen({ mx: "ok" }, EARLY)), soon), []);
});

test("what is entered: the change that keeps what others need, else what is expected", () => {
  const record = (id: string) => RECORDS.find((one) => one.id === id) ?? assert.fail(id);
  const spf = record("spf");
  const at = { name: spf.name, type: "TXT" };
  const merged = "v=spf1 a:mail.host.example include:_spf.old.example ~all";
  const fix = { action: "replace", ...at, remove: ["v=spf1 ~all"], add: [merged] } as const;
  assert.equal(textToEnter(spf, { ...at, fix }), merged);
  assert.equal(textToEnter(spf, { ...at, fix: null }), spf.text);
  assert.equal(textToEnter(spf, null), spf.text);
  const alias = { ...fix, type: "CNAME", add: [] };
  assert.equal(textToEnter(spf, { ...at, fix: alias }), spf.text, "a change of something else");
  const mx = record("mx");
  const other = { ...fix, type: "MX", add: ["5 mail.host.example"] };
  assert.equal(textToEnter(mx, { name: mx.name, type: "MX", fix: other }), mx.text);
});
