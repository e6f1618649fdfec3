/** Noise in every state: the server may refuse anything, but it never fails, and it never loses count. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { PASSWORD } from "../support/engine.ts";
import { ALICE, HELLO, imapEngine, lines } from "./support.ts";

const engine = await imapEngine();
for (let i = 0; i < 3; i++) await engine.deliver(ALICE, HELLO);
await engine.deliver(
  ALICE,
  lines(
    "Content-Type: multipart/mixed; boundary=b",
    "",
    "--b",
    "",
    "one",
    "--b",
    "",
    "two",
    "--b--",
  ),
);

/** Sends pieces, each in a packet of its own, and answers everything said until the server closes. */
async function converse(pieces: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect({ port: engine.ports.imap, host: "127.0.0.1", noDelay: true });
  let said = "";
  socket.setEncoding("latin1").on("data", (text: string) => (said += text));
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.on("error", () => {});
  for (const piece of pieces) {
    if (!socket.writable) break;
    await new Promise((resolve) => socket.write(piece, resolve));
  }
  await closed;
  return said;
}

const LOGIN = `in LOGIN ${ALICE} "${PASSWORD}"\r\n`;
const LOGOUT = "zz LOGOUT\r\n";
const STATES = [LOGIN, `${LOGIN}se SELECT INBOX\r\n`, `${LOGIN}ex EXAMINE INBOX\r\n`, ""];

const VERBS = ["CAPABILITY", "NOOP", "ID", "ENABLE", "SELECT", "EXAMINE", "CREATE", "RENAME", "SUBSCRIBE", "LIST",
  "LSUB", "STATUS", "APPEND", "CLOSE", "UNSELECT", "EXPUNGE", "SEARCH", "FETCH", "STORE", "COPY", "MOVE", "UID FETCH",
  "UID STORE", "UID COPY", "UID MOVE", "UID SEARCH", "UID EXPUNGE", "SORT", "UID SORT", "UID THREAD", "CHECK", "NAMESPACE", "LOGIN", "NOTIFY", "NOTIFY SET", "NONSENSE",
  "APPEND Junk CATENATE", "APPEND Junk CATENATE (", "REPLACE", "UID REPLACE", "GENURLAUTH", "RESETKEY", "URLFETCH"]; // prettier-ignore
const WORDS = ["INBOX", "Trash", "a/b", '"x y"', "1", "1:*", "$", "2,4:3", "*", "%", "()", "(", ")", "FLAGS", "+FLAGS",
  "-FLAGS.SILENT", "(\\Seen)", "(\\Deleted $k)", "BODY[]", "BODY.PEEK[1.1]<0.5>", "(UID FLAGS ENVELOPE BODYSTRUCTURE)",
  "BINARY[1]", "BINARY.SIZE[2]", "BODY[HEADER.FIELDS (SUBJECT)]", "(MESSAGES UNSEEN SIZE)", "RETURN (MIN SAVE)", "RETURN ()",
  "OR", "NOT", "SUBJECT", "hello", "TEXT", "SINCE", "1-Jan-2020", "CHARSET", "UTF-8", "NIL", "{3+}\r\nabc", "{0+}\r\n", "\0",
  "~{3+}\r\na\0b", '"\\"', "CONDSTORE", "(CHANGEDSINCE 3)", "(UNCHANGEDSINCE 1)", "MODSEQ", "7", "(USE (\\Sent))", "\xff",
  '" 1-Feb-2026 12:00:00 +0100"', "(SUBSCRIBED)", "UTF8", "(~{1+}\r\nx", "PREVIEW", "FULL", "\\Seen",
  "(REVERSE SUBJECT DATE)", "(SIZE)", "REFERENCES", "REFS", "ORDEREDSUBJECT", "RETURN (PARTIAL -1:-2 COUNT)", "(PARTIAL 1:2)",
  "(personal (MessageNew MessageExpunge MailboxName))", "(selected (MessageNew (UID) MessageExpunge FlagChange))", "NONE",
  "CATENATE", "(URL /INBOX/;UID=1", "URL /INBOX/;UID=1/;SECTION=1.MIME", "URL \"/INBOX/;UID=1/;PARTIAL=1.2\"", "TEXT {3+}\r\nabc",
  "(TEXT {3+}\r\nabc", "UTF8 (~{1+}\r\nx)", "INTERNAL", "BINARY", "BODYPARTSTRUCTURE", "imap://alice%40example.test@mx.posthorn.test/INBOX/;UID=1;URLAUTH=authuser",
  "(imap://alice%40example.test@mx.posthorn.test/INBOX/;UID=4;EXPIRE=2036-01-01T00:00:00Z;URLAUTH=anonymous:internal:00000000000000000000000000000000"]; // prettier-ignore

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

test("noise is answered, never with SERVERBUG, in every state", async () => {
  const rounds = Number(process.env["FUZZ"] ?? 12);
  for (let round = 0; round < rounds; round++) {
    const commands = Array.from({ length: 15 }, (_, i) => {
      const words = Array.from({ length: Math.floor(Math.random() * 5) }, () => pick(WORDS));
      return `f${i} ${[pick(VERBS), ...words].join(" ")}\r\n`;
    });
    const wire = Buffer.from(pick(STATES) + commands.join("") + LOGOUT, "latin1");
    const said = await converse([wire]);
    const shown = JSON.stringify(commands.join("").slice(0, 2000));
    assert.doesNotMatch(said, /SERVERBUG|Internal error/, shown);
    assert.match(said, /^zz OK|^\* BYE /m, shown);
  }
});

test("a conversation means the same however TCP cuts it", async () => {
  const script = Buffer.from(
    `${LOGIN}a1 APPEND Junk {5+}\r\nhello\r\na2 SELECT {4+}\r\nJunk\r\na3 UID SEARCH SUBJECT {2+}\r\nxy BODY "z"\r\n` +
      `a4 IDLE\r\nDONE\r\na5 STORE 1:* +FLAGS.SILENT (\\Deleted)\r\na6 CLOSE\r\n${LOGOUT}`,
  );
  const known = (said: string) =>
    said.split("\r\n").filter((line) => /^(a\d|zz) /.test(line)).map((line) => line.replace(/\d{6,}.*?\]/, "]")); // prettier-ignore
  const whole = known(await converse([script]));
  assert.equal(whole.length, 7, whole.join("\n"));
  const single = Array.from({ length: script.length }, (_, i) => script.subarray(i, i + 1));
  assert.deepEqual(known(await converse(single)), whole);
  const step = Math.ceil(script.length / Number(process.env["FUZZ"] ?? 20));
  for (let cut = 1; cut < script.length; cut += step)
    assert.deepEqual(known(await converse([script.subarray(0, cut), script.subarray(cut)])), whole);
});
