import assert from "node:assert/strict";
import { test } from "node:test";
import type pg from "pg";
import { newId } from "../mail/ids.ts";
import { EventRecorder } from "./events.ts";

test("while the database is away, a flood of events is no flood of tries", async () => {
  let tries = 0;
  const pool = {
    query: () => {
      tries++;
      return Promise.reject(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }));
    },
  };
  const recorder = new EventRecorder(pool as unknown as pg.Pool, () => undefined);
  const refusal = () => ({ id: newId(), at: new Date(), kind: "message.refused" as const });
  for (let n = 0; n < 1_000; n++) {
    recorder.record([refusal()]);
    await new Promise((done) => setImmediate(done));
  }
  assert.ok(tries <= 3, `${tries} tries`);
  await recorder.close();
});
