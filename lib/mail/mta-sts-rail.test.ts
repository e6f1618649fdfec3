import assert from "node:assert/strict";
import { test } from "node:test";
import { enforceObstacles, railOf, type Evidence } from "./mta-sts-rail.ts";

const at = new Date("2026-11-25T10:00:00Z");
const check = (kind: string, verdict: string, ...reasons: string[]): Evidence => ({
  ...{ key: kind, kind, verdict, lastOkAt: null, checkedAt: at },
  reasons: reasons.map((key) => ({ key })),
});
const states = (...[mode, checks]: Parameters<typeof railOf>) =>
  railOf(mode, checks).map(({ state }) => state);

const good = [
  check("mtaStsHost", "ok"),
  check("mtaStsPolicy", "ok"),
  check("smtpTls", "ok"),
  check("mx", "ok"),
];

test("nothing was looked at: everything waits, whatever the setting says", () => {
  assert.deepEqual(states("enforce", []), Array(6).fill("waiting"));
});

test("testing and enforced are reached by evidence", () => {
  const testing = [...good, check("stsPolicy", "weak", "sts.testing")];
  assert.deepEqual(states("testing", testing), [...Array<string>(5).fill("done"), "waiting"]);
  const enforced = [...good, check("stsPolicy", "ok")];
  assert.deepEqual(states("enforce", enforced), Array(6).fill("done"));
});

test("the setting says enforce while the world still gets another mode: not enforced", () => {
  const checks = [...good, check("stsPolicy", "different", "sts.otherMode")];
  assert.deepEqual(states("enforce", checks).slice(4), ["waiting", "waiting"]);
});

test("each failure stands at its own step", () => {
  const at = (...[verdict, reason]: string[]) =>
    states("testing", [...good, check("stsPolicy", verdict ?? "", reason ?? "")]).slice(1, 3);
  assert.deepEqual(at("different", "sts.certificate"), ["failed", "failed"]);
  assert.deepEqual(at("different", "sts.httpsFailed"), ["waiting", "failed"]);
  assert.deepEqual(at("unknown", "sts.httpsFailed"), ["waiting", "unknown"]);
  assert.deepEqual(at("different", "sts.status"), ["done", "failed"]);
  assert.deepEqual(at("unknown", "probe.private"), ["unknown", "unknown"]);
});

test("enforce is offered when all that it needs was seen right", () => {
  const checks = [...good, check("stsPolicy", "weak", "sts.testing")];
  assert.deepEqual(enforceObstacles(checks), []);
  assert.deepEqual(enforceObstacles(checks.slice(0, 3)), ["stsPolicy", "mx"]);
  const weak = checks.map((one) => (one.kind === "smtpTls" ? check("smtpTls", "unknown") : one));
  assert.deepEqual(enforceObstacles(weak), ["smtpTls"]);
  const certificate = (reason: string) =>
    enforceObstacles(
      checks.map((one) => (one.kind === "smtpTls" ? check("smtpTls", "weak", reason) : one)),
    );
  assert.deepEqual(certificate("tls.selfSigned"), ["smtpTls"]);
  assert.deepEqual(certificate("tls.expiresSoon"), []);
});
