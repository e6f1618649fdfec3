import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { connect } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { after, test } from "node:test";
import { PASSWORD, startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { lastMessage, messagesIn, plain } from "./world.ts";

const ROUNDS = Number(process.env["FUZZ"] ?? 150);

const engine = await startTestEngine({ mailboxes: ["ann@posthorn.test"] });
after(() => engine.stop());
const { smtp, submission } = engine.ports;

/** Sends all at once and answers all that came until the server closed. */
function blast(port: number, text: string, waitForGreeting = true): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let got = "";
    socket.setTimeout(5000, () =>
      reject(new Error(`silence after ${JSON.stringify(got.slice(-200))}`)),
    );
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      if (got === "" && waitForGreeting) socket.end(Buffer.from(text, "latin1"));
      got += chunk.toString("latin1");
    });
    socket.on("close", () => {
      socket.destroy();
      resolve(got);
    });
    if (!waitForGreeting) socket.end(text);
  });
}

test("who speaks before the greeting gets its answers in order", async () => {
  const got = await blast(smtp, "EHLO robot.example\r\nNOOP\r\nQUIT\r\n", false);
  assert.match(got, /^220 [^]*\r\n250 LIMITS [^]*\r\n250 2\.0\.0 OK\r\n221 /);
});

const WORDS = [
  "EHLO client.example\r\n",
  "HELO x\r\n",
  "MAIL FROM:<a@b.example>\r\n",
  "MAIL FROM:<> SIZE=10 BODY=8BITMIME\r\n",
  "RCPT TO:<ann@posthorn.test>\r\n",
  "RCPT TO:<nobody@posthorn.test>\r\n",
  "DATA\r\n",
  "BDAT 5\r\nabc\r\n",
  "BDAT 0 LAST\r\n",
  "BDAT 99999\r\n",
  "Subject: x\r\n\r\n",
  ".\r\n",
  "\r\n.\r\n",
  "RSET\r\n",
  "NOOP\r\n",
  "VRFY x\r\n",
  "AUTH PLAIN\r\n",
  `AUTH PLAIN ${plain("ann@posthorn.test", PASSWORD)}\r\n`,
  "*\r\n",
  "\r",
  "\n",
  "\0",
  "\xff\xfe",
  "x".repeat(3000),
  "MAIL FROM:<",
  ">",
  "QUIT\r\n",
];

const REPLY = /^(?:[245]\d\d[ -]\S|3[35]4 )/;

for (const [name, port] of [
  ["25", smtp],
  ["587", submission],
] as const) {
  test(`any words in any order on ${name} get replies, never "internal", and an end`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const words = Array.from(
        { length: 1 + randomInt(25) },
        () => WORDS[randomInt(WORDS.length)] ?? "",
      );
      const start = round % 3 === 0 ? "" : WORDS.slice(0, 1).join("");
      const got = await blast(port, `${start}${words.join("")}\r\n`);
      for (const line of got.split("\r\n").slice(0, -1)) {
        assert.match(line, REPLY);
        assert.doesNotMatch(line, /^451/, JSON.stringify(words));
      }
    }
  });
}

test("a store that is not there is 451, and works again when it is back", async () => {
  const { store } = engine.engine.ctx;
  const { accept } = store;
  const send = (answer: string) =>
    transcript(
      smtp,
      `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<gone@sender.example>
    S: 250 ...
    C: RCPT TO:<ann@posthorn.test>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: Subject: later
    C:
    C: .
    S: ${answer}
    C: NOOP
    S: 250 ...`,
    );
  const before = (await messagesIn(engine, "ann@posthorn.test")).length;
  store.accept = () => Promise.reject(new Error("connect ECONNREFUSED secret-host:5432"));
  await send("451 4.3.0 Internal error, try again later");
  store.accept = accept;
  assert.equal((await messagesIn(engine, "ann@posthorn.test")).length, before);
  await send("250 2.0.0 ...");
  assert.match(await lastMessage(engine, "ann@posthorn.test"), /Subject: later/);
});

test("a directory that does not answer delays the recipient, and nothing else", async () => {
  const { directory } = engine.engine.ctx;
  const { resolve } = directory;
  directory.resolve = () => Promise.reject(new Error("terminating connection"));
  const script = (answer: string) => `
    S: 220 ...
    C: EHLO client.example
    S: ...
    S: 250 LIMITS ...
    C: MAIL FROM:<x@sender.example>
    S: 250 ...
    C: RCPT TO:<ann@posthorn.test>
    S: ${answer} ...`;
  await transcript(smtp, script("451 4.3.0")).finally(() => (directory.resolve = resolve));
  await transcript(smtp, script("250 2.1.5"));
});

const SLOW: readonly [what: string, header: string, answer: string][] = [
  ["folds", `Subject: x${"\r\n x".repeat(50_000)}`, "550 5.6.0"],
  ["white space", `DKIM-Signature: x${" ".repeat(200_000)}y`, "550 5.6.0"],
  ["empty folds", `To: x${"\r\n ".repeat(60_000)}y`, "550 5.6.0"],
  ["fields", "X: y\r\n".repeat(30_000).trim(), "550 5.6.0"],
  ["words of a hop", `Received: x${" a".repeat(100_000)}`, "250 2.0.0"],
  ["brackets", `To: ${"<style>".repeat(30_000)}`, "250 2.0.0"],
  [
    "signatures of different lengths",
    Array.from(
      { length: 2_000 },
      (_, i) =>
        `DKIM-Signature: v=1; a=rsa-sha256; d=x.example; s=s; h=from; l=${i}; bh=AA==; b=AA==`,
    ).join("\r\n"),
    "250 2.0.0",
  ],
];

for (const [what, header, answer] of SLOW) {
  test(`a header full of ${what} does not hold up the others`, async () => {
    const lag = monitorEventLoopDelay({ resolution: 5 });
    const hello = "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ann@posthorn.test>\r\nDATA\r\n";
    const body = "0123456789\r\n".repeat(100_000);
    const message = `${hello}From: a@b.example\r\n${header}\r\n\r\n${body}.\r\nQUIT\r\n`;
    lag.enable();
    const got = await blast(smtp, message);
    lag.disable();
    assert.ok(got.includes(`\r\n${answer}`), got.slice(-300));
    // Seconds without the limits; a busy machine gets some room.
    assert.ok(lag.max < 1_000e6, `held up for ${lag.max / 1e6} ms`);
  });
}
