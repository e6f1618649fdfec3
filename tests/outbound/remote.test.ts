import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { createResolver } from "../../engine/dns/resolver.ts";
import { deliverRemotely, type RemoteResult } from "../../engine/outbound/remote.ts";
import { TIMEOUTS } from "../../engine/outbound/session.ts";
import { Transcript } from "../../engine/outbound/transcript.ts";
import { bytesSource } from "../../lib/mail/byte-source.ts";
import type { ClaimedRecipient, QueueBatch } from "../../lib/mail/ports.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { startDnsServer, type DnsServerForTests } from "../support/dns-server.ts";
import { startPeer, type Peer, type PeerScript } from "../support/mx-peer.ts";
import { until } from "../support/until.ts";

let dns: DnsServerForTests;
let certificate: { key: string; cert: string };
const peers: Peer[] = [];
before(async () => {
  dns = await startDnsServer();
  const made = await selfSigned(["mx.b.example"]);
  certificate = { key: made.keyPem, cert: made.certPem };
});
after(() => dns.close());
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()));
  for (const name of Object.keys(dns.zone)) delete dns.zone[name];
  dns.authenticated = false;
});

/** One peer, and b.example points at it. */
async function peerFor(script: PeerScript = {}): Promise<Peer> {
  const peer = await startPeer(script);
  peers.push(peer);
  dns.zone["b.example"] = { MX: [{ preference: 10, exchange: "mx.b.example" }] };
  dns.zone["mx.b.example"] = { A: [peer.address] };
  return peer;
}

const recipient = (id: number, address: string, more = {}): ClaimedRecipient => ({
  ...{ id, address, destination: "b.example", dsnNotify: null, dsnOrcpt: null },
  ...{ attempts: 1, delayNoticeAt: null },
  ...more,
});

const MESSAGE = "From: ann@a.example\r\nSubject: hi\r\n\r\n.dot\r\n..two\r\nend\r\n";

interface Sent extends RemoteResult {
  transcript: string;
  short: string[];
}

async function send(
  peer: Peer,
  {
    batch = {},
    message = MESSAGE,
    roots = null,
    timeouts = {},
    signal = AbortSignal.timeout(5000),
  }: {
    batch?: Partial<QueueBatch>;
    message?: string;
    roots?: string[] | null;
    timeouts?: Partial<Record<keyof typeof TIMEOUTS, number>>;
    signal?: AbortSignal;
  } = {},
): Promise<Sent> {
  const bytes = Buffer.from(message);
  const source = bytesSource(bytes);
  const transcript = new Transcript();
  const full: QueueBatch = {
    ...{ queueId: "q", traceId: "t", blobId: 1, size: bytes.length, mailboxId: null },
    ...{ reversePath: "ann@a.example", smtputf8: false, eightBit: false, requireTls: false },
    ...{ dsnRet: null, dsnEnvid: null, createdAt: new Date(), destination: "b.example" },
    recipients: [recipient(1, "bob@b.example")],
    ...batch,
  };
  const result = await deliverRemotely(
    { batch: full, source, transcript, signal },
    {
      resolver: createResolver({
        servers: [dns.address],
        cacheEntries: 0,
        tryMs: 1_000,
        budgetMs: 3_000,
      }),
      ...{ port: peer.port, hostName: "mail.a.example", roots },
      timeouts: { ...TIMEOUTS, quit: 200, ...timeouts },
    },
  );
  assert.equal(result.fault, undefined);
  const short = result.verdicts.map((v) => `${v.outcome} ${v.code} ${v.enhanced}`);
  return { ...result, transcript: transcript.toString(), short };
}

test("a message arrives byte for byte, dots and all, and the transcript tells the tale without it", async () => {
  const peer = await peerFor();
  const sent = await send(peer);
  assert.deepEqual(sent.short, ["delivered 250 2.0.0"]);
  assert.equal(peer.messages[0]?.bytes.toString(), MESSAGE);
  assert.match(
    peer.messages[0]?.wire.toString() ?? "",
    /\r\n\.\.dot\r\n\.\.\.two\r\nend\r\n\.\r\n$/,
  );
  await until(() => peer.lines.includes("QUIT"), "QUIT");
  assert.deepEqual(peer.lines, [
    "EHLO mail.a.example",
    "MAIL FROM:<ann@a.example>",
    "RCPT TO:<bob@b.example>",
    "DATA",
    "QUIT",
  ]);
  assert.match(sent.transcript, /S: 220 peer\.test ESMTP\nC: EHLO mail\.a\.example\n/);
  assert.doesNotMatch(sent.transcript, /Subject/);
  assert.equal(sent.facts.mx, "mx.b.example");
  assert.equal(sent.facts.remoteIp, "127.0.0.1");
});

test("messages without a last line end, or empty, get one; a large one passes whole", async () => {
  const peer = await peerFor();
  for (const message of [
    "x: y\r\n\r\nno end",
    "",
    "x: y\r\n\r\n" + "line of text\r\n".repeat(60_000),
  ]) {
    assert.deepEqual((await send(peer, { message })).short, ["delivered 250 2.0.0"]);
    const got = peer.messages.at(-1)?.bytes.toString();
    assert.equal(got, message === "" || message.endsWith("\r\n") ? message : `${message}\r\n`);
  }
});

test("every recipient has a verdict of its own; the rest get the message", async () => {
  const answers: Record<string, string> = {
    no: "550 5.1.1 No such user",
    later: "451 4.7.1 Greylisted",
    bare: "550 User unknown",
    old: "552 Too many",
  };
  const on = (line: string) => answers[/TO:<(\w+)@/.exec(line)?.[1] ?? ""] ?? null;
  const names = ["no", "yes", "later", "bare", "old"];
  for (const ehlo of [["PIPELINING"], []]) {
    const peer = await peerFor({ on, ehlo });
    const recipients = names.map((name, id) => recipient(id, `${name}@b.example`));
    const sent = await send(peer, { batch: { recipients } });
    const byId = [...sent.verdicts].sort((a, b) => a.recipient.id - b.recipient.id);
    assert.deepEqual(
      byId.map((v) => `${v.recipient.address.split("@")[0]} ${v.outcome} ${v.code} ${v.enhanced}`),
      [
        "no failed 550 5.1.1",
        "yes delivered 250 2.0.0",
        "later deferred 451 4.7.1",
        "bare failed 550 5.0.0",
        "old deferred 452 4.5.3",
      ],
    );
    assert.equal(byId[0]?.text, "No such user");
    assert.equal(peer.messages[0]?.rcpts.length, 1);
    await peers.pop()?.close();
  }
});

test("one too many for a transaction goes into the next", async () => {
  let accepted = 0;
  const on = (line: string) => {
    if (line === ".") accepted = 0;
    return line.startsWith("RCPT") && accepted++ >= 2 ? "452 4.5.3 Too many recipients" : null;
  };
  const peer = await peerFor({ on });
  const recipients = [1, 2, 3, 4, 5].map((id) => recipient(id, `u${id}@b.example`));
  const sent = await send(peer, { batch: { recipients } });
  assert.deepEqual(new Set(sent.short), new Set(["delivered 250 2.0.0"]));
  assert.deepEqual(
    peer.messages.map(({ rcpts }) => rcpts.length),
    [2, 2, 1],
  );
});

test("refusals at each step, for now and for good", async () => {
  const cases: [string, string, string][] = [
    ["MAIL", "450 4.7.1 Not now", "deferred 450 4.7.1"],
    ["MAIL", "553 5.1.7 Bad sender", "failed 553 5.1.7"],
    ["DATA", "451 4.3.0 Not now", "deferred 451 4.3.0"],
    ["DATA", "554 5.7.1 No", "failed 554 5.7.1"],
    ["DATA", "250 2.0.0 What?", "deferred 250 4.5.0"],
    [".", "452 4.3.1 Full", "deferred 452 4.3.1"],
    [".", "554 5.7.1 Spam", "failed 554 5.7.1"],
    ["RCPT", "421 4.3.2 Shutting down", "deferred 421 4.3.2"],
    ["EHLO", "421 4.3.2 Shutting down", "deferred 421 4.3.2"],
    ["MAIL", "close", "deferred 451 4.4.2"],
    ["RCPT", "close", "deferred 451 4.4.2"],
    ["DATA", "close", "deferred 451 4.4.2"],
    [".", "close", "deferred 451 4.4.2"],
    ["MAIL", "999 what", "deferred 451 4.4.2"],
  ];
  for (const [step, move, expected] of cases) {
    const peer = await peerFor({ on: (line) => (line.startsWith(step) ? move : null) });
    const sent = await send(peer);
    assert.deepEqual(sent.short, [expected], `${step} ${move}`);
    assert.equal(peer.messages.length, 0);
    await peers.pop()?.close();
  }
});

test("a greeting that refuses means: not this host, try another time", async () => {
  const peer = await peerFor({ greeting: "554 5.7.1 No service" });
  assert.deepEqual((await send(peer)).short, ["deferred 554 4.7.1"]);
});

test("EHLO refused: HELO, and no parameters", async () => {
  const peer = await peerFor({
    on: (line) => (line.startsWith("EHLO") ? "502 5.5.1 What?" : null),
  });
  assert.deepEqual((await send(peer, { batch: { eightBit: true } })).short, [
    "delivered 250 2.0.0",
  ]);
  assert.ok(peer.lines.includes("MAIL FROM:<ann@a.example>"));
});

test("silence at any step ends in time", async () => {
  for (const [step, limit] of [
    ["MAIL", "command"],
    ["DATA", "dataStart"],
    [".", "dataEnd"],
  ] as const) {
    const peer = await peerFor({ on: (line) => (line.startsWith(step) ? "hang" : null) });
    const sent = await send(peer, { timeouts: { [limit]: 80 } });
    assert.match(sent.short[0] ?? "", /deferred 451 4\.4\.2/, step);
    await peers.pop()?.close();
  }
  const silent = await peerFor({ greeting: "hang" });
  assert.deepEqual((await send(silent, { timeouts: { greeting: 80 } })).short, [
    "deferred 451 4.4.2",
  ]);
});

test("a peer that answers in the middle of the message is heard, and no dot is sent after it", async () => {
  const peer = await peerFor({
    on: (line) => (line === "DATA" ? "354 Go\r\n552 5.3.4 Too much" : null),
  });
  const sent = await send(peer, {
    message: `x: y\r\n\r\n${"z".repeat(70)}\r\n`.repeat(1) + "w\r\n".repeat(400_000),
  });
  assert.deepEqual(sent.short, ["failed 552 5.3.4"]);
});

test("parameters go out only when announced", async () => {
  const batch: Partial<QueueBatch> = {
    ...{ eightBit: true, smtputf8: false, dsnRet: "HDRS", dsnEnvid: "a+b=c" },
    recipients: [
      recipient(1, "bob@b.example", { dsnNotify: "SUCCESS,FAILURE", dsnOrcpt: "rfc822;bob+2Bx@b" }),
    ],
  };
  const rich = await peerFor({ ehlo: ["SIZE 1000000", "8BITMIME", "DSN", "SMTPUTF8"] });
  const sent = await send(rich, { batch });
  assert.deepEqual(rich.lines.slice(1, 3), [
    `MAIL FROM:<ann@a.example> SIZE=${MESSAGE.length} BODY=8BITMIME RET=HDRS ENVID=a+2Bb+3Dc`,
    "RCPT TO:<bob@b.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob+2Bx@b",
  ]);
  assert.equal(sent.verdicts[0]?.dsnPassedOn, true);
  await peers.pop()?.close();
  const poor = await peerFor({ ehlo: [] });
  const plain = await send(poor, { batch });
  assert.deepEqual(poor.lines.slice(1, 3), [
    "MAIL FROM:<ann@a.example>",
    "RCPT TO:<bob@b.example>",
  ]);
  assert.equal(plain.verdicts[0]?.dsnPassedOn, false);
});

test("too large for the peer, or SMTPUTF8 that it lacks: nothing is sent", async () => {
  const small = await peerFor({ ehlo: ["SIZE 20"] });
  assert.deepEqual((await send(small)).short, ["failed 552 5.3.4"]);
  assert.ok(!small.lines.some((line) => line.startsWith("MAIL")));
  await peers.pop()?.close();

  const old = await peerFor();
  const batch = { smtputf8: true, recipients: [recipient(1, "bjørn@b.example")] };
  assert.deepEqual((await send(old, { batch })).short, ["failed 553 5.6.7"]);
  const header = { batch: { smtputf8: true }, message: "Subject: blåbær\r\n\r\nx\r\n" };
  assert.deepEqual((await send(old, header)).short, ["failed 553 5.6.7"]);
  const needless = await send(old, {
    batch: { smtputf8: true },
    message: "Subject: x\r\n\r\nblåbær\r\n",
  });
  assert.deepEqual(needless.short, ["delivered 250 2.0.0"]);
});

test("the next host takes over when one cannot be used", async () => {
  const bad = await startPeer({ address: "127.0.0.2", greeting: "421 4.3.2 Busy" });
  const good = await startPeer({ address: "127.0.0.3", port: bad.port });
  peers.push(bad, good);
  dns.zone["b.example"] = {
    MX: [
      { preference: 10, exchange: "nowhere.b.example" },
      { preference: 20, exchange: "mx1.b.example" },
      { preference: 30, exchange: "mx2.b.example" },
    ],
  };
  dns.zone["mx1.b.example"] = { A: ["127.0.0.9", "127.0.0.2"] }; // .9: nobody there
  dns.zone["mx2.b.example"] = { A: ["127.0.0.3"] };
  const sent = await send(bad);
  assert.deepEqual(sent.short, ["delivered 250 2.0.0"]);
  assert.equal(sent.facts.mx, "mx2.b.example");
  assert.match(sent.transcript, /127\.0\.0\.9:\d+: connection refused/);
  assert.match(sent.transcript, /nowhere\.b\.example has no address/);
});

test("a recipient refused by the first host is not carried to the second", async () => {
  const first = await startPeer({
    address: "127.0.0.2",
    on: (line) => (line.includes("no@") ? "550 5.1.1 No" : line === "DATA" ? "close" : null),
  });
  const second = await startPeer({ address: "127.0.0.3", port: first.port });
  peers.push(first, second);
  dns.zone["b.example"] = { MX: [{ preference: 1, exchange: "mx.b.example" }] };
  dns.zone["mx.b.example"] = { A: ["127.0.0.2", "127.0.0.3"] };
  const recipients = [recipient(1, "no@b.example"), recipient(2, "yes@b.example")];
  const sent = await send(first, { batch: { recipients } });
  assert.deepEqual(sent.short, ["failed 550 5.1.1", "delivered 250 2.0.0"]);
  assert.deepEqual(second.messages[0]?.rcpts, ["RCPT TO:<yes@b.example>"]);
});

test("TLS is taken when offered, whoever signed the certificate, and the facts are kept", async () => {
  const peer = await peerFor({ tls: certificate });
  const sent = await send(peer);
  assert.equal(peer.messages[0]?.tls, true);
  assert.deepEqual(
    { ...sent.facts.tls, cipher: "" },
    {
      ...{ protocol: "TLSv1.3", cipher: "", policy: "opportunistic", authenticated: false },
    },
  );
  assert.equal(peer.lines.filter((line) => line.startsWith("EHLO")).length, 2);
  const known = await send(peer, { roots: [certificate.cert] });
  assert.equal(known.facts.tls?.authenticated, true);
});

test("a TLS handshake that fails: once more, in clear", async () => {
  const peer = await peerFor({ tlsGarbage: "this is not TLS\r\n" });
  const sent = await send(peer);
  assert.deepEqual(sent.short, ["delivered 250 2.0.0"]);
  assert.equal(peer.messages[0]?.tls, false);
  assert.equal(peer.connections, 2);
  assert.equal(sent.facts.tls, null);
});

test("what arrives in clear behind the answer to STARTTLS is never read as a reply", async () => {
  const peer = await peerFor({
    tls: certificate,
    on: (line, n) => (line === "STARTTLS" && n === 1 ? "220 Go\r\n250 2.0.0 injected" : null),
  });
  const sent = await send(peer);
  assert.match(sent.transcript, /data before the TLS handshake/);
  assert.deepEqual(sent.short, ["delivered 250 2.0.0"]);
});

test("REQUIRETLS: verified certificate, announced, and DNSSEC, or not at all", async () => {
  const batch = { requireTls: true };
  const roots = [certificate.cert];
  const peer = await peerFor({ tls: certificate, ehlo: ["REQUIRETLS"] });
  assert.deepEqual((await send(peer, { batch, roots })).short, ["failed 550 5.7.30"]); // no DNSSEC
  assert.equal(peer.connections, 0);
  dns.authenticated = true;
  assert.deepEqual((await send(peer, { batch, roots })).short, ["delivered 250 2.0.0"]);
  assert.ok(peer.lines.includes("MAIL FROM:<ann@a.example> REQUIRETLS"));
  assert.deepEqual((await send(peer, { batch })).short, ["failed 550 5.7.30"]); // unknown signer
  peer.script = { tls: certificate };
  assert.deepEqual((await send(peer, { batch, roots })).short, ["failed 550 5.7.30"]);
  peer.script = { ehlo: ["REQUIRETLS"] };
  assert.deepEqual((await send(peer, { batch, roots })).short, ["failed 550 5.7.30"]);
  peer.script = { ehlo: ["REQUIRETLS"], tlsGarbage: "no\r\n" };
  assert.deepEqual((await send(peer, { batch, roots })).short, ["deferred 451 4.7.5"]);
  assert.equal(peer.messages.length, 1);
});

test("records that point at ourselves are not followed on the standard port", async () => {
  const peer = await peerFor();
  const self = await send({ ...peer, port: 25 });
  assert.deepEqual(self.short, ["failed 554 5.4.6"]);
  assert.equal(peer.connections, 0);
});

test("an attempt can be ended at any moment", async () => {
  const peer = await peerFor({ on: (line) => (line.startsWith("RCPT") ? "hang" : null) });
  const sent = await send(peer, { signal: AbortSignal.timeout(60) });
  assert.deepEqual(sent.short, ["deferred 451 4.4.2"]);
});
