import { test } from "node:test";
import { startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, HELLO, imapEngine, play, signIn } from "./support.ts";

const engine = await imapEngine();

test("IDLE tells deliveries, flags and removals as they happen", async () => {
  await play(
    engine,
    `
    C: a1 SELECT INBOX
    S: ...
    S: a1 OK ...
    C2: b1 SELECT INBOX
    S2: ...
    S2: b1 OK ...
    C: a2 IDLE
    S: + idling
    S: <SILENCE>
    C2: b2 APPEND INBOX {${HELLO.length}+}
    C2: ${HELLO.trimEnd().split("\r\n").join("\n    C2: ")}
    C2:
    S2: * 1 EXISTS
    S2: b2 OK ...
    S: * 1 EXISTS
    C2: b3 STORE 1 +FLAGS (\\Deleted)
    S2: * 1 FETCH (FLAGS (\\Deleted))
    S2: b3 OK ...
    S: * 1 FETCH (UID 1 FLAGS (\\Deleted))
    C2: b4 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b4 OK ...
    S: * 1 EXPUNGE
    C: done
    S: a2 OK IDLE completed`,
    ["", "2"],
  );
});

test("anything but DONE ends it with BAD", async () => {
  await play(
    engine,
    `
    C: a1 IDLE
    S: + idling
    C: a2 NOOP
    S: a1 BAD Expected DONE
    C: a3 NOOP
    S: a3 OK ...
    C: b1 IDLE
    S: + idling
    C: b2 SELECT {9+}
    C: x NOOP
    C: y (CONDSTORE)
    S: b1 BAD Expected DONE
    C: b3 NOOP
    S: b3 OK ...`,
  );
});

test("a session that is ended from elsewhere gets its goodbye while it idles", async () => {
  const playing = transcript(
    engine.ports.imap,
    `${signIn()}
    C: a1 IDLE
    S: + idling
    S: * BYE [UNAVAILABLE] Signed out
    S: <CLOSED>`,
  );
  const id = await engine.mailboxId(ALICE);
  const ended = setInterval(() => engine.engine.ctx.sessions.drop(id, "Signed out"), 300);
  await playing.finally(() => clearInterval(ended));
});

test("it hears of what another engine process did", async () => {
  const second = await startTestEngine({ databaseUrl: engine.databaseUrl });
  try {
    const idling = play(
      engine,
      `
      C: a1 SELECT Drafts
      S: ...
      S: a1 OK ...
      C: a2 IDLE
      S: + idling
      S: * 1 EXISTS
      C: DONE
      S: a2 OK ...
      C: a3 FETCH 1 BODY.PEEK[TEXT]
      S: * 1 FETCH (BODY[TEXT] {15}
      S: Hello, world.
      S: )
      S: a3 OK ...`,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    await second.deliver(ALICE, HELLO, "Drafts");
    await idling;
  } finally {
    await second.stop();
  }
});
