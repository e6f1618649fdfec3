import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, parseAddress, toAsciiDomain } from "./address.ts";

test("a domain in any script and case is one name", () => {
  for (const [written, name] of [
    ["Example.ORG.", "example.org"],
    [" bücher.example ", "xn--bcher-kva.example"],
    ["例え。テスト", "xn--r8jz45g.xn--zckzah"],
  ] as const)
    assert.equal(toAsciiDomain(written), name);
});

test("what a URL parser would cut off, open or pass over is no domain", () => {
  for (const written of [
    ...["ours.test/.theirs.test", "ours.test?.theirs.test", "ours.test#.theirs.test"],
    ...["ours.test\\.theirs.test", "ours%2etest", "ex%61mple.org", "ours\t.test", "ours\n.test"],
    ...[
      "ours.test:25",
      "x@ours.test",
      "ours test",
      "[192.0.2.1]",
      "192.0.2.1",
      "0x7f.1",
      "org",
      "",
    ],
  ])
    assert.equal(toAsciiDomain(written), null, JSON.stringify(written));
});

test("an address with such a domain is nobody's", () => {
  assert.equal(parseAddress("ann@ours.test?.theirs.test"), null);
  assert.deepEqual(parseAddress("Ann@Ours.test"), { local: "Ann", domain: "ours.test" });
  assert.equal(formatAddress({ local: 'a"b', domain: "ours.test" }), '"a\\"b"@ours.test');
});
