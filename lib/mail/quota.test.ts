import assert from "node:assert/strict";
import { test } from "node:test";
import { minus, oneMessage, plus, requireRoom, roomIn, type Usage } from "./quota.ts";

const usage = (more: Partial<Usage>): Usage => ({
  ...{ usedBytes: 60, quotaBytes: 100, usedMessages: 2, quotaMessages: 3 },
  ...more,
});

test("a message fits up to both limits, and the refusal says which one it was", () => {
  requireRoom(roomIn(usage({})), oneMessage(40));
  assert.throws(() => requireRoom(roomIn(usage({})), oneMessage(41)), /^MailError: Mailbox full$/);
  const two = plus(oneMessage(10), oneMessage(10));
  assert.throws(() => requireRoom(roomIn(usage({})), two), /number of its messages/);
});

test("without a limit on messages any number fits", () => {
  const room = roomIn(usage({ quotaMessages: null }));
  requireRoom(room, { bytes: 40, messages: 1_000_000 });
  requireRoom(minus(room, { bytes: 0, messages: 1_000_000 }), { bytes: 40, messages: 1_000_000 });
});

test("above a lowered limit nothing fits but what takes another's place", () => {
  for (const limits of [{ quotaBytes: 10 }, { quotaMessages: 1 }]) {
    const room = roomIn(usage(limits));
    assert.throws(() => requireRoom(room, oneMessage(20)), /Mailbox full/);
    requireRoom(plus(room, oneMessage(20)), oneMessage(20));
  }
});
