import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckResult, ObservedVerdict } from "./check.ts";
import {
  confirmRegression,
  judgeWithHistory,
  type Judgement,
  type KeptCheck,
  type Suspicion,
} from "./history.ts";
import { reason } from "./reasons.ts";

const HOUR = 3_600_000;
const T0 = new Date("2026-11-25T00:00:00Z");
const at = (hours: number) => new Date(T0.getTime() + hours * HOUR);

function look(verdict: ObservedVerdict, more: Partial<CheckResult> = {}): CheckResult {
  return {
    ...{ key: "dmarc", kind: "dmarc", scope: "domain", group: "protect", need: "recommended" },
    ...{ name: "_dmarc.example.com", type: "TXT", verdict, reasons: [], fix: null, answers: [] },
    ...{ expected: ["right"], found: verdict === "ok" ? ["right"] : [], facts: {} },
    ...more,
  };
}

/** Looks one after the other, each kept for the next, as the watch does. */
function series(...looks: [hours: number, result: CheckResult, ack?: readonly string[]][]) {
  let kept: KeptCheck | null = null;
  return looks.map(([hours, result, ack]): Judgement => {
    const judged = judgeWithHistory(kept, result, at(hours));
    kept = { ...judged.check, ackFound: ack ?? kept?.ackFound ?? null };
    return judged;
  });
}
const verdicts = (judged: readonly Judgement[]) => judged.map(({ check }) => check.verdict);

test("missing is “not seen yet” for 72 hours, then missing", () => {
  const judged = series([0, look("missing")], [71.9, look("missing")], [72, look("missing")]);
  assert.deepEqual(verdicts(judged), ["waiting", "waiting", "missing"]);
  assert.ok(
    judged.every(({ suspected }) => !suspected),
    "what never was right does not regress",
  );
});

test("something else that stands there is different at once", () => {
  assert.deepEqual(verdicts(series([0, look("different", { found: ["other"] })])), ["different"]);
  assert.deepEqual(verdicts(series([0, look("conflict", { found: ["a", "b"] })])), ["conflict"]);
});

test("what was right and is not any more has changed, whatever it is now", () => {
  for (const verdict of ["missing", "different", "conflict"] as const) {
    const judged = series([0, look("ok")], [1, look(verdict)]);
    assert.deepEqual(verdicts(judged), ["ok", "changed"]);
    assert.equal(judged[1]?.suspected, true);
    assert.deepEqual(judged[1]?.check.lastOkAt, T0);
    assert.deepEqual(judged[1]?.change?.foundBefore, ["right"]);
    assert.equal(judged[1]?.change?.verdictBefore, "ok");
  }
});

test("weak was right too; half of the servers is a regression under way", () => {
  assert.deepEqual(verdicts(series([0, look("weak")], [1, look("missing")])), ["weak", "changed"]);
  const [, partial] = series([0, look("ok")], [1, look("partial", { found: ["other"] })]);
  assert.deepEqual([partial?.check.verdict, partial?.suspected], ["partial", true]);
});

test("unknown learns nothing: the last values stay, and what comes after is compared with before", () => {
  const judged = series(
    [0, look("ok")],
    [1, look("unknown")],
    [2, look("unknown")],
    [3, look("missing")],
  );
  assert.deepEqual(verdicts(judged), ["ok", "unknown", "unknown", "changed"]);
  assert.deepEqual(judged[2]?.check.found, ["right"]);
  assert.deepEqual(judged[2]?.check.lastOkAt, T0);
  assert.equal(judged[2]?.suspected, false);
  assert.equal(judged[2]?.change, null);
});

test("a new expectation starts anew: the old value is waited for, not held against anybody", () => {
  const renewed = { expected: ["new"], found: ["right"] };
  const judged = series(
    [0, look("ok")],
    [100, look("different", renewed)],
    [101, look("different", renewed)],
    [172, look("different", renewed)],
  );
  assert.deepEqual(verdicts(judged), ["ok", "waiting", "waiting", "different"]);
  assert.equal(judged[1]?.check.firstOkAt, null);
  assert.equal(judged[1]?.suspected, false);
  const other = series(
    [0, look("ok")],
    [1, look("different", { expected: ["new"], found: ["odd"] })],
  );
  assert.deepEqual(verdicts(other), ["ok", "different"], "a third value is nobody's old one");
});

test("accepted as long as exactly that is found", () => {
  const found = ["b", "a"];
  const judged = series(
    [0, look("different", { found: ["a", "b"] }), ["a", "b"]],
    [1, look("different", { found })],
    [2, look("conflict", { found })],
    [3, look("different", { found: ["a", "c"] })],
    [4, look("ok")],
  );
  assert.deepEqual(verdicts(judged), ["different", "accepted", "accepted", "different", "ok"]);
});

test("acceptance of nothing covers nothing else", () => {
  const judged = series(
    [0, look("missing"), []],
    [1, look("missing")],
    [2, look("different", { found: ["x"] })],
  );
  assert.deepEqual(verdicts(judged), ["waiting", "accepted", "different"]);
});

test("optional records that go are noted and alarm nobody", () => {
  const need = "optional";
  const judged = series([0, look("ok", { need })], [1, look("off", { need })]);
  assert.deepEqual(verdicts(judged), ["ok", "off"]);
  assert.equal(judged[1]?.suspected, false);
  assert.equal(judged[1]?.change?.verdict, "off");
});

test("recovery is told once", () => {
  const judged = series([0, look("ok")], [1, look("missing")], [2, look("ok")], [3, look("ok")]);
  assert.deepEqual(
    judged.map(({ recovered }) => recovered),
    [false, false, true, false],
  );
  assert.deepEqual(judged[2]?.check.changedAt, at(2));
  assert.deepEqual(judged[3]?.check.changedAt, at(2));
  assert.deepEqual(judged[3]?.check.firstOkAt, T0);
  assert.deepEqual(judged[3]?.check.lastOkAt, at(3));
});

test("values in another order are the same values", () => {
  const judged = series(
    [0, look("ok", { found: ["a", "b"] })],
    [1, look("ok", { found: ["b", "a"] })],
  );
  assert.equal(judged[1]?.change, null);
});

test("a change carries its reasons", () => {
  const reasons = [reason("dmarc.two", { n: 2 })];
  const [, judged] = series([0, look("ok")], [1, look("conflict", { reasons, found: ["a", "b"] })]);
  assert.deepEqual(judged?.change?.reasons, reasons);
});

test("a regression is confirmed by a second look at least four minutes later", () => {
  const [, bad] = series([0, look("ok")], [1, look("missing")]);
  const [, unknown] = series([0, look("ok")], [1, look("unknown")]);
  const [good] = series([0, look("ok")]);
  assert.ok(bad && unknown && good);
  let suspicion: Suspicion | null = null;
  const see = (judgement: Judgement, minutes: number) => {
    const next = confirmRegression(suspicion, judgement, at(1 + minutes / 60));
    suspicion = next.suspicion;
    return next.confirmed;
  };
  assert.equal(see(bad, 0), false);
  assert.equal(see(bad, 2), false, "too soon");
  assert.equal(see(unknown, 5), false, "learned nothing");
  assert.equal(see(bad, 6), true);
  assert.equal(see(good, 8), false);
  assert.equal(suspicion, null);
  assert.equal(see(bad, 9), false, "starts anew");
});
