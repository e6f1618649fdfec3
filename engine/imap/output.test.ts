import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../net/types.ts";
import { OUTPUT_CHUNK } from "./limits.ts";
import { Output } from "./output.ts";

/** Takes what it is given at once, as a socket with room does, and is at work for so long. */
function connectionAtWork(ms: number): Connection {
  const connection: Pick<Connection, "write"> = {
    write() {
      for (const until = performance.now() + ms; performance.now() < until;);
      return Promise.resolve();
    },
  };
  return connection as Connection;
}

async function turnsDuring(work: () => Promise<void>): Promise<number> {
  let turns = 0;
  let counting = true;
  const count = () => {
    if (!counting) return;
    turns++;
    setImmediate(count);
  };
  setImmediate(count);
  await work();
  counting = false;
  return turns;
}

test("others have their turn while much is said from memory", async () => {
  const out = new Output(connectionAtWork(11));
  const turns = await turnsDuring(async () => {
    for (let piece = 0; piece < 5; piece++) {
      out.line("x".repeat(OUTPUT_CHUNK));
      assert.ok(out.full);
      await out.flush();
    }
  });
  assert.ok(turns >= 5, `${turns} turns`);
});

test("what is short leaves without a turn in between", async () => {
  const out = new Output(connectionAtWork(11));
  const turns = await turnsDuring(async () => {
    for (let piece = 0; piece < 5; piece++) {
      out.line("x");
      await out.flush();
    }
  });
  assert.equal(turns, 0);
});
