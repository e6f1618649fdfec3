import assert from "node:assert/strict";
import { test } from "node:test";
import { restoreSender, rewriteSender } from "./srs.ts";

const srs = { secret: "s3cret", now: new Date("2026-11-20T12:00:00Z") };
const days = (n: number) => ({ ...srs, now: new Date(srs.now.getTime() + n * 86_400_000) });
const ann = { local: "Ann.Smith+x", domain: "a.example" };

test("a rewritten sender names the forwarder and leads back", () => {
  const rewritten = rewriteSender(ann, "f.example", srs);
  assert.equal(rewritten?.domain, "f.example");
  assert.match(rewritten.local, /^SRS0=[a-z2-7]{10}=[a-z2-7]{2}=a\.example=Ann\.Smith\+x$/);
  assert.deepEqual(restoreSender(rewritten.local, srs), ann);
  assert.equal(restoreSender(rewritten.local.toLowerCase(), srs)?.local, "ann.smith+x");
});

test("it leads back for three weeks, also over the end of the cycle of days", () => {
  for (let start = 0; start < 1024; start += 31) {
    const local = rewriteSender(ann, "f.example", days(start))?.local ?? "";
    assert.ok(restoreSender(local, days(start + 21)));
    assert.equal(restoreSender(local, days(start + 22)), null);
    assert.equal(restoreSender(local, days(start - 1)), null);
  }
});

test("forged, foreign and broken ones lead nowhere", () => {
  const local = rewriteSender(ann, "f.example", srs)?.local ?? "";
  const forged = [
    local.replace("a.example", "b.example"),
    local.replace("Ann", "Bob"),
    "SRS0=aaaaaaaaaa=aa=a.example=ann",
    "SRS0=aa=a.example=ann",
    "SRS1=aaaaaaaaaa=a.example==x=aa=b.example=ann",
    "ann",
    "",
  ];
  for (const bad of forged) assert.equal(restoreSender(bad, srs), null, bad);
  assert.equal(restoreSender(local, { ...srs, secret: "other" }), null);
});

test("mail forwarded twice and thrice goes back to the first forwarder", () => {
  const one = rewriteSender({ local: "a", domain: "a.ex" }, "f1.ex", srs);
  const two = one && rewriteSender(one, "f2.ex", { ...srs, secret: "two" });
  const three = two && rewriteSender(two, "f3.ex", { ...srs, secret: "three" });
  assert.match(three?.local ?? "", /^SRS1=/);
  assert.deepEqual(restoreSender(three?.local ?? "", { ...srs, secret: "three" }), one);
});

test("what does not fit into a local part is left alone", () => {
  assert.equal(
    rewriteSender({ local: "a".repeat(50), domain: "a.example" }, "f.example", srs),
    null,
  );
});
