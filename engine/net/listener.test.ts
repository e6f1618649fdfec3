import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { pino } from "pino";
import { transcript } from "../../tests/support/transcript.ts";
import { asMailError } from "../../lib/mail/errors.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { ConnectionCounter } from "./limits.ts";
import { type Listener, listen, type ListenerOptions } from "./listener.ts";
import { TlsContexts } from "./tls.ts";
import { type Connection, ConnectionClosed } from "./types.ts";

const tls = new TlsContexts([await selfSigned(["one.example"])]);
const open: Listener[] = [];
after(() => Promise.all(open.map((listener) => listener.close(0))));

async function serve(
  handler: ListenerOptions["handler"],
  options: Partial<ListenerOptions> = {},
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

/** Greets with the peer's address, answers lines, says goodbye politely. */
async function polite(connection: Connection): Promise<void> {
  await connection.write(`hello ${connection.remoteAddress}\r\n`);
  for (;;) {
    try {
      const line = (await connection.readLine(100)).toString();
      if (line === "AUTH") connection.authenticated();
      await connection.write(`got ${line}\r\n`);
    } catch (error) {
      if (error instanceof ConnectionClosed) return;
      await connection.write(`bye ${asMailError(error).kind}\r\n`);
      return;
    }
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) await sleep(10);
  assert.ok(condition());
}

const REFUSED = {
  smtp: "421 4.7.0 Too many connections, try again later",
  imap: "* BYE [UNAVAILABLE] Too many connections, try again later",
  pop3: "-ERR [SYS/TEMP] Too many connections, try again later",
} as const;

for (const protocol of ["smtp", "imap", "pop3"] as const) {
  test(`${protocol}: one connection too many is told so in its own tongue`, async () => {
    const limits = new ConnectionCounter({ strangersPerRelay: 1 });
    const { port } = await serve(polite, { protocol, limits });
    await transcript(
      port,
      `
      S: hello 127.0.0.1
      S2: ${REFUSED[protocol]}
      S2: <CLOSED>
      C: still here
      S: got still here`,
    );
    await until(() => limits.open === 0);
    await transcript(port, "S: hello 127.0.0.1");
  });
}

test("implicit TLS: one connection too many is closed without a handshake", async () => {
  const { port } = await serve(polite, {
    kind: "implicit",
    limits: new ConnectionCounter({ strangersPerRelay: 0 }),
  });
  const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
  await assert.rejects(
    new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject)),
  );
});

test("2,000 strangers beyond the limit are refused and nothing of them is kept", async () => {
  const limits = new ConnectionCounter({ strangers: 20 });
  const told: unknown[] = [];
  const log = pino({ level: "warn" }, { write: (line) => told.push(JSON.parse(line)) });
  const listener = await serve(polite, { limits, log });
  let refused = 0;
  const knock = async () => {
    const socket = connect({ port: listener.port, host: "127.0.0.1" });
    socket.on("error", () => {});
    socket.on("data", (data: Buffer) => (refused += data.toString().startsWith("421") ? 1 : 0));
    await new Promise((resolve) => socket.once("close", resolve).once("end", () => socket.end()));
  };
  const inside: Socket[] = [];
  for (let i = 0; i < 20; i++) inside.push(connect({ port: listener.port, host: "127.0.0.1" }));
  await until(() => limits.open === 20);
  for (let i = 0; i < 200; i++) await knock();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 1_800; i += 100) await Promise.all(Array.from({ length: 100 }, knock));
  assert.equal(refused, 2_000);
  assert.equal(listener.connections, 20);
  assert.equal(limits.open, 20);
  const grown = process.memoryUsage().heapUsed - before;
  assert.ok(grown < 20e6, `heap grew by ${grown}`);
  assert.equal(told.length, 1, "the log is not flooded");
  assert.partialDeepStrictEqual(told[0], { protocol: "smtp", remote: "127.0.0.1", refused: 1 });
  inside.forEach((socket) => socket.destroy());
  await until(() => limits.open === 0 && listener.connections === 0);
});

test("who signs in makes room for the next stranger", async () => {
  const { port } = await serve(polite, { limits: new ConnectionCounter({ strangers: 1 }) });
  await transcript(
    port,
    `
    S: hello 127.0.0.1
    S2: 421 ...
    S2: <CLOSED>
    C: AUTH
    S: got AUTH
    S3: hello 127.0.0.1`,
  );
});

test("closing says goodbye, waits, then cuts; nobody new gets in", async () => {
  const listener = await serve(polite);
  const stubborn = await serve(async (connection) => {
    await connection.write("hello\r\n");
    for (;;) await connection.read(100); // deaf to interruption
  });
  const playing = transcript(listener.port, "S: hello 127.0.0.1\nS: bye shuttingDown\nS: <CLOSED>");
  const cutting = transcript(stubborn.port, "S: hello\nS: <CLOSED>");
  await until(() => listener.connections === 1 && stubborn.connections === 1);
  await sleep(30);
  const start = performance.now();
  await Promise.all([listener.close(5_000), stubborn.close(100)]);
  assert.ok(performance.now() - start < 1_000);
  await Promise.all([playing, cutting]);
  await assert.rejects(transcript(listener.port, "S: hello ..."));
});

test("a handler that throws ends its connection and no other", async () => {
  const { port } = await serve(async (connection) => {
    await connection.write("hello\r\n");
    if (String(await connection.readLine(10)) === "die") throw new Error("bug");
    await connection.write("alive\r\n");
  });
  await transcript(port, "S: hello\nS2: hello\nC: die\nS: <CLOSED>\nC2: live\nS2: alive");
});

test("PROXY: the client's address counts, from trusted proxies only", async () => {
  const limits = new ConnectionCounter({ strangersPerAddress: 1 });
  const trusted = await serve(polite, { trustedProxies: ["10.0.0.0/8", "127.0.0.0/8"], limits });
  await transcript(
    trusted.port,
    String.raw`
    C-: PROXY TCP4 198.51.100.2 203.0.113.7 54321 25\r\nfirst\r\n
    S: hello 198.51.100.2
    S: got first
    C2: PROXY TCP4 198.51.100.2 203.0.113.7 54322 25
    S2: 421 ...
    S2: <CLOSED>
    C3: PROXY UNKNOWN
    S3: hello 127.0.0.1
    C4: EHLO there
    S4: <CLOSED>`,
  );
  const direct = await serve(polite, { trustedProxies: ["10.0.0.0/8"] });
  await transcript(
    direct.port,
    `
    S: hello 127.0.0.1
    C: PROXY TCP4 198.51.100.2 203.0.113.7 54321 25
    S: got PROXY TCP4 ...`,
  );
});

test("PROXY before implicit TLS, in one packet with the ClientHello", async () => {
  const { port } = await serve(polite, { kind: "implicit", trustedProxies: ["127.0.0.1"] });
  const raw = connect({ port, host: "127.0.0.1" });
  raw.cork();
  raw.write("PROXY TCP6 2001:db8::7 ::1 54321 993\r\n");
  const socket = connectTls({ socket: raw, rejectUnauthorized: false });
  raw.uncork();
  const greeting = await new Promise((resolve) => socket.once("data", (d) => resolve(String(d))));
  assert.equal(greeting, "hello 2001:db8::7\r\n");
  socket.destroy();
});

test("a port in use is an error, not silence", async () => {
  const { port } = await serve(polite);
  await assert.rejects(serve(polite, { port }), { code: "EADDRINUSE" });
  await assert.rejects(serve(polite, { kind: "implicit", tls: undefined }));
});
