/**
 * Noise in every state: the server may refuse anything, but it never fails, and it never loses count.
 *
 *   FUZZ=3000 FUZZ_SEED=7 npm test -- tests/imap/fuzz.test.ts
 *
 * What is said is made of the seed; how several sessions come between each other is not.
 */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { PASSWORD } from "../support/engine.ts";
import { seeded } from "../support/random.ts";
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
const SELECTED = `${LOGIN}se SELECT INBOX\r\n`;
const STATES = [
  ...[LOGIN, SELECTED, `${LOGIN}ex EXAMINE INBOX\r\n`, "", `${SELECTED}ua UNAUTHENTICATE\r\n`],
  ...["QRESYNC", "UTF8=ACCEPT IMAP4rev2", "UIDONLY"].map(
    (features) => `${LOGIN}en ENABLE ${features}\r\nse SELECT INBOX\r\n`,
  ),
  `${SELECTED}no NOTIFY SET (selected-delayed (MessageNew (UID FLAGS) MessageExpunge FlagChange)) ` +
    "(personal (MessageNew MessageExpunge MailboxName AnnotationChange))\r\n",
];

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

const rounds = Number(process.env["FUZZ"] ?? 12);
const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 32)) >>> 0;
const named = `FUZZ_SEED=${seed}`;

const random = seeded(seed);
const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;

function noise(): string {
  const words = Array.from({ length: random(5) }, () => pick(WORDS));
  return [pick(VERBS), ...words].join(" ");
}

async function converses(commands: readonly string[]): Promise<void> {
  const numbered = commands.map((command, i) => `f${i} ${command}\r\n`).join("");
  const said = await converse([Buffer.from(pick(STATES) + numbered + LOGOUT, "latin1")]);
  const shown = `${named}: ${JSON.stringify(numbered.slice(0, 4000))}`;
  assert.doesNotMatch(said, /SERVERBUG|Internal error/, shown);
  assert.match(said, /^zz OK|^\* BYE /m, shown);
}

test("noise is answered, never with SERVERBUG, in every state", async () => {
  for (let round = 0; round < rounds; round++) await converses(Array.from({ length: 15 }, noise));
});

const sets = ["1", "1:*", "*", "2:3", "$", "5:1,7", "999"];
const names = ["INBOX", "Trash", "a/b", "neu&AOQ-", '"x y"', "a", "c/d/e"];
const flags = ["(\\Seen)", "(\\Deleted)", "(\\Flagged kw)", "()", "\\Answered"];
const returns = ["", "", "RETURN () ", "RETURN (SAVE) ", "RETURN (PARTIAL -1:-3) ", "RETURN (UPDATE CONTEXT) "]; // prettier-ignore
const keys = ["ALL", "NOT SEEN", "OR SUBJECT x TEXT one", "BODY hi", "UID 2:*", "MODSEQ 2", "KEYWORD kw", "$"]; // prettier-ignore
const items = ["FULL", "BODY[]", "BODYSTRUCTURE", "BODY[2.MIME]", "BINARY[1]", "(UID MODSEQ PREVIEW)", "BODY[9]"]; // prettier-ignore
const set = () => pick(sets);
const name = () => pick(names);
const uid = () => pick(["", "UID "]);

/** What is right by the grammar gets further than noise. */
const SENSIBLE: readonly (() => string)[] = [
  () => `APPEND ${name()} ${pick(flags)} {${HELLO.length}+}\r\n${HELLO}`,
  () => `${uid()}REPLACE ${set()} ${name()} {${HELLO.length}+}\r\n${HELLO}`,
  () =>
    `${uid()}STORE ${set()} ${pick(["+", "-", ""])}FLAGS${pick(["", ".SILENT"])} ${pick(flags)}`,
  () => `${uid()}FETCH ${set()} ${pick(items)}`,
  () => `${uid()}SEARCH ${pick(returns)}${pick(keys)} ${pick(keys)}`,
  () => `${uid()}SORT ${pick(returns)}(REVERSE SUBJECT) UTF-8 ${pick(keys)}`,
  () => `${uid()}THREAD ${pick(["REFS", "ORDEREDSUBJECT"])} UTF-8 ${pick(keys)}`,
  () => `${uid()}${pick(["COPY", "MOVE"])} ${set()} ${name()}`,
  () => pick(["EXPUNGE", "CLOSE", "UNSELECT", "NOOP", "IDLE\r\nDONE", `UID EXPUNGE ${set()}`]),
  () => `${pick(["SELECT", "EXAMINE", "CREATE", "DELETE", "SUBSCRIBE", "GETACL"])} ${name()}`,
  () => `RENAME ${name()} ${name()}`,
  () => 'LIST "" * RETURN (SUBSCRIBED STATUS (MESSAGES HIGHESTMODSEQ))',
  () => `SELECT ${name()} (QRESYNC (1 2 1:9))`,
  () => `SETMETADATA ${name()} (/private/comment ${pick(["NIL", '"v"'])})`,
  () => `GETMETADATA (DEPTH infinity) ${name()} (/private)`,
  () => `SETACL ${name()} anyone ${pick(["lrs", "+k", "-r"])}`,
  () => `ESEARCH IN (${pick(["personal", "subtree a", "selected"])}) ${pick(keys)}`,
  () => pick(["NOTIFY NONE", "ENABLE UIDONLY", "UIDBATCHES 2", "GETQUOTAROOT INBOX"]),
];

test("sessions that do sensible things to the same folders at once are never told SERVERBUG", async () => {
  const sensible = () => (random(5) === 0 ? noise() : pick(SENSIBLE)());
  for (let round = 0; round < rounds; round++) {
    const all = Array.from({ length: 6 }, () => Array.from({ length: 15 }, sensible));
    await Promise.all(all.map(converses));
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
