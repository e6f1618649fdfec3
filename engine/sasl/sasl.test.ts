import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import { pino } from "pino";
import { type ScramClient, scramClient } from "../../tests/support/scram-client.ts";
import { MailError, type Refusal } from "../../lib/mail/errors.ts";
import type { MailEvent } from "../../lib/mail/events.ts";
import { hashCredentials } from "../../lib/mail/password.ts";
import type { Account, FoundAppPassword } from "../../lib/mail/ports.ts";
import { ConnectionCounter, FailureLimiter } from "../net/limits.ts";
import { listen, type ListenerOptions } from "../net/listener.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { TlsContexts } from "../net/tls.ts";
import type { Connection } from "../net/types.ts";
import { Authenticator } from "./authenticator.ts";
import { advertised, run } from "./mechanisms.ts";

const secrets = await hashCredentials("pencil");
const person = (address: string, suspended = false): Account => ({
  mailboxId: `id of ${address}`,
  domainId: "d",
  address,
  suspended,
  imapDenied: [],
  ...secrets,
});
const accounts = [
  person("user@example.org"),
  person("gone@example.org", true),
  person("a,b=c@example.org"),
];

/** App passwords of user@example.org, one in each state, and one of somebody else. */
const devices = new Map<string, FoundAppPassword>();
function device(fill: string, over: Partial<FoundAppPassword> = {}): string {
  const password = fill.repeat(28);
  const mailboxId = "id of user@example.org";
  const usual = { id: `app ${fill}`, mailboxId, name: `Phone ${fill}`, revoked: false };
  devices.set(password, { ...usual, protocols: ["imap", "smtp"], expiresAt: null, ...over });
  return password;
}
const phone = device("p");
const revoked = device("r", { revoked: true });
const expired = device("x", { expiresAt: new Date("2025-12-31T23:59:59Z") });
const lasting = device("y", { expiresAt: new Date("2026-01-01T00:00:01Z") });
const stranger = device("s", { mailboxId: "id of gone@example.org" });

/** An authenticator whose clock stands still, and what it did. */
function world(failures = new FailureLimiter()) {
  const events: MailEvent[] = [];
  const signIns: string[] = [];
  const sleeps: number[] = [];
  let now = new Date("2026-01-01T00:00:00Z");
  const auth = new Authenticator({
    secret: "secret",
    failures,
    clock: {
      now: () => now,
      sleep: (ms) => Promise.resolve(void sleeps.push(ms)),
    },
    store: { record: (more) => void events.push(...more) },
    directory: {
      findAccount: (address) =>
        Promise.resolve(accounts.find((a) => a.address === address.toLowerCase()) ?? null),
      findAppPassword: (password) => Promise.resolve(devices.get(password) ?? null),
      noteSignIn: ({ mailboxId }) => void signIns.push(mailboxId),
    },
  });
  const pass = (ms: number) => (now = new Date(now.getTime() + ms));
  return { auth, events, signIns, sleeps, pass };
}

type Peer = Pick<Connection, "tlsSocket" | "loopback">;
const clear: Peer = { tlsSocket: null, loopback: false };
const settings = { allowPlaintextAuthOnLoopback: false };

/** Runs a mechanism against a client that answers each challenge. */
function converse(
  { auth }: { auth: Authenticator },
  name: string,
  initial: string | null,
  client: ((challenge: string) => string) | string[] = [],
  peer: Peer = { ...clear, loopback: true },
): Promise<Account> {
  const answers = Array.isArray(client) ? [...client] : null;
  const reply = typeof client === "function" ? client : () => answers?.shift() ?? "*";
  const { tlsSocket, loopback } = peer;
  // A mechanism sees no more of its connection than this.
  const connection = { tlsSocket, loopback, id: "s", remoteAddress: "192.0.2.1" } as Connection;
  return run(
    name,
    initial,
    (challenge) => Promise.resolve(Buffer.from(reply(challenge))),
    connection,
    { auth, settings: { allowPlaintextAuthOnLoopback: true }, protocol: "imap" },
  );
}

const b64 = (text: string) => Buffer.from(text).toString("base64");
const refused = (kind: Refusal) => (error: unknown) =>
  error instanceof MailError && error.kind === kind;

test("PLAIN: with and without initial response, its own authzid", async () => {
  const w = world();
  const right = b64("\0user@example.org\0pencil");
  assert.equal((await converse(w, "plain", right)).address, "user@example.org");
  assert.equal((await converse(w, "PLAIN", null, [right])).address, "user@example.org");
  await converse(w, "PLAIN", b64("USER@example.org\0User@Example.org\0pencil"));
  assert.deepEqual(
    w.events.map(({ kind, detail }) => `${kind} ${String(detail?.["mechanism"])}`),
    Array(3).fill("auth.succeeded PLAIN"),
  );
  assert.equal(w.signIns.length, 3);
});

test("PLAIN: unknown, suspended, wrong password and another's authzid are one answer", async () => {
  const w = world();
  const texts = new Set<string>();
  for (const bad of [
    "\0nobody@example.org\0pencil",
    "\0gone@example.org\0pencil",
    "\0user@example.org\0pencils",
    "gone@example.org\0user@example.org\0pencil",
  ])
    await assert.rejects(converse(w, "PLAIN", b64(bad)), (error: unknown) => {
      texts.add(String(error));
      return refused("authFailed")(error);
    });
  assert.equal(texts.size, 1);
  assert.deepEqual(
    w.events.map(({ text }) => text),
    ["no such user", "suspended", "wrong password", "asked to act as somebody else"],
  );
  assert.ok(w.events.every((event) => !JSON.stringify(event).includes("pencil")));
});

test("malformed responses are syntax errors, * cancels", async () => {
  const w = world();
  for (const bad of [
    "!",
    "YQ",
    "YQ=",
    b64("a\0b"),
    b64("\0a\0b\0c"),
    b64("\0\0"),
    "/w==",
    "A".repeat(12_292),
  ])
    await assert.rejects(converse(w, "PLAIN", bad), refused("syntax"), bad.slice(0, 20));
  await assert.rejects(converse(w, "PLAIN", "="), refused("syntax"));
  await assert.rejects(converse(w, "PLAIN", null, ["*"]), refused("authCancelled"));
  await assert.rejects(converse(w, "LOGIN", null, [b64("user"), "*"]), refused("authCancelled"));
  await assert.rejects(converse(w, "CRAM-MD5", null), refused("badMechanism"));
  assert.equal(w.events.length, 0);
});

test("LOGIN asks for name and password", async () => {
  const w = world();
  const asked: string[] = [];
  await converse(w, "LOGIN", null, (challenge) => {
    asked.push(Buffer.from(challenge, "base64").toString());
    return b64(asked.length === 1 ? "user@example.org" : "pencil");
  });
  assert.deepEqual(asked, ["Username:", "Password:"]);
  await converse(w, "LOGIN", b64("user@example.org"), [b64("pencil")]);
  await assert.rejects(
    converse(w, "LOGIN", b64("user@example.org"), [b64("x")]),
    refused("authFailed"),
  );
});

function scram(w: { auth: Authenticator }, client: ScramClient, peer = clear, plus = "") {
  return converse(w, `SCRAM-SHA-256${plus}`, client.first, (c) => client.answer(c), peer);
}

test("SCRAM-SHA-256: the right password, both sides proved; also with , and = in the name", async () => {
  const w = world();
  assert.equal(
    (await scram(w, scramClient({ name: "user@example.org", password: "pencil" }))).address,
    "user@example.org",
  );
  await scram(w, scramClient({ name: "a=2Cb=3Dc@example.org", password: "pencil" }));
  await scram(
    w,
    scramClient({ name: "user@example.org", password: "pencil", gs2: "y,a=user@example.org," }),
  );
  assert.deepEqual(new Set(w.events.map(({ kind }) => kind)), new Set(["auth.succeeded"]));
});

test("SCRAM-SHA-256: wrong, unknown and suspended are one answer after the same steps", async () => {
  const w = world();
  for (const [name, password] of [
    ["user@example.org", "x"],
    ["nobody@example.org", "pencil"],
    ["gone@example.org", "pencil"],
  ] as const)
    await assert.rejects(scram(w, scramClient({ name, password })), refused("authFailed"));
  assert.deepEqual(
    w.events.map(({ text }) => text),
    ["wrong password", "no such user", "suspended"],
  );
  assert.deepEqual(
    (await w.auth.scramSubject("no@x.y")).keys.salt,
    (await world().auth.scramSubject("NO@x.y")).keys.salt,
  );
});

test("SCRAM: malformed messages, a changed nonce and a replaced header are refused", async () => {
  const w = world();
  for (const bad of [
    "",
    "n,,",
    "n,,n=,r=x",
    "n,,n=a=b,r=x",
    "n,,m=1,n=a,r=x",
    "x,,n=a,r=x",
    "n,,n=a,r=ä",
    "p=tls-exporter,,n=a,r=x",
  ])
    await assert.rejects(converse(w, "SCRAM-SHA-256", b64(bad)), refused("syntax"), bad);
  await assert.rejects(converse(w, "SCRAM-SHA-256", b64("n,a=b,n=a,r=x")), refused("authFailed"));
  const twisted = (twist: (final: string) => string) => {
    const client = scramClient({ name: "user@example.org", password: "pencil" });
    return converse(w, "SCRAM-SHA-256", client.first, (challenge) =>
      b64(twist(Buffer.from(client.answer(challenge), "base64").toString())),
    );
  };
  await assert.rejects(
    twisted((final) => final.replace("r=", "r=x")),
    refused("authFailed"),
  );
  await assert.rejects(
    twisted((final) => final.replace("c=biws", "c=eSws")),
    refused("authFailed"),
  );
  await assert.rejects(
    twisted((final) => final.replace(/,p=.*/, "")),
    refused("syntax"),
  );
  const client = scramClient({ name: "user@example.org", password: "pencil" });
  let steps = 0;
  await assert.rejects(
    converse(w, "SCRAM-SHA-256", client.first, (c) => (steps++ ? "*" : client.answer(c))),
    refused("authCancelled"),
  );
  assert.ok(
    w.events.every(({ kind }) => kind === "auth.failed"),
    "a cancelled exchange is no sign-in",
  );
});

test("PLAIN and LOGIN are offered and run only under TLS, or on loopback when that is set", async () => {
  const loopback = { ...clear, loopback: true };
  assert.deepEqual(advertised(clear, settings), ["SCRAM-SHA-256"]);
  assert.deepEqual(advertised(loopback, settings), ["SCRAM-SHA-256"]);
  assert.deepEqual(advertised(loopback, { allowPlaintextAuthOnLoopback: true }), [
    "SCRAM-SHA-256",
    "PLAIN",
    "LOGIN",
  ]);
  for (const name of ["PLAIN", "LOGIN", "SCRAM-SHA-256-PLUS"])
    await assert.rejects(converse(world(), name, null, [], clear), refused("encryptionNeeded"));
});

const served: { close(ms: number): Promise<void> }[] = [];
after(() => Promise.all(served.map((listener) => listener.close(0))));

/** Both ends of one real TLS connection. */
async function overTls(version: "TLSv1.2" | "TLSv1.3") {
  const arrived = Promise.withResolvers<Connection>();
  const listener = await listen({
    protocol: "imap",
    address: "127.0.0.1",
    port: 0,
    kind: "implicit",
    tls: new TlsContexts([await selfSigned(["mail.example"])]),
    limits: new ConnectionCounter(),
    log: pino({ level: "silent" }),
    handler: (async (connection) => {
      arrived.resolve(connection);
      await connection.readLine(10);
    }) satisfies ListenerOptions["handler"],
  });
  served.push(listener);
  const options = { port: listener.port, host: "127.0.0.1", rejectUnauthorized: false };
  const client: TLSSocket = connect({ ...options, minVersion: version, maxVersion: version });
  await new Promise((resolve) => client.once("secureConnect", resolve));
  return { client, connection: await arrived.promise };
}

test("SCRAM-SHA-256-PLUS binds to the TLS session, both ways", async () => {
  const w = world();
  const { client, connection } = await overTls("TLSv1.3");
  assert.deepEqual(advertised(connection, settings), [
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-256",
    "PLAIN",
    "LOGIN",
  ]);
  const exporter = client.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0));
  const raw = client.getPeerCertificate().raw;
  const endPoint = createHash("sha256").update(raw).digest();
  const plus = (gs2: string, binding: Buffer) =>
    scram(
      w,
      scramClient({ name: "user@example.org", password: "pencil", gs2, binding }),
      connection,
      "-PLUS",
    );
  await plus("p=tls-exporter,,", exporter);
  await plus("p=tls-server-end-point,,", endPoint);
  // A man in the middle has another certificate and another session.
  await assert.rejects(plus("p=tls-exporter,,", endPoint), refused("authFailed"));
  await assert.rejects(plus("p=tls-server-end-point,,", exporter), refused("authFailed"));
  await assert.rejects(plus("p=tls-unique,,", exporter), refused("badMechanism"));
  await assert.rejects(plus("n,,", Buffer.alloc(0)), refused("syntax"));
  // "y": the client could bind but was told that we cannot.
  await assert.rejects(
    scram(w, scramClient({ name: "user@example.org", password: "pencil", gs2: "y,," }), connection),
    refused("authFailed"),
  );
  await scram(w, scramClient({ name: "user@example.org", password: "pencil" }), connection);
  client.destroy();
});

test("TLS 1.2 has tls-server-end-point only", async () => {
  const { client, connection } = await overTls("TLSv1.2");
  const w = world();
  const endPoint = createHash("sha256").update(client.getPeerCertificate().raw).digest();
  const plus = (gs2: string) =>
    scram(
      w,
      scramClient({ name: "user@example.org", password: "pencil", gs2, binding: endPoint }),
      connection,
      "-PLUS",
    );
  await plus("p=tls-server-end-point,,");
  await assert.rejects(plus("p=tls-exporter,,"), refused("badMechanism"));
  client.destroy();
});

test("failures from one address are answered later and later, then unheard; time heals", async () => {
  const w = world(
    new FailureLimiter({ free: 2, max: 6, windowMs: 60_000, delayMs: 100, maxDelayMs: 300 }),
  );
  const attempt = (password: string, remoteAddress = "2001:db8::1") =>
    w.auth.checkPassword({
      address: "user@example.org",
      password,
      protocol: "imap",
      remoteAddress,
      sessionId: "s",
    });
  for (let i = 0; i < 6; i++) await assert.rejects(attempt("wrong"), refused("authFailed"));
  assert.deepEqual(w.sleeps, [100, 200, 300, 300]);
  await assert.rejects(attempt("pencil"), refused("rateLimited"));
  await assert.rejects(attempt("pencil", "2001:db8::2"), refused("rateLimited"), "same /64");
  await attempt("pencil", "2001:db8:0:1::1");
  await attempt("pencil", "192.0.2.7");
  w.pass(11_000);
  await attempt("pencil");
});

test("a right password is verified once, a wrong one every time, a changed one again", async () => {
  const w = world(new FailureLimiter({ free: 100 }));
  // Processor time, threads included: what else the machine does is not in it.
  const timed = async (password: string) => {
    const start = process.cpuUsage();
    await w.auth
      .checkPassword({
        address: "user@example.org",
        password,
        protocol: "imap",
        remoteAddress: "192.0.2.9",
        sessionId: "s",
      })
      .catch(() => {});
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  const first = await timed("pencil");
  const again = Math.min(await timed("pencil"), await timed("pencil"));
  await timed("wrong");
  const wrong = Math.min(await timed("wrong"), await timed("wrong"));
  assert.ok(again < first / 4, `${again} µs after ${first} µs`);
  assert.ok(wrong > again * 4, `${wrong} µs against ${again} µs`);
  w.pass(11 * 60_000);
  assert.ok((await timed("pencil")) > again * 4, "after ten minutes it counts as new");
});

const byPassword = (w: ReturnType<typeof world>, password: string, over = {}) =>
  w.auth.checkPassword({
    address: "user@example.org",
    password,
    protocol: "imap",
    remoteAddress: "192.0.2.20",
    sessionId: "s",
    ...over,
  });

test("an app password lets in by PLAIN, LOGIN and USER, as shown or as typed; the trace says which it was", async () => {
  const w = world();
  const spaced = phone.replace(/(.{4})/g, "$1 ").toUpperCase();
  await byPassword(w, spaced, { mechanism: "USER" });
  const plain = b64(`\0user@example.org\0${phone}`);
  const account = await converse(w, "PLAIN", plain);
  assert.equal(account.appPassword?.id, "app p");
  await converse(w, "LOGIN", b64("user@example.org"), [b64(phone)]);
  await byPassword(w, lasting);
  assert.equal(w.signIns.length, 4);
  const [first] = w.events;
  assert.deepEqual(first?.detail?.["appPassword"], { id: "app p", name: "Phone p" });
  assert.doesNotMatch(JSON.stringify(w.events), /pppp/i, "the trace never holds the secret");
});

test("revoked, expired, another's and for another protocol: one answer, the reason is for the trace", async () => {
  const w = world(new FailureLimiter({ free: 100 }));
  await assert.rejects(byPassword(w, revoked), refused("authFailed"));
  await assert.rejects(byPassword(w, expired), refused("authFailed"));
  await assert.rejects(byPassword(w, stranger), refused("authFailed"));
  await assert.rejects(byPassword(w, phone, { protocol: "pop3" }), refused("authFailed"));
  await assert.rejects(byPassword(w, "q".repeat(28)), refused("authFailed"));
  await assert.rejects(byPassword(w, phone, { address: "no@example.org" }), refused("authFailed"));
  assert.deepEqual(
    w.events.map(({ text }) => text),
    [
      "app password revoked",
      "app password expired",
      "wrong password",
      "app password not for pop3",
      "wrong password",
      "no such user",
    ],
  );
  assert.equal(w.signIns.length, 0);
});

test("a suspended mailbox's app password lets nobody in; SCRAM takes the mailbox's own password only", async () => {
  const w = world();
  const gone = { address: "gone@example.org" };
  await assert.rejects(byPassword(w, stranger, gone), refused("authFailed"));
  assert.equal(w.events[0]?.text, "suspended");
  const client = scramClient({ name: "user@example.org", password: phone });
  await assert.rejects(scram(w, client), refused("authFailed"));
});

test("app passwords that fail are slowed down like any other password", async () => {
  const w = world(
    new FailureLimiter({ free: 1, max: 3, windowMs: 60_000, delayMs: 100, maxDelayMs: 300 }),
  );
  for (let i = 0; i < 3; i++) await assert.rejects(byPassword(w, revoked), refused("authFailed"));
  assert.deepEqual(w.sleeps, [100, 200]);
  await assert.rejects(byPassword(w, phone), refused("rateLimited"));
});

test("what does not let in costs Argon2 whatever it is; an app password that does costs next to nothing", async () => {
  const w = world(new FailureLimiter({ free: 100 }));
  const timed = async (password: string, over = {}) => {
    const start = process.cpuUsage();
    await byPassword(w, password, over).catch(() => {});
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  await timed(phone);
  const right = Math.min(await timed(phone), await timed(phone));
  const slow = [
    await timed(revoked),
    await timed(expired),
    await timed(stranger),
    await timed("q".repeat(28)),
    await timed(phone, { address: "no@example.org" }),
    await timed(phone, { protocol: "pop3" }),
    await timed(stranger, { address: "gone@example.org" }),
  ];
  for (const time of slow) assert.ok(time > right * 4, `${time} µs against ${right} µs`);
});
