/** One engine for a file of POP3 transcripts; every test gets a mailbox of its own. */
import type { Logger } from "pino";
import { startTestEngine, PASSWORD, type TestEngine } from "../support/engine.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import { transcript } from "../support/transcript.ts";

export const HELLO =
  "From: ann@example.test\r\nSubject: hello\r\n\r\nHello\r\n.\r\n..two\r\nend\r\n";
export const WORLD = "Subject: world\r\n\r\none\r\ntwo\r\nthree\r\n";

export interface Pop3World extends TestEngine {
  /** A new mailbox with these messages; plays the script on plain POP3, signed in first. */
  play(messages: readonly (string | Buffer)[], script: string): Promise<Played>;
  /** A new mailbox with these messages. */
  mailbox(messages: readonly (string | Buffer)[]): Promise<string>;
}

export interface Played {
  readonly address: string;
  readonly lines: string[];
}

export async function pop3World(
  settings: Partial<Settings> = {},
  log?: Logger,
): Promise<Pop3World> {
  const engine = await startTestEngine({ settings, ...(log && { log }) });
  let count = 0;
  const world: Pop3World = {
    ...engine,
    async mailbox(messages) {
      const address = `user${++count}@example.test`;
      await engine.addMailbox(address);
      for (const message of messages) await engine.deliver(address, message);
      return address;
    },
    async play(messages, script) {
      const address = await world.mailbox(messages);
      const lines = await transcript(engine.ports.pop3, signIn(address) + script);
      return { address, lines };
    },
  };
  return world;
}

/** The opening of a transcript, for client "" (the first) or "2", "3" … */
export function signIn(address: string, client = ""): string {
  return `
    S${client}: +OK mx.posthorn.test POP3 ready
    C${client}: USER ${address}
    S${client}: +OK ...
    C${client}: PASS ${PASSWORD}
    S${client}: +OK Welcome ${address}, ...
  `;
}

/** Flags of INBOX in uid order, for what a transcript cannot see. */
export async function inbox(
  world: TestEngine,
  address: string,
): Promise<[uid: number, flags: number][]> {
  const view = await world.engine.ctx.store.openFolder(await world.mailboxId(address), "INBOX");
  try {
    await view.refresh();
    return Array.from(view.uids(), (uid, row) => [uid, view.flagsAt(row)]);
  } finally {
    view.close();
  }
}
