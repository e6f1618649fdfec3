/**
 * App passwords at the three servers: what they open, what they do not, and what the trace and the rows say
 * afterwards. Made and revoked by lib/service as the console does it.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { groupsOf } from "../lib/mail/app-password.ts";
import { cliActor } from "../lib/service/actor.ts";
import { createAppPassword, revokeAppPassword } from "../lib/service/app-passwords.ts";
import { SIGN_IN_CHANNEL } from "../lib/storage/sign-in-notes.ts";
import { PASSWORD, startTestEngine } from "./support/engine.ts";
import { transcript } from "./support/transcript.ts";

const ANN = "ann@example.test";
/** Who fails often is kept waiting (engine/net/limits.ts), and these tests fail often: not for so long. */
const clock = { now: () => new Date(), sleep: (ms: number) => delay(Math.min(ms, 20)) };
const engine = await startTestEngine({ mailboxes: [ANN, "bob@example.test"], clock });
after(() => engine.stop());
const { imap, pop3, submission } = engine.ports;
const { services } = engine;
const mailboxId = await engine.mailboxId(ANN);
const plain = (password: string) => Buffer.from(`\0${ANN}\0${password}`).toString("base64");

type Protocol = "imap" | "pop3" | "smtp";

async function made(protocols: Protocol[], days: number | null = null) {
  const input = { mailboxId, name: `for ${protocols.join(" and ")}`, protocols, days };
  const result = await createAppPassword(services, cliActor, input);
  assert.ok(result.outcome === "done");
  return result;
}

/** Rows are written within seconds, the trace soon. */
async function eventually<T>(read: () => Promise<T | null | undefined>): Promise<T> {
  const end = Date.now() + 15_000;
  for (;;) {
    const value = await read();
    if (value !== null && value !== undefined) return value;
    assert.ok(Date.now() < end, "it never came");
    await delay(50);
  }
}

const imapSays = (password: string, answer: string) =>
  transcript(
    imap,
    `
    S: * OK ...
    C: a1 LOGIN ${ANN} "${password}"
    S: a1 ${answer}`,
  );

const pop3Says = (password: string, answer: string) =>
  transcript(
    pop3,
    `
    S: +OK ...
    C: USER ${ANN}
    S: +OK ...
    C: PASS ${password}
    S: ${answer}`,
  );

const smtpSays = (password: string, answer: string) =>
  transcript(
    submission,
    `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: AUTH PLAIN ${plain(password)}
    S: ${answer}`,
  );

test("each protocol takes an app password that is for it, as typed from the screen", async () => {
  const { password } = await made(["imap", "pop3", "smtp"]);
  const shown = groupsOf(password).join(" ");
  await imapSays(shown, "OK ... Signed in");
  await pop3Says(shown, "+OK Welcome ...");
  await smtpSays(password, "235 2.7.0 ...");
  await transcript(
    imap,
    `
    S: * OK ...
    C: a1 AUTHENTICATE PLAIN ${plain(password)}
    S: a1 OK ...`,
  );
  await transcript(
    pop3,
    `
    S: +OK ...
    C: AUTH PLAIN ${plain(password)}
    S: +OK Welcome ...`,
  );
});

test("for another protocol it is a wrong password, word for word", async () => {
  const { password } = await made(["imap"]);
  await imapSays(password, "OK ...");
  await pop3Says(password, "-ERR [AUTH] Authentication failed");
  await pop3Says("wrong", "-ERR [AUTH] Authentication failed");
  await smtpSays(password, "535 5.7.8 Authentication failed");
  await smtpSays("wrong", "535 5.7.8 Authentication failed");
});

test("revoked, it lets nobody in, and ends the sessions that it began: those and no others", async () => {
  const { password, appPasswordId } = await made(["imap", "pop3", "smtp"]);
  const other = await made(["imap"]);
  const sessions = transcript(
    { port: imap, timeoutMs: 15_000 },
    `
    S: * OK ...
    C: a1 LOGIN ${ANN} ${password}
    S: a1 OK ...
    C: a2 SELECT INBOX
    S: ...
    S: a2 OK ...
    C2: b1 LOGIN ${ANN} ${other.password}
    S2: * OK ...
    S2: b1 OK ...
    C3: c1 LOGIN ${ANN} "${PASSWORD}"
    S3: * OK ...
    S3: c1 OK ...
    S: * BYE ... App password revoked
    S: <CLOSED>
    C2: b2 NOOP
    S2: b2 OK ...
    C3: c2 NOOP
    S3: c2 OK ...`,
  );
  await eventually(() =>
    Promise.resolve(engine.engine.ctx.sessions.of(mailboxId).length >= 3 || null),
  );
  assert.equal(await revokeAppPassword(services, cliActor, { appPasswordId }), "done");
  await sessions;
  await imapSays(password, "NO [AUTHENTICATIONFAILED] Authentication failed");
  await pop3Says(password, "-ERR [AUTH] Authentication failed");
  await smtpSays(password, "535 5.7.8 ...");
  await imapSays(other.password, "OK ...");
});

test("expired, it lets nobody in", async () => {
  const { password, appPasswordId } = await made(["imap", "pop3", "smtp"], 1);
  await imapSays(password, "OK ...");
  const expiresAt = new Date(Date.now() - 1);
  await services.prisma.appPassword.update({ where: { id: appPasswordId }, data: { expiresAt } });
  await imapSays(password, "NO [AUTHENTICATIONFAILED] Authentication failed");
  await pop3Says(password, "-ERR [AUTH] Authentication failed");
  await smtpSays(password, "535 5.7.8 Authentication failed");
});

test("the row says when, by which protocol and from which network it was last used; the trace says which it was", async () => {
  const { password, appPasswordId } = await made(["pop3"]);
  const heard: string[] = [];
  const stop = engine.engine.storage.notifications.listen(
    SIGN_IN_CHANNEL,
    ({ words }) => void heard.push(...words),
  );
  await pop3Says(password, "+OK ...");
  const row = await eventually(async () => {
    const found = await services.prisma.appPassword.findUniqueOrThrow({
      where: { id: appPasswordId },
    });
    return found.lastUsedAt && found;
  });
  assert.equal(row.lastUsedProtocol, "pop3");
  assert.equal(row.lastUsedNetwork, "127.0.0.0/24");
  await eventually(() => Promise.resolve(heard.includes(mailboxId) || null));
  stop();
  const event = await eventually(() =>
    services.prisma.mailEvent.findFirst({
      where: {
        kind: "auth.succeeded",
        detail: { path: ["appPassword", "id"], equals: appPasswordId },
      },
    }),
  );
  assert.equal(
    Reflect.get(Object(Reflect.get(Object(event.detail), "appPassword")), "name"),
    "for pop3",
  );
  const events = await services.prisma.mailEvent.findMany({ where: { mailboxId } });
  assert.doesNotMatch(JSON.stringify(events), new RegExp(password));
});

test("refusals tell the trace why, and the peer nothing", async () => {
  const { password, appPasswordId } = await made(["imap"]);
  await revokeAppPassword(services, cliActor, { appPasswordId });
  await imapSays(password, "NO [AUTHENTICATIONFAILED] Authentication failed");
  await eventually(() =>
    services.prisma.mailEvent.findFirst({
      where: { kind: "auth.failed", text: "app password revoked" },
    }),
  );
});

test("another mailbox's app password is a wrong one", async () => {
  const { password } = await made(["imap"]);
  await transcript(
    imap,
    `
    S: * OK ...
    C: a1 LOGIN bob@example.test ${password}
    S: a1 NO [AUTHENTICATIONFAILED] Authentication failed`,
  );
});
