/** ClientHello as OpenSSL sends it, cut, glued and spoiled. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { connect, type ConnectionOptions } from "node:tls";
import { MAX_HELLO, readFirstWords } from "./client-hello.ts";

/** What a real client says first. */
async function firstWordsOf(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  const client = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
  client.on("error", () => {});
  const [socket] = await once(server, "connection");
  const [bytes] = await once(socket, "data");
  client.destroy();
  server.close();
  return bytes;
}

const acme = await firstWordsOf({ servername: "MX.example.test", ALPNProtocols: ["acme-tls/1"] });

test("the name and the protocols of a real client", async () => {
  assert.deepEqual(readFirstWords(acme), {
    ...{ kind: "hello", serverName: "mx.example.test", protocols: ["acme-tls/1"] },
  });
  const old = await firstWordsOf({ maxVersion: "TLSv1.2", ALPNProtocols: ["h2", "http/1.1"] });
  const words = readFirstWords(old);
  assert.deepEqual(words, { kind: "hello", serverName: null, protocols: ["h2", "http/1.1"] });
  const plain = readFirstWords(await firstWordsOf({ servername: "a.test" }));
  assert.deepEqual(plain, { kind: "hello", serverName: "a.test", protocols: [] });
});

test("every beginning of it wants more, and never says something else", () => {
  for (let length = 0; length < acme.length; length++)
    assert.equal(readFirstWords(acme.subarray(0, length)).kind, "more", String(length));
});

test("spread over many records it is the same", () => {
  const message = acme.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += 7) {
    const part = message.subarray(at, at + 7);
    records.push(Buffer.from([22, 3, 1, 0, part.length]), part);
  }
  assert.deepEqual(readFirstWords(Buffer.concat(records)), readFirstWords(acme));
});

test("other protocols, empty records, lengths beyond reason: something else", () => {
  const other = (bytes: Buffer) => assert.equal(readFirstWords(bytes).kind, "other");
  other(Buffer.from("GET / HTTP/1.1\r\n"));
  other(Buffer.from([22, 2, 0]));
  other(Buffer.from([22, 3, 1, 0, 0]));
  other(Buffer.from([22, 3, 1, 0xff, 0xff]));
  other(Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0]));
  other(Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff]));
  // A hello that is never finished.
  const endless = Buffer.concat([
    ...Array.from({ length: 3_000 }, () => Buffer.from([22, 3, 1, 0, 1, 1])),
  ]);
  assert.ok(endless.length > MAX_HELLO);
  other(endless);
});

test("whatever byte is spoiled, an answer comes and nothing is thrown", () => {
  let seed = 7;
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff);
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.from(acme);
    for (let times = random() % 4; times >= 0; times--)
      bytes[random() % bytes.length] = random() & 0xff;
    assert.ok(["hello", "more", "other"].includes(readFirstWords(bytes).kind));
  }
});
