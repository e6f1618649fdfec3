import assert from "node:assert/strict";
import { test } from "node:test";
import { gibOf, MailboxLimits, quotaBytes } from "./limits.ts";

const mailboxId = "01900000-0000-7000-8000-000000000000";
const parse = (quotaGib: string, quotaMessages: string) =>
  MailboxLimits.safeParse({ mailboxId, quotaGib, quotaMessages });

test("messages are a whole number, or nothing for any number", () => {
  assert.deepEqual(parse("0.5", " 20000 ").data, {
    ...{ mailboxId, quotaGib: 0.5, quotaMessages: 20_000 },
  });
  assert.equal(parse("5", "").data?.quotaMessages, null);
  for (const wrong of ["0", "-1", "1.5", "1e3", "many", "1000000001", "9".repeat(400)]) {
    assert.equal(parse("5", wrong).error?.issues[0]?.message, "error.messages.invalid", wrong);
  }
  for (const wrong of ["", "0", "-1", "1025", "much"]) {
    assert.equal(parse(wrong, "").error?.issues[0]?.message, "error.quota.invalid", wrong);
  }
  assert.equal(MailboxLimits.safeParse({ mailboxId }).success, false, "both are asked for");
});

test("gigabytes that are shown mean the octets that they were made of", () => {
  for (const text of ["5", "0.1", "0.25", "1024", "3.333"]) {
    assert.equal(gibOf(quotaBytes(Number(text))), text);
  }
  for (const bytes of [0, 1, 10_300, 1_000_000_007])
    assert.equal(quotaBytes(Number(gibOf(bytes))), bytes);
});
