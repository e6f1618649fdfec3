/** Compression of a connection (RFC 4978), against zlib on the other side. */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, test } from "node:test";
import { constants, createInflateRaw, deflateRawSync } from "node:zlib";
import { pino } from "pino";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { ConnectionCounter } from "./limits.ts";
import { type Listener, listen, type ListenerOptions } from "./listener.ts";
import { TlsContexts } from "./tls.ts";
import { type Connection, ConnectionClosed } from "./types.ts";

const tls = new TlsContexts([await selfSigned(["one.example"])]);
const open: Listener[] = [];
after(() => Promise.all(open.map((listener) => listener.close(0))));

async function serve(handler: ListenerOptions["handler"]): Promise<number> {
  const listener = await listen({
    protocol: "imap",
    address: "127.0.0.1",
    port: 0,
    kind: "starttls",
    tls,
    limits: new ConnectionCounter(),
    log: pino({ level: "silent" }),
    handler,
  });
  open.push(listener);
  return listener.port;
}

/** One line in clear, then everything compressed. */
const compressed = (handler: ListenerOptions["handler"]) =>
  serve(async (connection) => {
    await connection.readLine(100);
    await connection.write("go\r\n");
    connection.startDeflate();
    await handler(connection);
  });

async function echo(connection: Connection): Promise<void> {
  try {
    for (;;) {
      const line = await connection.readLine(1000);
      await connection.write(`${line.toString("latin1")}!\r\n`);
    }
  } catch (error) {
    if (!(error instanceof ConnectionClosed)) throw error;
  }
}

/** Connects and waits for the go-ahead; `text` is what was inflated so far. */
async function dial(port: number) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  socket.write("start\r\n");
  await new Promise<void>((resolve) => socket.once("data", () => resolve()));
  const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  socket.pipe(inflate);
  return { socket, inflate };
}

const squeeze = (text: string | Buffer, flush: number = constants.Z_SYNC_FLUSH) =>
  deflateRawSync(text, { finishFlush: flush });

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5_000; !condition();) {
    assert.ok(Date.now() < deadline, "in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const closed = (socket: Socket) => until(() => socket.closed);

test("lines come and go however TCP cuts them, each answered without waiting for more", async () => {
  const port = await compressed(echo);
  const wire = squeeze("one\r\ntwo\r\nthree\r\n");
  for (let cut = 0; cut <= wire.length; cut += 5) {
    const { socket, inflate } = await dial(port);
    let text = "";
    inflate.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.write(wire.subarray(0, cut));
    await new Promise((resolve) => setTimeout(resolve, 2));
    socket.write(wire.subarray(cut));
    await until(() => text === "one!\r\ntwo!\r\nthree!\r\n");
    socket.end();
    await closed(socket);
  }
});

test("many megabytes pass both ways intact", async () => {
  const big = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * i * 31 + i) % 251));
  const port = await compressed(async (connection) => {
    const chunks: Buffer[] = [];
    for (let size = 0; size < big.length;) {
      const chunk = Buffer.from(await connection.read(65_536));
      chunks.push(chunk);
      size += chunk.length;
    }
    for (const chunk of chunks) await connection.write(chunk);
  });
  const { socket, inflate } = await dial(port);
  socket.write(squeeze(big));
  const back: Buffer[] = [];
  for await (const chunk of inflate) back.push(chunk as Buffer);
  assert.ok(Buffer.concat(back).equals(big));
});

test("what inflates to gigabytes is not inflated before it is read", async () => {
  let read = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const port = await compressed(async (connection) => {
    read += (await connection.read(1000)).length;
    await promise;
  });
  const { socket } = await dial(port);
  const bomb = squeeze(Buffer.alloc(64 * 1024 * 1024));
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 16; i++) socket.write(bomb); // a gigabyte
  await until(() => read > 0);
  await new Promise((done) => setTimeout(done, 200));
  assert.ok(process.memoryUsage().rss - before < 128 * 1024 * 1024);
  resolve();
  socket.destroy();
});

test("a client that reads nothing holds the writer, not our memory", async () => {
  let written = 0;
  const noise = Buffer.from(Array.from({ length: 65_536 }, () => Math.floor(Math.random() * 256)));
  const port = await compressed(async (connection) => {
    try {
      for (; written < 1_000;) {
        await connection.write(noise);
        written++;
      }
    } catch {
      // the peer left: as it should end
    }
  });
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => {});
  socket.write("start\r\n");
  socket.pause();
  let last = -1;
  while (written !== last) {
    last = written;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert.ok(written < 300, `${written} chunks of 64 KiB were taken`);
  socket.destroy();
  await closed(socket);
});

test("octets that are not DEFLATE end the connection; so does the peer's goodbye", async () => {
  const ends: unknown[] = [];
  const port = await compressed(async (connection) => {
    await connection.readLine(100).catch((error: unknown) => ends.push(error));
  });
  const first = await dial(port);
  first.socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
  await closed(first.socket);
  const second = await dial(port);
  second.socket.end(squeeze("half a li"));
  await closed(second.socket);
  const third = await dial(port);
  third.socket.end(squeeze("", constants.Z_FINISH));
  await closed(third.socket);
  assert.equal(ends.length, 3);
  assert.ok(ends.every((error) => error instanceof ConnectionClosed));
});
