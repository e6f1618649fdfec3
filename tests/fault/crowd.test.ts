/** Ten thousand strangers at once: bounded, told so, and no trouble for those who come later. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { installed, type Installation } from "../support/installation.ts";
import { SmtpClient } from "../support/smtp-client.ts";

const ALICE = "alice@example.test";
const CROWD = 10_000;
/** Connections under way at a time: the kernel's backlog is not what is tested. */
const WAVE = 200;
const MAX_GROWTH_MIB = 200;

let place: Installation;
let engine: EngineProcess;
before(async () => {
  place = await installed({ mailboxes: [ALICE] });
  engine = await startEngineProcess(place.env);
});
after(async () => {
  await engine?.stop();
  await place?.remove();
});

test("10,000 connections that never sign in are bounded and refused politely", async () => {
  const before = residentMib(engine.pid);
  const sockets: Socket[] = [];
  const greetings = { welcomed: 0, refused: 0, cut: 0 };
  for (let i = 0; i < CROWD; i += WAVE) {
    const wave = await Promise.all(Array.from({ length: WAVE }, () => greeting()));
    for (const { socket, text } of wave) {
      sockets.push(socket);
      if (text.startsWith("220 ")) greetings.welcomed++;
      else if (text.startsWith("421 4.7.0 ")) greetings.refused++;
      else greetings.cut++;
    }
  }
  assert.ok(greetings.welcomed > 0 && greetings.welcomed <= 2_000, JSON.stringify(greetings));
  assert.equal(greetings.welcomed + greetings.refused, CROWD, JSON.stringify(greetings));
  const growth = residentMib(engine.pid) - before;
  assert.ok(growth < MAX_GROWTH_MIB, `${growth} MiB more`);

  for (const socket of sockets) socket.destroy();
  const client = await SmtpClient.open(engine.port("smtp"));
  const reply = await client.send(
    "a@elsewhere.test",
    [ALICE],
    Buffer.from("Subject: x\r\n\r\nx\r\n"),
  );
  assert.match(reply, /^250 /);
  await client.quit();
});

/** The first line that a new connection gets; "" when it is cut without a word. */
function greeting(): Promise<{ socket: Socket; text: string }> {
  return new Promise((resolve) => {
    const socket = connect({ port: engine.port("smtp"), host: "127.0.0.1" });
    socket.setEncoding("latin1");
    socket.once("data", (text: string) => resolve({ socket, text }));
    socket.once("close", () => resolve({ socket, text: "" }));
    socket.on("error", () => resolve({ socket, text: "" }));
  });
}

function residentMib(pid: number): number {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) / 1024;
}
