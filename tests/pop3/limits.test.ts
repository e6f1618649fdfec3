import { after, test } from "node:test";
import { HELLO, pop3World, signIn } from "./world.ts";
import { transcript } from "../support/transcript.ts";

const world = await pop3World();
after(() => world.stop());

test("lines that are too long or end in a bare LF are refused, and the session goes on", async () => {
  await transcript(
    world.ports.pop3,
    String.raw`
    S: +OK ...
    C: USER ${"x".repeat(100_000)}
    S: -ERR Line too long
    C-: CAPA\nQUIT\r\n
    S: -ERR Lines must end in CRLF
    C-: USER \x00\r\n
    S: -ERR Control characters in a command
    C-:  \r\n
    S: -ERR Unknown command
    C: QUIT
    S: +OK Goodbye
    S: <CLOSED>`,
  );
});

test("who makes nothing but mistakes is sent away", async () => {
  const mistakes = Array.from({ length: 20 }, () => "C: FOO\nS: -ERR Unknown command\n").join("");
  await transcript(
    world.ports.pop3,
    `S: +OK ...\n${mistakes}C: FOO\nS: -ERR Unknown command\nS: -ERR Too many errors\nS: <CLOSED>`,
  );
});

test("a session that is ended from elsewhere says goodbye and deletes nothing", async () => {
  const address = await world.mailbox([HELLO]);
  const id = await world.mailboxId(address);
  const playing = transcript(
    world.ports.pop3,
    `
    ${signIn(address)}
    C: DELE 1
    S: +OK ...
    S: -ERR [SYS/TEMP] Password changed
    S: <CLOSED>
    ${signIn(address, "2")}
    C2: STAT
    S2: +OK 1 64`,
  );
  const { sessions } = world.engine.ctx;
  while (sessions.of(id).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 100));
  sessions.drop(id, "Password changed");
  await playing;
});
