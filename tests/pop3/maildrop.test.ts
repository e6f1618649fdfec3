import assert from "node:assert/strict";
import { after, test } from "node:test";
import { SEEN } from "../../lib/mail/flags.ts";
import { transcript } from "../support/transcript.ts";
import { HELLO, inbox, pop3World, signIn, WORLD } from "./world.ts";

const world = await pop3World();
after(() => world.stop());

test("STAT, LIST and UIDL: numbers, sizes, and ids that stay", async () => {
  const first = await world.play(
    [HELLO, WORLD],
    `
    C: STAT
    S: +OK 2 99
    C: LIST
    S: +OK 2 messages (99 octets)
    S: 1 64
    S: 2 35
    S: .
    C: LIST 2
    S: +OK 2 35
    C: UIDL
    S: +OK ...
    S: 1 ...
    S: 2 ...
    S: .
    C: LIST 3
    S: -ERR No such message
    C: LIST 0
    S: -ERR ...
    C: UIDL x
    S: -ERR Number expected
    C: STAT 1
    S: -ERR No arguments expected`,
  );
  const ids = first.lines.filter((line) => /^S: \d \d+\.\d+$/.test(line));
  assert.equal(ids.length, 2);
  const again = await transcript(
    world.ports.pop3,
    `
    ${signIn(first.address)}
    C: DELE 1
    S: +OK ...
    C: QUIT
    S: +OK ...
    ${signIn(first.address, "2")}
    C2: UIDL 1
    S2: +OK 1 ...`,
  );
  assert.equal(again.at(-1)?.replace("S2: +OK 1", "S: 2"), ids[1], "the id moves with its message");
});

test("an empty maildrop has empty lists", async () => {
  await world.play(
    [],
    `
    C: STAT
    S: +OK 0 0
    C: LIST
    S: +OK 0 messages (0 octets)
    S: .
    C: UIDL
    S: +OK ...
    S: .
    C: RETR 1
    S: -ERR No such message`,
  );
});

test("RETR gives the stored bytes, dots doubled, and a last line end when it is missing", async () => {
  await world.play(
    [HELLO, "Subject: cut\r\n\r\nno end", ""],
    `
    C: RETR 1
    S: +OK 64 octets
    S: From: ann@example.test
    S: Subject: hello
    S:${" "}
    S: Hello
    S: ..
    S: ...two
    S: end
    S: .
    C: RETR 2
    S: +OK 22 octets
    S: Subject: cut
    S:${" "}
    S: no end
    S: .
    C: RETR 3
    S: +OK 0 octets
    S: .
    C: RETR
    S: -ERR Number expected
    C: RETR 4
    S: -ERR No such message`,
  );
});

test("TOP gives the header and so many lines", async () => {
  await world.play(
    [WORLD],
    `
    C: TOP 1 0
    S: +OK ...
    S: Subject: world
    S:${" "}
    S: .
    C: TOP 1 2
    S: +OK ...
    S: Subject: world
    S:${" "}
    S: one
    S: two
    S: .
    C: TOP 1 99
    S: +OK ...
    S: ...
    S: three
    S: .
    C: TOP 1
    S: -ERR Number expected
    C: TOP 2 1
    S: -ERR No such message`,
  );
});

test("DELE hides, RSET brings back, QUIT removes for good", async () => {
  const { address } = await world.play(
    [HELLO, WORLD],
    `
    C: DELE 1
    S: +OK ...
    C: DELE 1
    S: -ERR That message is deleted
    C: RETR 1
    S: -ERR That message is deleted
    C: STAT
    S: +OK 1 35
    C: LIST
    S: +OK 1 messages (35 octets)
    S: 2 35
    S: .
    C: RSET
    S: +OK 2 messages
    C: DELE 2
    S: +OK ...
    C: QUIT
    S: +OK Goodbye
    S: <CLOSED>`,
  );
  assert.deepEqual(await inbox(world, address), [[1, 0]]);
});

test("without QUIT nothing is deleted", async () => {
  const { address } = await world.play(
    [HELLO],
    `
    C: DELE 1
    S: +OK ...
    C: <RESET>`,
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await inbox(world, address)).length, 1);
});

test("what was retrieved and kept is read, what was only looked at is not", async () => {
  const { address } = await world.play(
    [HELLO, WORLD, WORLD],
    `
    C: RETR 1
    S: +OK ...
    S: ...
    S: .
    C: TOP 2 1
    S: +OK ...
    S: ...
    S: .
    C: RETR 3
    S: +OK ...
    S: ...
    S: .
    C: DELE 3
    S: +OK ...
    C: QUIT
    S: +OK ...`,
  );
  assert.deepEqual(await inbox(world, address), [
    [1, SEEN],
    [2, 0],
  ]);
});

test("numbers do not change while others deliver and expunge; deleting twice is no error", async () => {
  const address = await world.mailbox([HELLO, WORLD]);
  const playing = transcript(
    world.ports.pop3,
    `
    ${signIn(address)}
    ${signIn(address, "2")}
    C: DELE 1
    S: +OK ...
    C: QUIT
    S: +OK ...
    S: <CLOSED>
    C2: STAT
    S2: +OK 2 99
    C2: LIST 2
    S2: +OK 2 35
    C2: DELE 1
    S2: +OK ...
    C2: QUIT
    S2: +OK ...`,
  );
  await playing;
  assert.deepEqual(await inbox(world, address), [[2, 0]]);
});

test("commands may be pipelined, and answers come in order", async () => {
  await world.play(
    [HELLO, WORLD],
    String.raw`
    C-: NOOP\r\nSTAT\r\nRETR 2\r\nDELE 2\r\nFOO\r\nLIST\r\nQUIT\r\n
    S: +OK
    S: +OK 2 99
    S: +OK 35 octets
    S: ...
    S: .
    S: +OK ...
    S: -ERR Unknown command
    S: +OK 1 messages (64 octets)
    S: 1 64
    S: .
    S: +OK Goodbye
    S: <CLOSED>`,
  );
});

test("a big message comes whole", async () => {
  const line = `.${"x".repeat(75)}\r\n`;
  const body = line.repeat(60_000); // 4.7 MB
  const { lines } = await world.play(
    [`Subject: big\r\n\r\n${body}`],
    `
    C: RETR 1
    S: +OK 4680016 octets
    S: ...
    S: .`,
  );
  assert.equal(lines.filter((got) => got === `S: .${line.trimEnd()}`).length, 60_000);
});
