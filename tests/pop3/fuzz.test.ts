/** Random dialogue in each state: nothing may be an internal error, and the server must live on. */
import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { connect } from "node:net";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { pino } from "pino";
import { PASSWORD } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { HELLO, inbox, pop3World, WORLD } from "./world.ts";

const FUZZ = Number(process.env["FUZZ"] ?? 60);
const faults: string[] = [];
const sink = new Writable({
  write(chunk, _, done) {
    faults.push(String(chunk));
    done();
  },
});
const world = await pop3World({}, pino({ level: "error" }, sink));
after(() => world.stop());

const VERBS =
  "AUTH CAPA DELE LIST NOOP PASS RETR RSET STAT TOP UIDL USER UTF8 APOP LAST XTND".split(" ");
const WORDS = [
  "",
  "1",
  "2",
  "3",
  "0",
  "-1",
  "1 1",
  "99999999999",
  "PLAIN",
  "PLAIN =",
  "*",
  "a b c",
];

function pick<T>(from: readonly T[]): T | undefined {
  return from[randomInt(from.length)];
}

function randomLine(): Buffer {
  const kind = randomInt(10);
  if (kind === 0) return randomBytes(randomInt(200));
  if (kind === 1) return Buffer.from(`${pick(VERBS)} ${randomBytes(20).toString("base64")}\n`);
  const verb = randomInt(2) ? pick(VERBS) : pick(VERBS)?.toLowerCase();
  return Buffer.from(`${verb}${randomInt(2) ? " " : ""}${pick(WORDS)}\r\n`);
}

/** Sends the bytes in random pieces and closes; resolves when the server has closed too. */
async function pour(opening: string): Promise<string> {
  const lines = Array.from({ length: randomInt(30) }, randomLine);
  const wire = Buffer.concat([Buffer.from(opening), ...lines]);
  const socket = connect({ port: world.ports.pop3, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  const cut = randomInt(wire.length + 1);
  socket.write(wire.subarray(0, cut));
  setImmediate(() => socket.end(wire.subarray(cut)));
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

test("strangers", async () => {
  for (let round = 0; round < FUZZ; round++) assert.match(await pour(""), /^\+OK/);
  assert.deepEqual(faults, []);
});

test("people who signed in; nothing is deleted without QUIT", async () => {
  const address = await world.mailbox([HELLO, WORLD]);
  const opening = `USER ${address}\r\nPASS ${PASSWORD}\r\n`;
  for (let round = 0; round < FUZZ; round++) assert.match(await pour(opening), /\+OK Welcome/);
  assert.deepEqual(faults, []);
  assert.equal((await inbox(world, address)).length, 2);
  await transcript(world.ports.pop3, "S: +OK ...\nC: NOOP\nS: -ERR Sign in first");
});
