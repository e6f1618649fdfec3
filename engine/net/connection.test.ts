import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { pino } from "pino";
import { transcript } from "../../tests/support/transcript.ts";
import { asMailError, MailError } from "../../lib/mail/errors.ts";
import { ConnectionCounter, RECEIVE_BUFFER } from "./limits.ts";
import { type Listener, listen, type ListenerOptions } from "./listener.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { TlsContexts } from "./tls.ts";
import { type Connection, ConnectionClosed } from "./types.ts";

const tls = new TlsContexts([await selfSigned(["one.example"])]);
const open: Listener[] = [];
after(() => Promise.all(open.map((listener) => listener.close(0))));

type Options = Partial<ListenerOptions>;

async function serve(
  handler: ListenerOptions["handler"],
  options: Options = {},
): Promise<Listener> {
  const listener = await listen({
    protocol: "smtp",
    address: "127.0.0.1",
    port: 0,
    kind: "starttls",
    tls,
    limits: new ConnectionCounter(),
    log: pino({ level: "silent" }),
    handler,
    ...options,
  });
  open.push(listener);
  return listener;
}

/** Answers each line with its length and text; "TLS" upgrades, "QUIT" ends. */
async function echo(connection: Connection): Promise<void> {
  for (;;) {
    try {
      const line = (await connection.readLine(20)).toString("latin1");
      if (line === "QUIT") return;
      await connection.write(line === "TLS" ? "go\r\n" : `${line.length} ${line}\r\n`);
      if (line === "TLS") await connection.startTls();
    } catch (error) {
      if (error instanceof ConnectionClosed) return;
      await connection.write(`${asMailError(error).kind}\r\n`);
      if (asMailError(error).kind === "timeout" || asMailError(error).kind === "shuttingDown")
        return;
    }
  }
}

async function answersTo(port: number, chunks: readonly Buffer[]): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  for (const chunk of chunks) {
    socket.write(chunk);
    if (chunks.length > 1) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  socket.end();
  return text(socket);
}

async function text(socket: Socket): Promise<string> {
  let all = "";
  for await (const chunk of socket) all += String(chunk);
  return all;
}

test("lines mean the same however TCP cuts them", async () => {
  const { port } = await serve(echo);
  const wire = Buffer.from(
    "one\r\n\r\nb\rare\r\ntwo\r\nthis is more than twenty\r\nl\nf\r\nend\r\nQUIT\r\n",
  );
  const whole = await answersTo(port, [wire]);
  assert.equal(
    whole,
    "3 one\r\n0 \r\nbareLineEnd\r\n3 two\r\nlineTooLong\r\nbareLineEnd\r\n3 end\r\n",
  );
  const cuts = Array.from({ length: wire.length - 1 }, (_, i) => i + 1);
  const answers = await Promise.all(
    cuts.map((cut) => answersTo(port, [wire.subarray(0, cut), wire.subarray(cut)])),
  );
  cuts.forEach((cut, i) => assert.equal(answers[i], whole, `cut at ${cut}`));
  const bytes = Array.from(wire, (byte) => Buffer.from([byte]));
  assert.equal(await answersTo(port, bytes), whole, "byte by byte");
});

test("what follows a bare line end up to the next CRLF is never acted on", async () => {
  const { port } = await serve(echo);
  await transcript(
    port,
    String.raw`
    C-: one\nQUIT\r\n
    S: bareLineEnd
    C: two
    S: 3 two
    C-: one\rQUIT\r\n
    S: bareLineEnd
    C: QUIT
    S: <CLOSED>`,
  );
});

test("the exact limit passes, one more byte does not, and the session goes on", async () => {
  const { port } = await serve(echo);
  await transcript(
    port,
    `
    C: 12345678901234567890
    S: 20 12345678901234567890
    C: 123456789012345678901
    S: lineTooLong
    C: ${"x".repeat(300_000)}
    S: lineTooLong
    C: again
    S: 5 again`,
  );
});

test("a line that never ends is cut off", async () => {
  const { port } = await serve(echo);
  await transcript(port, `C-: ${"x".repeat(3_000_000)}\nS: <CLOSED>`);
});

test("a peer that closes its side still gets all its answers", async () => {
  const { port } = await serve(echo);
  await transcript(port, "C: one\nC: two\nC: <CLOSE>\nS: 3 one\nS: 3 two\nS: <CLOSED>");
});

test("an idle peer gets a refusal after the idle time, also when it sends byte by byte", async () => {
  const { port } = await serve(echo, { idleMs: 60 });
  await transcript(port, "S: timeout\nS: <CLOSED>");
  const slow = connect({ port, host: "127.0.0.1" });
  const dripping = setInterval(() => slow.write("x"), 10);
  slow.on("error", () => {});
  assert.match(await text(slow), /^timeout/);
  clearInterval(dripping);
});

test("read takes raw bytes and unread gives them back", async () => {
  const { port } = await serve(async (connection) => {
    const size = Number(await connection.readLine(10));
    const parts: Buffer[] = [];
    for (let left = size; left > 0; left -= parts.at(-1)?.length ?? 0)
      parts.push(await connection.read(left));
    connection.unread(Buffer.concat(parts));
    await connection.write(`${(await connection.readLine(50)).toString()}\r\n`);
    await connection.write(`${(await connection.readLine(50)).toString()}\r\n`);
  });
  await transcript(
    port,
    String.raw`
    C-: 8\r\nab\r\ncd\r\nrest\r\n
    S: ab
    S: cd
    S: <CLOSED>`,
  );
});

test("STARTTLS takes the connection into TLS and throws away what came before", async () => {
  const { port } = await serve(echo);
  await transcript(
    port,
    `
    C: TLS
    S: go
    C: <STARTTLS>
    C: one
    S: 3 one`,
  );
  await transcript(
    port,
    String.raw`
    C-: TLS\r\nINJECTED\r\nINJ
    S: go
    C: <STARTTLS>
    C: one
    S: 3 one
    C: QUIT
    S: <CLOSED>`,
  );
});

test("a handshake that fails or does not come ends the connection", async () => {
  const { port } = await serve(echo, { handshakeMs: 100 });
  await transcript(port, "C: TLS\nS: go\nC: this is no ClientHello\nS: ...\nS: <CLOSED>");
  await transcript(port, "C: TLS\nS: go\nS: <CLOSED>");
});

test("a peer that leaves in the middle of the handshake is let go at once", async () => {
  const listener = await serve(echo, { kind: "implicit" });
  const socket = connect({ port: listener.port, host: "127.0.0.1" });
  socket.end(Buffer.from([0x16, 3, 1, 0, 200, 1])); // the beginning of a ClientHello, then FIN
  const left = new Promise((resolve) => socket.once("close", () => resolve("left")));
  assert.equal(await Promise.race([left, delay(5_000, "held", { ref: false })]), "left");
  assert.equal(listener.connections, 0);
});

test("a slow reader gets back-pressure, not our memory", async () => {
  let written = 0;
  const { port } = await serve(async (connection) => {
    for (;;) {
      await connection.write(Buffer.alloc(64 * 1024));
      written += 64 * 1024;
    }
  });
  const socket = connect({ port, host: "127.0.0.1" }).pause();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const held = written;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(written, held, "the writer waits");
  socket.destroy();
});

test("a fast writer is held back while nobody reads", async () => {
  const gate = Promise.withResolvers<void>();
  let buffered = 0;
  const { port } = await serve(async (connection) => {
    await connection.readLine(20);
    await gate.promise;
    buffered = connection.buffered;
  });
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => {});
  socket.write("go\r\n");
  socket.write(Buffer.alloc(20_000_000));
  await new Promise((resolve) => setTimeout(resolve, 200));
  gate.resolve();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(buffered > 0 && buffered <= 2 * RECEIVE_BUFFER, `${buffered}`);
  socket.destroy();
});

test("corked replies leave together, and before the server waits for the peer", async () => {
  const { port } = await serve(async (connection) => {
    connection.cork();
    await connection.write("a\r\n");
    await connection.write("b\r\n");
    await connection.readLine(10);
    await connection.write(Buffer.alloc(300_000, "x")); // more than may be held back
    connection.uncork();
  });
  const socket = connect({ port, host: "127.0.0.1" });
  const first = await new Promise((resolve) => socket.once("data", (d) => resolve(String(d))));
  assert.equal(first, "a\r\nb\r\n");
  socket.write("go\r\n");
  assert.equal((await text(socket)).length, 300_000);
});

test("news reaches a peer that is waited for, corked or not, in one packet", async () => {
  const arrived = Promise.withResolvers<Connection>();
  const { port } = await serve(async (connection) => {
    connection.cork();
    arrived.resolve(connection);
    await connection.readLine(10);
  });
  const socket = connect({ port, host: "127.0.0.1" });
  const connection = await arrived.promise;
  await new Promise((resolve) => setTimeout(resolve, 20));
  const first = new Promise((resolve) => socket.once("data", (d) => resolve(String(d))));
  await connection.write("* 1 EXISTS\r\n");
  await connection.write("* 1 RECENT\r\n");
  assert.equal(await first, "* 1 EXISTS\r\n* 1 RECENT\r\n");
  socket.destroy();
});

test("interrupt ends a waiting session politely, and closes no others", async () => {
  const sessions: Connection[] = [];
  const { port } = await serve(async (connection) => {
    sessions.push(connection);
    await connection.write("hello\r\n");
    return echo(connection);
  });
  const playing = transcript(
    port,
    "S: hello\nS2: ...\nC2: one\nS: shuttingDown\nS: <CLOSED>\nC2: two\nS2: 3 two",
  );
  while (sessions.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  sessions[0]?.interrupt(new MailError("shuttingDown", "Bye"));
  assert.equal(sessions[0]?.signal.aborted, true, "who asks afterwards is told too");
  assert.equal(sessions[1]?.signal.aborted, false);
  await playing;
  assert.ok(
    asMailError(sessions[0]?.signal.reason).kind === "shuttingDown",
    "the first reason stays",
  );
});

test("the signal aborts when the peer is gone", async () => {
  const gone = Promise.withResolvers<unknown>();
  const { port } = await serve(async (connection) => {
    connection.signal.addEventListener("abort", () => gone.resolve(connection.signal.reason));
    await connection.readLine(10);
    await connection.readLine(10);
  });
  const socket = connect({ port, host: "127.0.0.1" });
  socket.write("x\r\n", () => setTimeout(() => socket.resetAndDestroy(), 30));
  assert.ok((await gone.promise) instanceof ConnectionClosed);
});

test("implicit TLS: SNI chooses the certificate, TLS 1.1 is refused, certificates can be replaced", async () => {
  const contexts = new TlsContexts([
    await selfSigned(["one.example"]),
    await selfSigned(["two.example", "*.three.example"]),
  ]);
  const { port } = await serve(echo, { kind: "implicit", tls: contexts });
  const subject = async (servername: string) => {
    const socket: TLSSocket = connectTls({
      port,
      host: "127.0.0.1",
      servername,
      rejectUnauthorized: false,
    });
    await new Promise((resolve, reject) =>
      socket.once("secureConnect", resolve).once("error", reject),
    );
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return CN;
  };
  assert.equal(await subject("two.example"), "two.example");
  assert.equal(await subject("a.three.example"), "two.example");
  assert.equal(await subject("b.a.three.example"), "one.example");
  assert.equal(await subject("unknown.example"), "one.example");
  const old = connectTls({
    port,
    host: "127.0.0.1",
    maxVersion: "TLSv1.1",
    minVersion: "TLSv1",
    rejectUnauthorized: false,
  });
  await assert.rejects(
    new Promise((resolve, reject) => old.once("secureConnect", resolve).once("error", reject)),
  );
  contexts.replace([await selfSigned(["four.example"])]);
  assert.equal(await subject("two.example"), "four.example");
  assert.throws(() => contexts.replace([{ names: [], certPem: "no", keyPem: "no" }]));
  assert.equal(await subject("x.example"), "four.example", "a failed replacement changes nothing");
});
