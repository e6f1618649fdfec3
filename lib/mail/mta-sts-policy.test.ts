import assert from "node:assert/strict";
import { test } from "node:test";
import { allowsMx, readPolicyText } from "./mta-sts-policy.ts";
import { policyText } from "./mta-sts.ts";

test("our own policies are read as they were written", () => {
  for (const mode of ["none", "testing", "enforce"] as const) {
    const policy = { mode, mx: ["mail.example.net", "*.example.org"], maxAge: 604_800 };
    assert.deepEqual(readPolicyText(policyText(policy)), { policy, problem: null });
  }
});

test("LF alone, unknown fields and repeated fields are taken as the RFC says", () => {
  const { policy } = readPolicyText(
    "version: STSv1\nmode:enforce\nfuture: x y\nmx: A.example\nmode: none\nmax_age: 5\n\n",
  );
  assert.deepEqual(policy, { mode: "enforce", mx: ["a.example"], maxAge: 5 });
});

test("what is wrong is named", () => {
  const cases: [string, string][] = [
    ["", "grammar"],
    ["<html>", "grammar"],
    ["mode: enforce", "version"],
    ["version: STSv2\nmode: enforce", "version"],
    ["version: STSv1\nmode: strict\nmax_age: 1", "mode"],
    ["version: STSv1\nmode: enforce\nmx: a.example", "maxAge"],
    ["version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1 day", "maxAge"],
    ["version: STSv1\nmode: enforce\nmax_age: 1", "noMx"],
    ["version: STSv1\nmode: enforce\nmx: 192.0.2.1:25\nmax_age: 1", "badMx"],
  ];
  for (const [text, problem] of cases) assert.equal(readPolicyText(text).problem, problem, text);
});

test("a policy that is made to tire us is read in no time", () => {
  const head = "version: STSv1";
  const [spaces, lines] = [" ".repeat(60_000), "\n".repeat(60_000)];
  const texts = [`a:${spaces}\rx`, `${head}\na:b${spaces}c`, `${head}${lines}x`, `${spaces}:`];
  for (const text of texts) {
    const start = process.cpuUsage();
    readPolicyText(text);
    const ms = process.cpuUsage(start).user / 1000;
    assert.ok(ms < 500, `${JSON.stringify(text.slice(0, 20))}…: ${Math.round(ms)} ms`);
  }
});

test("a wildcard stands for one label, the leftmost", () => {
  assert.equal(allowsMx(["*.example.net"], "mx1.example.net"), true);
  assert.equal(allowsMx(["*.example.net"], "a.mx1.example.net"), false);
  assert.equal(allowsMx(["*.example.net"], "example.net"), false);
  assert.equal(allowsMx(["mail.example.net"], "MAIL.example.net"), true);
});
