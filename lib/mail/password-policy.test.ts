import assert from "node:assert/strict";
import { test } from "node:test";
import { passwordProblem } from "./password-policy.ts";

const REFUSED = [
  ["short", "tooShort"],
  ["123456789", "tooShort"],
  ["1234567890", "tooCommon"],
  ["Password2026!", "tooCommon"],
  ["qwertyuiop", "tooCommon"],
  ["zzzzzzzzzzzzzzz", "tooCommon"],
  ["mei.li@example.com", "isAddress"],
  ["Mei.Lin.Wang2026", "isAddress"],
  ["x".repeat(300) + "y".repeat(300), "tooLong"],
] as const;

for (const [password, problem] of REFUSED) {
  test(`"${password.slice(0, 24)}" is refused: ${problem}`, () => {
    const address =
      problem === "isAddress" && password.includes("@") ? password : "mei.lin.wang@x.com";
    assert.equal(passwordProblem(password, address), problem);
  });
}

for (const password of ["battery staple nine", "十个汉字也可以当作密码用", "kV4-wolle-Tram"]) {
  test(`"${password}" is taken`, () => assert.equal(passwordProblem(password, "mei@x.com"), null));
}
