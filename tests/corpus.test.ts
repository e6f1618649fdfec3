/**
 * Real mail in, real mail out: messages of the SpamAssassin corpus sent to port 25 come back byte for
 * byte, but for the fields that we add in front, by IMAP and by POP3.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import { after, before, test } from "node:test";
import { ImapFlow } from "imapflow";
import { corpus, type CorpusMessage } from "./support/corpus.ts";
import { PASSWORD, startTestEngine, type TestEngine } from "./support/engine.ts";
import { SmtpClient } from "./support/smtp-client.ts";

const ALICE = "alice@example.test";
const COUNT = 300;

let engine: TestEngine;
let sent: CorpusMessage[];

before(async () => {
  engine = await startTestEngine({ mailboxes: [ALICE] });
  sent = [...deliverable()];
});
after(() => engine.stop());

/** What a server must take: a bare CR is refused (RFC 5321 §2.3.8), and has its own tests. */
function* deliverable(): Generator<CorpusMessage> {
  let count = 0;
  for (const message of corpus({ every: 9 })) {
    if (/\r(?!\n)/.test(message.octets.toString("latin1"))) continue;
    yield message;
    if (++count === COUNT) return;
  }
}

test(`${COUNT} messages are accepted on port 25`, async () => {
  assert.equal(sent.length, COUNT);
  const client = await SmtpClient.open(engine.ports.smtp);
  for (const { name, octets } of sent) {
    const reply = await client.send("sender@elsewhere.test", [ALICE], octets);
    assert.match(reply, /^250 2\.0\.0 /, `${name}: ${reply}`);
  }
  await client.quit();
});

test("IMAP gives them back byte for byte, in order", async () => {
  const client = new ImapFlow({
    host: "127.0.0.1",
    port: engine.ports.imaps,
    secure: true,
    tls: { rejectUnauthorized: false },
    auth: { user: ALICE, pass: PASSWORD },
    logger: false,
  });
  await client.connect();
  const lock = await client.getMailboxLock("INBOX");
  try {
    let index = 0;
    for await (const { source, size } of client.fetch("1:*", { source: true, size: true })) {
      assert.ok(source);
      assert.equal(source.length, size);
      assertSame(source, sent[index++]);
    }
    assert.equal(index, COUNT);
  } finally {
    lock.release();
    await client.logout();
  }
});

test("POP3 gives them back byte for byte", async () => {
  const pop3 = await Pop3.open(engine.ports.pop3s);
  assert.match(await pop3.line(`USER ${ALICE}`), /^\+OK/);
  assert.match(await pop3.line(`PASS ${PASSWORD}`), /^\+OK/);
  assert.match(await pop3.line("STAT"), new RegExp(`^\\+OK ${COUNT} \\d+$`));
  for (const [index, message] of sent.entries()) {
    assertSame(await pop3.retrieve(index + 1), message);
  }
  pop3.close();
});

/** RETR as bytes: libraries give strings. */
class Pop3 {
  readonly #socket: TLSSocket;
  #text = "";

  constructor(socket: TLSSocket) {
    this.#socket = socket.setEncoding("latin1");
    socket.on("data", (text: string) => (this.#text += text));
  }

  static async open(port: number): Promise<Pop3> {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const client = new Pop3(socket);
    await client.#until("\r\n");
    return client;
  }

  async line(command: string): Promise<string> {
    this.#socket.write(`${command}\r\n`);
    return this.#until("\r\n");
  }

  async retrieve(number: number): Promise<Buffer> {
    assert.match(await this.line(`RETR ${number}`), /^\+OK/);
    const text = `${await this.#until("\r\n.\r\n")}\r\n`;
    return Buffer.from(text.replace(/^\.\./gm, "."), "latin1");
  }

  close(): void {
    this.#socket.destroy();
  }

  async #until(mark: string): Promise<string> {
    for (;;) {
      const at = this.#text.indexOf(mark);
      if (at >= 0) {
        const found = this.#text.slice(0, at);
        this.#text = this.#text.slice(at + mark.length);
        return found;
      }
      await once(this.#socket, "data");
    }
  }
}

/** Our fields come first; Return-Path fields that came with the message are replaced by ours (§4.4). */
function assertSame(stored: Buffer, message: CorpusMessage | undefined) {
  assert.ok(message);
  const expected = withoutReturnPath(message.octets);
  const at = stored.length - expected.length;
  assert.ok(at > 0, `${message.name}: shorter than what was sent`);
  assert.ok(stored.subarray(at).equals(expected), `${message.name}: changed`);
  const added = stored.subarray(0, at).toString();
  assert.equal(added.match(/^Received:/gm)?.length, 1, added);
  assert.equal(added.match(/^Authentication-Results:/gm)?.length, 1, added);
  assert.equal(added.match(/^Return-Path:/gm)?.length, 1, added);
  assert.match(added, /\r\n$/);
}

function withoutReturnPath(octets: Buffer): Buffer {
  const text = octets.toString("latin1");
  const end = text.indexOf("\r\n\r\n") + 2;
  const header = text.slice(0, end).replace(/^Return-Path:.*\r\n(?:[ \t].*\r\n)*/gim, "");
  return Buffer.from(header + text.slice(end), "latin1");
}
