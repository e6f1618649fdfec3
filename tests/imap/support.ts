/** Shorthands of the IMAP transcripts: signing in, and messages to fetch. */
import { connect } from "node:net";
import { after } from "node:test";
import { PASSWORD, startTestEngine } from "../support/engine.ts";
import type { TestEngine, TestEngineOptions } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";

export const ALICE = "alice@example.test";
export const BOB = "bob@example.test";

/** A message as a list of lines. */
export const lines = (...text: string[]) => text.map((line) => `${line}\r\n`).join("");

export const HELLO = lines(
  "From: Bob <bob@example.test>",
  "To: alice@example.test",
  "Subject: Hello",
  "Date: Mon, 2 Mar 2026 10:00:00 +0100",
  "Message-ID: <hello@example.test>",
  "",
  "Hello, world.",
);

/** The engine of one test file, stopped when its tests are done. */
export async function imapEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const engine = await startTestEngine({ mailboxes: [ALICE, BOB], ...options });
  after(() => engine.stop());
  return engine;
}

/** "C: x LOGIN …" and its answer, for each client named ("", "2", "3"). */
export function signIn(...clients: string[]): string {
  const names = clients.length === 0 ? [""] : clients;
  return names
    .map(
      (n) => `
    S${n}: * OK [CAPABILITY ...] Posthorn ready
    C${n}: in LOGIN ${ALICE} "${PASSWORD}"
    S${n}: in OK [CAPABILITY ...] Signed in`,
    )
    .join("\n");
}

/** Signs clients in and plays the script. Clients connect when they are first named. */
export function play(engine: TestEngine, script: string, clients: string[] = [""]) {
  return transcript(engine.ports.imap, `${signIn(...clients)}\n${script}`);
}

const HEARD_WITHIN_MS = 20_000;

/** A session that listens: what is done elsewhere happens between two things that it hears. */
export async function listener(port: number, address = ALICE) {
  const socket = connect(port, "127.0.0.1");
  let said = "";
  let heard = () => {};
  socket.setEncoding("latin1").on("data", (text: string) => {
    said += text;
    heard();
  });
  /** Resolves when the line has come; what came up to it is forgotten. */
  const hears = async (line: string) => {
    const late = AbortSignal.timeout(HEARD_WITHIN_MS);
    while (!said.includes(`${line}\r\n`)) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      heard = resolve;
      late.onabort = () => reject(new Error(`Never heard "${line}", but "${said}"`));
      await promise;
    }
    said = said.slice(said.indexOf(`${line}\r\n`) + line.length + 2);
  };
  const says = async (command: string, answer: string) => {
    socket.write(`${command}\r\n`);
    await hears(answer);
  };
  await says(`in LOGIN ${address} "${PASSWORD}"`, "Signed in");
  return { hears, says, close: () => socket.destroy() };
}

/** The beginning of a script: INBOX is selected, whatever is in it. */
export const SELECT = `
    C: s1 SELECT INBOX
    S: ...
    S: s1 OK ...`;
