import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterFailure,
  delayNoticeDue,
  GIVE_UP_AFTER_MS,
  nextAttempt,
  retryUntil,
} from "./retry.ts";

const START = new Date("2026-11-23T10:00:00Z");
const minutes = (attempts: number, chance = 0.5) =>
  (nextAttempt(attempts, START, chance).getTime() - START.getTime()) / 60_000;

test("waits grow, then stay at four hours", () => {
  const table = [1, 2, 3, 4, 5, 6, 7, 8, 99].map((attempts) => minutes(attempts));
  assert.deepEqual(table, [5, 10, 15, 30, 60, 120, 240, 240, 240]);
  assert.equal(minutes(0), 5);
  assert.deepEqual([minutes(1, 0), minutes(1, 1)], [4.5, 5.5]);
});

test("the last attempt is made when the notice said, and the sender hears of the delay once, early", () => {
  let [now, attempts, noticedAt] = [START, 0, null as Date | null];
  const noticed: number[] = [];
  for (;;) {
    attempts++;
    if (delayNoticeDue({ createdAt: START, now, noticedAt })) {
      noticed.push(attempts);
      noticedAt = now;
    }
    const next = afterFailure({ createdAt: START, now, attempts, chance: 0.5 });
    if (next === null) break;
    now = next;
  }
  assert.deepEqual(noticed, [7]);
  assert.equal(now.getTime(), retryUntil(START).getTime());
  assert.equal(now.getTime() - START.getTime(), GIVE_UP_AFTER_MS);
  assert.equal(attempts, 36);
});

test("what a delay notice promises is kept, whatever chance does to the waits", () => {
  for (const chance of [0, 0.3, 0.5, 1]) {
    const tries: Date[] = [START];
    for (let now: Date | null = START; now !== null;) {
      now = afterFailure({ createdAt: START, now, attempts: tries.length, chance });
      if (now !== null) tries.push(now);
    }
    const noticed = tries.find((now) => delayNoticeDue({ createdAt: START, now, noticedAt: null }));
    assert.ok(noticed);
    assert.deepEqual(tries.at(-1), retryUntil(START), "the last attempt is when the notice says");
    assert.ok(noticed.getTime() - START.getTime() < 8.5 * 3_600_000, "heard the same day");
    assert.ok(tries.filter((at) => at > noticed).length > 20, "and tried often after the notice");
  }
});

test("nobody is told of a delay at once, nor twice, nor when the failure notice says it all", () => {
  const due = (hours: number, noticedAt: Date | null = null) =>
    delayNoticeDue({
      createdAt: START,
      now: new Date(START.getTime() + hours * 3_600_000),
      noticedAt,
    });
  assert.deepEqual(
    [due(0), due(3.99), due(4), due(119.9), due(120)],
    [false, false, true, true, false],
  );
  assert.equal(due(5, START), false);
});

test("the schedule never stands still and never runs backwards", () => {
  for (const attempts of [-1, 0, 1, 7, 8, 1e9]) {
    assert.ok(nextAttempt(attempts, START, 0).getTime() - START.getTime() > 4 * 60_000);
  }
});
