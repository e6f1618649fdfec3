/** COMPRESS=DEFLATE (RFC 4978): refused where it has no place, and everything after it compressed. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { constants, createInflateRaw, deflateRawSync } from "node:zlib";
import { PASSWORD } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, HELLO, imapEngine, play } from "./support.ts";

const engine = await imapEngine();
await engine.deliver(ALICE, HELLO + "all work and no play\r\n".repeat(5_000));

test("strangers and other mechanisms are refused", async () => {
  await transcript(
    engine.ports.imap,
    `S: * OK ...
    C: a1 COMPRESS DEFLATE
    S: a1 BAD ...
    C: a2 CAPABILITY
    S: * CAPABILITY ...
    S: a2 OK ...`,
  );
  await play(
    engine,
    `
    C: a1 COMPRESS LZW
    S: a1 NO [CANNOT] ...
    C: a2 COMPRESS
    S: a2 BAD ...
    C: a3 COMPRESS DEFLATE now
    S: a3 BAD ...
    C: a4 CAPABILITY
    S: * CAPABILITY ... COMPRESS=DEFLATE ...
    S: a4 OK ...`,
  );
});

test("after OK both sides are compressed: commands, literals, bodies, news", async () => {
  const socket = connect({ port: engine.ports.imap, host: "127.0.0.1" });
  let text = "";
  const until = async (end: string) => {
    for (const deadline = Date.now() + 5_000; !text.includes(end);) {
      assert.ok(Date.now() < deadline, `no ${end} in ${JSON.stringify(text.slice(-300))}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const answer = text;
    text = "";
    return answer;
  };
  const plain = (chunk: Buffer) => (text += chunk.toString("latin1"));
  socket.on("data", plain);
  socket.write(`in LOGIN ${ALICE} "${PASSWORD}"\r\nc1 COMPRESS DEFLATE\r\n`);
  assert.match(await until("c1 OK"), /c1 OK Compression/);

  socket.off("data", plain);
  let received = 0;
  socket.on("data", (chunk: Buffer) => (received += chunk.length));
  const inflate = createInflateRaw();
  socket.pipe(inflate).on("data", plain);
  const say = (line: string) =>
    socket.write(deflateRawSync(`${line}\r\n`, { finishFlush: constants.Z_SYNC_FLUSH }));

  say("a1 COMPRESS DEFLATE");
  assert.match(await until("a1 "), /^a1 NO \[COMPRESSIONACTIVE\]/);
  say("a2 SELECT INBOX");
  assert.match(await until("a2 OK"), /\* 1 EXISTS/);
  received = 0;
  say("a3 FETCH 1 BODY[]");
  const body = await until("a3 OK");
  assert.ok(body.length > 110_000);
  assert.ok(received < body.length / 20, `${received} octets for ${body.length}`);
  say("a4 APPEND INBOX {11}");
  await until("+ ");
  say("Subject: x\n");
  assert.match(await until("a4 OK"), /\* 2 EXISTS/);
  say("a5 IDLE");
  await until("+ idling");
  await engine.deliver(ALICE, HELLO);
  assert.match(await until("EXISTS"), /\* 3 EXISTS/);
  say("DONE");
  await until("a5 OK");
  say("a6 STARTTLS");
  await until("a6 BAD");
  say("a7 LOGOUT");
  assert.match(await until("a7 OK"), /\* BYE/);
  socket.destroy();
});
