/** Conversations with servers that behave in every way but the good one, on loopback. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { after, test } from "node:test";
import { signedAnswer } from "../../../tests/support/tsig-answer.ts";
import { BadMessage } from "../../dns/wire.ts";
import { encodeQuestion, encodeUpdate } from "./encode.ts";
import { NotReachable, SignedSession } from "./session.ts";
import { findTsig, TsigError, type TsigKey } from "./tsig.ts";

const KEY: TsigKey = {
  name: "update.example",
  algorithm: "hmac-sha256",
  secret: Buffer.alloc(32, 3),
};
const NOW = 1_764_000_000;
const question = (id: number) => encodeQuestion(id, "example.com", "SOA");
const signal = () => AbortSignal.timeout(10_000);

/** The right answer to a signed request. */
function rightAnswer(request: Buffer): Buffer {
  const tsig = findTsig(request) ?? assert.fail("the request is not signed");
  const bare = Buffer.from(request.subarray(0, tsig.at));
  bare.writeUInt16BE(0, 10);
  return signedAnswer(bare, tsig.mac, { key: KEY, time: NOW });
}

const framed = (message: Buffer) => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
};

/** Requests come whole: they are small, and this is loopback. */
async function serve(onRequest: (request: Buffer, socket: Socket) => void): Promise<SignedSession> {
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const size = received.readUInt16BE(0);
        onRequest(received.subarray(2, 2 + size), socket);
        received = received.subarray(2 + size);
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const session = new SignedSession({ address: "127.0.0.1", port }, KEY, () => NOW);
  after(() => (session.close(), server.close()));
  return session;
}

test("several questions at once, answered in another order, in single octets", async () => {
  const waiting: Buffer[] = [];
  const session = await serve((request, socket) => {
    waiting.unshift(framed(rightAnswer(request)));
    if (waiting.length < 3) return;
    for (const octet of Buffer.concat(waiting)) socket.write(Buffer.of(octet));
  });
  const ids = await Promise.all(
    [1, 2, 3].map(async () => {
      let asked = -1;
      const answer = await session.ask((id) => question((asked = id)), signal());
      assert.equal(answer.readUInt16BE(0), asked);
      return asked;
    }),
  );
  assert.equal(new Set(ids).size, 3);
});

test("an answer that is not signed is not believed; an unsigned refusal is only a refusal", async () => {
  let rcode = 0;
  const session = await serve((request, socket) => {
    const tsig = findTsig(request) ?? assert.fail();
    const bare = Buffer.from(request.subarray(0, tsig.at));
    bare.writeUInt16BE(0x8400 | rcode, 2);
    bare.writeUInt16BE(0, 10);
    socket.write(framed(bare));
  });
  await assert.rejects(session.ask(question, signal()), TsigError);
  rcode = 3; // NXDOMAIN says something of data
  await assert.rejects(session.ask(question, signal()), TsigError);
  rcode = 5;
  assert.equal((await session.ask(question, signal())).readUInt16BE(2) & 0x0f, 5);
});

test("noise, answers to nothing, and a closed connection end what waits on it", async () => {
  for (const behave of [
    (_request: Buffer, socket: Socket) => socket.end(),
    (_request: Buffer, socket: Socket) => socket.write(framed(Buffer.from("no"))),
    (request: Buffer, socket: Socket) => {
      const answer = rightAnswer(request);
      answer.writeUInt16BE(answer.readUInt16BE(0) ^ 1, 0);
      socket.write(framed(answer));
    },
  ]) {
    const session = await serve(behave);
    await assert.rejects(session.ask(question, signal()), NotReachable);
  }
  const cut = await serve((request, socket) =>
    socket.write(framed(rightAnswer(request).subarray(0, 30))),
  );
  await assert.rejects(cut.ask(question, signal()), BadMessage);
});

test("after a connection was lost the next question opens another", async () => {
  let first = true;
  const session = await serve((request, socket) => {
    if (first) socket.destroy();
    else socket.write(framed(rightAnswer(request)));
    first = false;
  });
  await assert.rejects(session.ask(question, signal()), NotReachable);
  await session.ask(question, signal());
});

test("silence ends with the caller's patience", async () => {
  const session = await serve(() => {});
  await assert.rejects(session.ask(question, AbortSignal.timeout(100)), { name: "TimeoutError" });
});

test("where TCP is refused, small messages go by UDP, and large ones nowhere", async () => {
  const udp = createSocket("udp4").bind(0, "127.0.0.1");
  await once(udp, "listening");
  after(() => udp.close());
  udp.on("message", (request, { port, address }) => {
    udp.send(Buffer.from("noise"), port, address);
    udp.send(rightAnswer(request), port, address);
  });
  const session = new SignedSession(
    { address: "127.0.0.1", port: udp.address().port },
    KEY,
    () => NOW,
  );
  await session.ask(question, signal());
  const record = { name: "x.example.com", type: 16, class: 1, ttl: 0 };
  const large = (id: number) =>
    encodeUpdate(id, {
      zone: "example.com",
      prerequisites: [],
      updates: [
        {
          ...record,
          rdata: Buffer.concat([
            Buffer.of(255),
            Buffer.alloc(255),
            Buffer.of(200),
            Buffer.alloc(200),
          ]),
        },
      ],
    });
  await assert.rejects(session.ask(large, signal()), NotReachable);
});
