/** Rules of certificates by ACME: problems as sentences, back-off, renewal windows, CAA. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { en, zh } from "../../i18n/acme.ts";
import { issuesTo } from "./caa-permits.ts";
import { problemFrom, problemReason } from "./problem.ts";
import { ACME_CODES, ACME_REASONS } from "./reasons.ts";
import {
  askAgainAfter,
  backOff,
  endsSoon,
  lifetimeWindow,
  momentIn,
  retryAfterMs,
} from "./schedule.ts";
import { isToken } from "./token.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const about = { server: "ca.example", name: "mx.example.org" };
const codeOf = (type: string, more: object = {}, where = about) =>
  problemReason(
    problemFrom({ type: `urn:ietf:params:acme:error:${type}`, detail: "x", ...more }),
    where,
  ).key;

test("each type of problem says what it asks for", () => {
  const expected = {
    ...{ caa: "caa", dns: "dns", connection: "connection", tls: "tls" },
    ...{ unauthorized: "unauthorized", incorrectResponse: "unauthorized" },
    ...{ rateLimited: "rateLimited", rejectedIdentifier: "rejectedIdentifier" },
    ...{ unsupportedIdentifier: "rejectedIdentifier", accountDoesNotExist: "account" },
    ...{ externalAccountRequired: "eab", invalidContact: "contact", unsupportedContact: "contact" },
    ...{ userActionRequired: "terms", serverInternal: "serverFailed", badCSR: "refused" },
  };
  for (const [type, code] of Object.entries(expected))
    assert.equal(codeOf(type), `acme.${code}`, type);
  assert.equal(codeOf("unauthorized", {}, { ...about, name: "" }), "acme.account");
});

test("what is only compound is told by its first part", () => {
  const subproblems = [{ type: "urn:ietf:params:acme:error:caa", detail: "CAA says no" }];
  const reason = problemReason(
    problemFrom({ type: "urn:ietf:params:acme:error:compound", detail: "several", subproblems }),
    about,
  );
  assert.deepEqual(reason, { key: "acme.caa", params: { ...about, text: "CAA says no" } });
});

test("what an authority writes stays on its line and short; what is no problem document is none", () => {
  const { detail } = problemFrom({ type: 7, detail: `a\r\nb\u0000${"c".repeat(900)}` });
  assert.match(detail, /^a b c+$/);
  assert.ok(detail.length <= 300);
  for (const json of [null, "no", 3, [], { detail: {} }])
    assert.deepEqual(problemFrom(json), { type: "", detail: "", subproblems: [] });
});

test("a rate limit is told with its end", () => {
  const until = new Date("2026-12-01T10:00:00Z");
  const reason = problemReason(
    problemFrom({ type: "urn:ietf:params:acme:error:rateLimited", detail: "too many" }),
    { ...about, until },
  );
  assert.deepEqual(reason.params["until"], until.toISOString());
});

test("every reason has a sentence in both languages, with the slots of its English", () => {
  const slots = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
  for (const code of ACME_CODES) {
    const wanted = slots(ACME_REASONS[code][0]);
    for (const texts of [en, zh]) {
      const shown = slots(texts[`reason.acme.${code}`]);
      assert.ok(
        shown.every((slot) => wanted.includes(slot)),
        `${code}: ${shown.join()}`,
      );
    }
  }
});

test("a name fails no more than five times in an hour, however its proofs go", () => {
  for (const perAttempt of [1, 2, 3]) {
    const at: number[] = [];
    for (let now = 0, failures = 0; now < 2 * DAY; now += backOff(failures, 0)) {
      failures += perAttempt;
      for (let i = 0; i < perAttempt; i++) at.push(now);
    }
    for (const start of at)
      assert.ok(
        at.filter((time) => time >= start && time < start + HOUR).length <= 5,
        `${perAttempt}`,
      );
  }
  assert.ok(backOff(1, 1) > backOff(1, 0), "engines do not march in step");
  assert.ok(backOff(1_000, 1) <= 1.25 * DAY, "and nobody is given up");
});

test("without the authority's word the last third of a life is for renewing", () => {
  const notBefore = new Date("2026-01-01T00:00:00Z");
  const notAfter = new Date("2026-04-01T00:00:00Z"); // 90 days
  const window = lifetimeWindow({ notBefore, notAfter });
  assert.equal((notAfter.getTime() - window.from.getTime()) / DAY, 30);
  assert.equal((notAfter.getTime() - window.until.getTime()) / DAY, 15);
  for (const chance of [0, 0.3, 0.999_999]) {
    const moment = momentIn(window, chance);
    assert.ok(moment >= window.from && moment < window.until);
  }
});

test("an alarm comes with two weeks left, or a quarter of a short life", () => {
  const notBefore = new Date(0);
  const left = (life: number, days: number) =>
    endsSoon({ notBefore, notAfter: new Date(life * DAY) }, new Date((life - days) * DAY));
  assert.deepEqual([left(90, 15), left(90, 13)], [false, true]);
  assert.deepEqual([left(6, 2), left(6, 1)], [false, true]);
});

test("Retry-After is seconds or a date; how often windows are asked for has bounds", () => {
  const now = new Date("2026-11-26T12:00:00Z");
  assert.equal(retryAfterMs("120", now), 120_000);
  assert.equal(retryAfterMs("Thu, 26 Nov 2026 12:01:00 GMT", now), MINUTE);
  assert.equal(retryAfterMs("soon", now), null);
  assert.equal(retryAfterMs(undefined, now), null);
  assert.equal(askAgainAfter(1), 10 * MINUTE);
  assert.equal(askAgainAfter(90 * DAY), DAY);
  assert.equal(askAgainAfter(null), 6 * HOUR);
});

test("CAA: the issuer, its account, its methods; one property that permits is enough", () => {
  const asker = {
    caaIdentities: ["ca.example"],
    accountUrl: "https://ca.example/acct/1",
    methods: ["http-01"],
  };
  const kind = (...values: string[]) =>
    issuesTo(
      values.map((value) => ({ flags: 0, tag: "issue", value })),
      asker,
    )?.kind ?? null;
  assert.equal(kind("ca.example"), null);
  assert.equal(kind("other.example"), "issuer");
  assert.equal(kind(";"), "issuer");
  assert.equal(kind("other.example", "ca.example"), null);
  assert.equal(kind("ca.example; accounturi=https://ca.example/acct/1"), null);
  assert.equal(kind("ca.example; accounturi=https://ca.example/acct/2"), "account");
  assert.equal(kind("ca.example; validationmethods=dns-01"), "methods");
  assert.equal(issuesTo([{ flags: 0, tag: "iodef", value: "mailto:x@y.example" }], asker), null);
  assert.equal(issuesTo([{ flags: 128, tag: "future", value: "x" }], asker)?.kind, "issuer");
});

test("tokens are base64url and of a size", () => {
  assert.ok(isToken("a".repeat(43)));
  for (const bad of ["", "short", "a".repeat(200), `${"a".repeat(20)}/..`, `${"a".repeat(20)}%00`])
    assert.ok(!isToken(bad), bad);
});
