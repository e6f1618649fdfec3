import assert from "node:assert/strict";
import { after, test } from "node:test";
import { PASSWORD } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { HELLO, pop3World, signIn } from "./world.ts";

const world = await pop3World();
after(() => world.stop());
const strict = await pop3World({ allowPlaintextAuthOnLoopback: false });
after(() => strict.stop());

const b64 = (text: string) => Buffer.from(text).toString("base64");

test("USER and PASS open the maildrop; a second session on it may stay", async () => {
  const address = await world.mailbox([HELLO]);
  await transcript(
    world.ports.pop3,
    `
    ${signIn(address)}
    C: STAT
    S: +OK 1 64
    ${signIn(address, "2")}
    C2: STAT
    S2: +OK 1 64
    C: QUIT
    S: +OK Goodbye
    S: <CLOSED>`,
  );
});

test("unknown user and wrong password are one answer, and PASS starts over with USER", async () => {
  const address = await world.mailbox([]);
  await transcript(
    world.ports.pop3,
    `
    S: +OK ...
    C: USER nobody@example.test
    S: +OK ...
    C: PASS ${PASSWORD}
    S: -ERR [AUTH] Authentication failed
    C: PASS ${PASSWORD}
    S: -ERR USER comes first
    C: USER ${address}
    S: +OK ...
    C: PASS wrong
    S: -ERR [AUTH] Authentication failed
    C: STAT
    S: -ERR Sign in first
    C: USER ${address.toUpperCase()}
    S: +OK ...
    C: PASS ${PASSWORD}
    S: +OK Welcome ...
    C: USER ${address}
    S: -ERR Already signed in
    C: NOOP
    S: +OK`,
  );
});

test("the state is checked before the arguments are read", async () => {
  await transcript(
    world.ports.pop3,
    `
    S: +OK ...
    C: RETR x y z
    S: -ERR Sign in first
    C: PASS
    S: -ERR Argument missing
    C: USER
    S: -ERR Argument missing
    C: FOO
    S: -ERR Unknown command
    C: APOP user 0123456789abcdef0123456789abcdef
    S: -ERR Unknown command`,
  );
});

test("AUTH: PLAIN with and without initial response, LOGIN, cancelling, what is no base64", async () => {
  const address = await world.mailbox([]);
  const plain = b64(`\0${address}\0${PASSWORD}`);
  await transcript(
    world.ports.pop3,
    `
    S: +OK ...
    C: AUTH
    S: +OK ...
    S: SCRAM-SHA-256
    S: PLAIN
    S: LOGIN
    S: .
    C: AUTH CRAM-MD5
    S: -ERR Unknown authentication mechanism
    C: AUTH PLAIN
    S: +${" "}
    C: *
    S: -ERR Authentication cancelled
    C: AUTH PLAIN ???
    S: -ERR Not base64
    C: AUTH PLAIN ${b64("\0x\0y")}
    S: -ERR [AUTH] Authentication failed
    C: AUTH plain ${plain}
    S: +OK Welcome ...
    S2: +OK ...
    C2: AUTH PLAIN
    S2: +${" "}
    C2: ${plain}
    S2: +OK Welcome ...
    S3: +OK ...
    C3: AUTH LOGIN
    S3: + ${b64("Username:")}
    C3: ${b64(address)}
    S3: + ${b64("Password:")}
    C3: ${b64(PASSWORD)}
    S3: +OK Welcome ...`,
  );
});

test("in clear no password is taken, and none is asked for", async () => {
  const address = await strict.mailbox([]);
  const lines = await transcript(
    strict.ports.pop3,
    `
    S: +OK ...
    C: CAPA
    S: +OK ...
    S: ...
    S: STLS
    S: SASL SCRAM-SHA-256
    S: IMPLEMENTATION Posthorn
    S: .
    C: USER ${address}
    S: -ERR Use TLS before signing in
    C: PASS ${PASSWORD}
    S: -ERR Use TLS before signing in
    C: AUTH PLAIN ${b64(`\0${address}\0${PASSWORD}`)}
    S: -ERR This mechanism needs TLS`,
  );
  assert.ok(!lines.includes("S: USER"));
});

test("STLS: then passwords are welcome, and what was sent ahead in clear is forgotten", async () => {
  const address = await strict.mailbox([HELLO]);
  await transcript(
    strict.ports.pop3,
    String.raw`
    S: +OK ...
    C-: STLS\r\nUSER ${address}\r\nCAPA\r\n
    S: +OK Begin TLS negotiation
    C: <STARTTLS>
    C: PASS ${PASSWORD}
    S: -ERR USER comes first
    C: CAPA
    S: +OK ...
    S: ...
    S: USER
    S: SASL SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN
    S: IMPLEMENTATION Posthorn
    S: .
    C: STLS
    S: -ERR TLS is already active
    C: USER ${address}
    S: +OK ...
    C: PASS ${PASSWORD}
    S: +OK Welcome ${address}, 1 messages (64 octets)
    C: STLS
    S: -ERR Already signed in`,
  );
});

test("TLS from the first byte", async () => {
  const address = await strict.mailbox([]);
  const lines = await transcript(
    { port: strict.ports.pop3s, tls: true },
    `
    ${signIn(address)}
    C: CAPA
    S: +OK ...
    S: ...
    S: .`,
  );
  assert.ok(!lines.includes("S: STLS"));
});

test("sign-ins end in the trace, with their reason and without the password", async () => {
  const address = await world.mailbox([]);
  await transcript(
    world.ports.pop3,
    `
    S: +OK ...
    C: USER ${address}
    S: +OK ...
    C: PASS not-the-password
    S: -ERR [AUTH] ...
    C: USER ${address}
    S: +OK ...
    C: PASS ${PASSWORD}
    S: +OK ...`,
  );
  const { pool } = world.engine.storage;
  const rows = async () => {
    const query =
      "SELECT kind, text, detail FROM mail_event WHERE detail->>'address' = $1 ORDER BY at, id";
    const { rows } = await pool.query<{ kind: string; text: string | null; detail: unknown }>(
      query,
      [address],
    );
    return rows;
  };
  for (let i = 0; i < 100 && (await rows()).length < 2; i++)
    await new Promise((r) => setTimeout(r, 20));
  const found = await rows();
  assert.deepEqual(
    found.map(({ kind, text }) => `${kind} ${text ?? ""}`),
    ["auth.failed wrong password", "auth.succeeded "],
  );
  assert.ok(!JSON.stringify(found).includes("not-the-password"));
});
