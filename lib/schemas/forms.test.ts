import assert from "node:assert/strict";
import { test } from "node:test";
import { NewAlias, NewMailbox, SetUp, SignIn } from "./forms.ts";
import { segment, text } from "./query.ts";

const password = "battery staple nine";

test("control characters go no further than the form", () => {
  assert.equal(
    SignIn.parse({ address: " ann\0@here.example\n", password }).address,
    "ann @here.example",
  );
  const mailbox = {
    domain: "here.example",
    localPart: "ann",
    password,
    displayName: "A\0\r\nBcc: x",
  };
  assert.equal(NewMailbox.parse(mailbox).displayName, "A Bcc: x");
  const setUp = { token: "t", email: "ann@here.example", password };
  assert.equal(SetUp.safeParse({ ...setUp, name: "\0" }).success, false);
  assert.equal(text("a\0b"), "a b");
});

test("what a form does not ask for is not taken from it", () => {
  const more = { role: "operator", keepSession: "x", presentKnown: true, domainId: "x" };
  const given = { domain: "here.example", localPart: "ann", password, ...more };
  assert.deepEqual(Object.keys(NewMailbox.parse(given)).sort(), [
    ...["displayName", "domain", "localPart", "password", "quotaGib", "quotaMessages"],
  ]);
});

test("targets that a URL parser would read differently are refused", () => {
  for (const target of [
    "x@ours.example?.theirs.example",
    "x@a.example/b",
    '"x y"@a.example',
    "x@[10.0.0.1]",
  ])
    assert.equal(
      NewAlias.safeParse({ domain: "a.example", localPart: "x", targets: target }).success,
      false,
    );
});

test("a broken escape in a path is nobody's name", () => {
  assert.equal(segment("%zz"), "");
  assert.equal(segment("b%C3%BCcher.example"), "bücher.example");
});
