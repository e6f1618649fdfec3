import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { ConnectionClosed } from "../net/types.ts";
import { sendMessage } from "./send-message.ts";
import type { Pop3Session } from "./state.ts";

function session() {
  const sent: string[] = [];
  const state = { destroyed: false };
  const connection = {
    write: (data: Buffer | string) => Promise.resolve(void sent.push(String(data))),
    destroy: () => void (state.destroyed = true),
  };
  // All that sendMessage looks at.
  const fake = { connection, log: pino({ level: "silent" }) } as unknown as Pop3Session;
  return { fake, sent, state };
}

async function* failing(...chunks: string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
  await Promise.resolve();
  throw new Error("the database is gone");
}

test("a store that is down is refused before anything is promised", async () => {
  const { fake, sent, state } = session();
  await assert.rejects(sendMessage(fake, "12 octets", failing()), /database is gone/);
  assert.deepEqual(sent, []);
  assert.equal(state.destroyed, false, "the session goes on");
});

test("a message that is torn ends the connection without its closing dot", async () => {
  const { fake, sent, state } = session();
  await assert.rejects(sendMessage(fake, "12 octets", failing("one\r\n")), ConnectionClosed);
  assert.deepEqual(sent, ["+OK 12 octets\r\n", "one\r\n"]);
  assert.equal(state.destroyed, true);
});
