/** URLAUTH (RFC 4467), URLAUTH=BINARY (RFC 5524): Alice authorises URLs, Bob (client 2) uses them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeniableCapability } from "../../lib/mail/imap-capabilities.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { suspendMailbox } from "../../lib/service/mailboxes.ts";
import { PASSWORD, startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, BOB, imapEngine, lines, listener } from "./support.ts";

let now = new Date("2026-03-02T10:00:00Z");
const clock = {
  now: () => now,
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)));
    }),
};
const engine = await imapEngine({ clock });

const MIXED = lines(
  "Subject: Two parts",
  "MIME-Version: 1.0",
  "Content-Type: multipart/mixed; boundary=b",
  "",
  "--b",
  "",
  "Si vis pacem, para bellum.",
  "--b",
  "Content-Type: application/octet-stream",
  "Content-Transfer-Encoding: base64",
  "",
  "YQBi",
  "--b",
  "Content-Transfer-Encoding: x-own",
  "",
  "zzz",
  "--b--",
);
const { uid } = await engine.deliver(ALICE, MIXED);
const MESSAGE = `imap://alice%40example.test@mx.posthorn.test/INBOX/;uid=${uid}`;

const login = (client: string, address: string) => `
    S${client}: * OK [CAPABILITY ...] Posthorn ready
    C${client}: in LOGIN ${address} "${PASSWORD}"
    S${client}: in OK [CAPABILITY ...] Signed in`;
const play = (script: string) =>
  transcript(engine.ports.imap, `${login("", ALICE)}\n${login("2", BOB)}\n${script}`);

/** The URL with its token, as GENURLAUTH answers it. */
async function authorised(rump: string): Promise<string> {
  const said = await transcript(
    engine.ports.imap,
    `${login("", ALICE)}
    C: g1 GENURLAUTH "${rump}" INTERNAL
    S: * GENURLAUTH "${rump}:internal:...
    S: g1 OK ...`,
  );
  const url = /"(.*)"/.exec(said.find((line) => line.includes("* GENURLAUTH")) ?? "")?.[1] ?? "";
  assert.match(url.slice(rump.length), /^:internal:01[0-9a-f]{64}$/);
  return url;
}

/** What Bob is answered: NIL, or the text of part 1. */
const nil = (tag: string, url: string) => `
    C2: ${tag} URLFETCH "${url}"
    S2: * URLFETCH "${url}" NIL
    S2: ${tag} OK ...`;
const text = (tag: string, url: string) => `
    C2: ${tag} URLFETCH "${url}"
    S2: * URLFETCH "${url}" {26}
    S2: Si vis pacem, para bellum.
    S2: ${tag} OK ...`;

test("a URL that the owner has authorised shows others what it names, and nothing else", async () => {
  const url = await authorised(`${MESSAGE}/;section=1;urlauth=authuser`);
  const other = url.replace("section=1", "section=2");
  await play(`
    C2: b1 CAPABILITY
    S2: * CAPABILITY ... URLAUTH URLAUTH=BINARY ...
    S2: b1 OK ...
    ${text("b2", url)}
    ${nil("b3", other)}
    ${nil("b4", url.replace("authuser", "anonymous"))}
    ${nil("b5", url.slice(0, -1))}
    ${nil("b6", `${url.slice(0, -1)}${url.endsWith("0") ? "1" : "0"}`)}
    ${nil("b7", url.replace(":internal:", ":XSAMPLE:"))}
    ${nil("b8", url.replace(/:internal:.*/, ""))}
    ${nil("b9", url.replace("alice", "bob"))}
    ${nil("c1", url.replace("alice", "nobody"))}
    ${nil("c2", url.replace("INBOX", "inbox"))}
    ${nil("c3", "/INBOX/;UID=1")}
    ${nil("c4", "imap://mx.posthorn.test")}
    C2: c5 URLFETCH "${other}" "${url}" "${other}"
    S2: * URLFETCH "${other}" NIL
    S2: * URLFETCH "${url}" {26}
    S2: Si vis pacem, para bellum.
    S2: * URLFETCH "${other}" NIL
    S2: c5 OK ...
    ${text(
      "c6",
      url.replace(":internal:", ":INTERNAL:").replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase()),
    )}
    C: a1 STATUS INBOX (UNSEEN)
    S: * STATUS INBOX (UNSEEN 1)
    S: a1 OK ...`);
});

test("a mailbox may be selected, and stays as it is", async () => {
  const url = await authorised(`${MESSAGE}/;section=1;urlauth=anonymous`);
  await play(`
    C2: b1 SELECT INBOX
    S2: * FLAGS ...
    S2: ...
    S2: * OK [URLMECH INTERNAL] ...
    S2: b1 OK ...
    ${text("b2", url)}
    C2: b3 SEARCH ALL
    S2: * SEARCH
    S2: b3 OK ...`);
});

test("access identifiers: one user, whoever submits, everybody", async () => {
  const url = (access: string) => authorised(`${MESSAGE}/;section=1;urlauth=${access}`);
  await play(`
    ${text("b1", await url("user+bob%40example.test"))}
    ${text("b2", await url("user+BOB%40Example.Test"))}
    ${nil("b3", await url("user+alice%40example.test"))}
    ${nil("b4", await url("user+nobody%40example.test"))}
    ${nil("b5", await url("submit+bob%40example.test"))}
    ${text("b6", await url("anonymous"))}`);
});

test("a URL expires", async () => {
  const url = await authorised(
    `${MESSAGE}/;section=1;expire=2026-03-02T12:00:00%2B01:00`.replace("%2B", "+") +
      ";urlauth=authuser",
  );
  await play(text("b1", url));
  now = new Date("2026-03-02T11:00:00Z");
  await play(nil("b1", url));
  now = new Date("2026-03-02T10:00:00Z");
});

test("slices, headers, whole messages, and what is not there", async () => {
  const url = (end: string) => authorised(`${MESSAGE}${end};urlauth=authuser`);
  const slice = await url("/;section=1/;partial=3.3");
  const fields = await url("/;section=HEADER.FIELDS%20(SUBJECT)");
  const whole = await url("/;partial=0.7");
  await play(`
    C2: b1 URLFETCH "${slice}" "${fields}" "${whole}"
    S2: * URLFETCH "${slice}" {3}
    S2: vis
    S2: * URLFETCH "${fields}" {22}
    S2: Subject: Two parts
    S2:
    S2:
    S2: * URLFETCH "${whole}" {7}
    S2: Subject
    S2: b1 OK ...
    ${nil("b2", await url("/;section=9"))}
    ${nil("b3", await authorised(`${MESSAGE.replace(/uid=\d+/, "uid=999")};urlauth=authuser`))}`);
});

test("decoded octets and structures (RFC 5524)", async () => {
  const url = (end: string) => authorised(`${MESSAGE}${end};urlauth=authuser`);
  const [one, two, three] = [await url("/;section=1"), await url("/;section=2"), await url("/;section=3")]; // prettier-ignore
  const head = await url("/;section=2.MIME");
  const slice = await url("/;section=2/;partial=2.5");
  const bad = `${MESSAGE}/;section=1;urlauth=authuser:internal:${"0".repeat(66)}`;
  await play(`
    C2: b1 URLFETCH ("${two}" BODYPARTSTRUCTURE BINARY) ("${one}" BINARY) ("${two}" BODY) ("${one}")
    S2: * URLFETCH "${two}" (BODYPARTSTRUCTURE ("APPLICATION" "OCTET-STREAM" NIL NIL NIL "BASE64" 4 NIL NIL NIL NIL)) (BINARY ~{3}
    S2: a\0b)
    S2: * URLFETCH "${one}" (BINARY {26}
    S2: Si vis pacem, para bellum.)
    S2: * URLFETCH "${two}" (BODY {4}
    S2: YQBi)
    S2: * URLFETCH "${one}" {26}
    S2: Si vis pacem, para bellum.
    S2: b1 OK ...
    C2: b2 URLFETCH ("${three}" BINARY) ("${slice}" BINARY) ("${head}" BINARY)
    S2: * URLFETCH "${three}" (BINARY NIL)
    S2: * URLFETCH "${slice}" (BINARY {1}
    S2: b)
    S2: * URLFETCH "${head}" (BINARY {...}
    S2: Content-Type: ...
    S2: ...
    S2: b2 OK ...
    C2: b3 URLFETCH ("${bad}" BINARY BODYPARTSTRUCTURE)
    S2: * URLFETCH "${bad}" NIL
    S2: b3 OK ...
    C2: b4 URLFETCH ("${one}" BINARY BODY)
    S2: b4 BAD Either BODY or BINARY
    C2: b5 URLFETCH ("${one}" BINARY BINARY)
    S2: b5 BAD ...
    C2: b6 URLFETCH
    S2: b6 BAD ...`);
});

test("what cannot be authorised is BAD, and then nothing is", async () => {
  const bad = (tag: string, url: string) => `
    C: ${tag} GENURLAUTH "${MESSAGE};urlauth=authuser" INTERNAL "${url}" INTERNAL
    S: ${tag} BAD ...`;
  await play(`
    ${bad("a1", MESSAGE)}
    ${bad("a2", `${MESSAGE};urlauth=everybody`)}
    ${bad("a3", `${MESSAGE};urlauth=authuser:internal:${"0".repeat(66)}`)}
    ${bad("a4", "/INBOX/;UID=1;urlauth=authuser")}
    ${bad("a5", "imap://mx.posthorn.test/INBOX/;UID=1;urlauth=authuser")}
    ${bad("a6", "imap://alice%40example.test@elsewhere.test/INBOX/;UID=1;urlauth=authuser")}
    ${bad("a7", "imap://bob%40example.test@mx.posthorn.test/INBOX/;UID=1;urlauth=authuser")}
    ${bad("a8", "imap://nobody%40example.test@mx.posthorn.test/INBOX/;UID=1;urlauth=authuser")}
    ${bad("a9", MESSAGE.replace("INBOX", "Nowhere") + ";urlauth=authuser")}
    ${bad("b1", MESSAGE.replace("INBOX", "INBOX;UIDVALIDITY=1") + ";urlauth=authuser")}
    ${bad("b2", "imap://alice%40example.test@mx.posthorn.test/INBOX;urlauth=authuser")}
    C: b3 GENURLAUTH "${MESSAGE};urlauth=authuser" XSAMPLE
    S: b3 NO [CANNOT] ...
    C: b4 GENURLAUTH "${MESSAGE};urlauth=authuser"
    S: b4 BAD ...
    C: b5 GENURLAUTH
    S: b5 BAD ...`);
});

test("RESETKEY takes back what was authorised; sessions of the account hear of it", async () => {
  const inbox = await authorised(`${MESSAGE}/;section=1;urlauth=authuser`);
  await engine.deliver(ALICE, MIXED, "Archive");
  const archive = await authorised(
    `${MESSAGE.replace("INBOX", "Archive").replace(/uid=\d+/, "uid=1")}/;section=1;urlauth=authuser`,
  );
  await transcript(
    engine.ports.imap,
    `${login("", ALICE)}\n${login("2", BOB)}\n${login("3", ALICE)}
    C3: d1 SELECT INBOX
    S3: ...
    S3: d1 OK ...
    C: a1 SELECT Archive
    S: ...
    S: a1 OK ...
    C: a2 RESETKEY INBOX
    S: a2 OK [URLMECH INTERNAL] ...
    ${nil("b1", inbox)}
    ${text("b2", archive)}
    C3: d2 NOOP
    S3: * OK [URLMECH INTERNAL] ...
    S3: d2 OK ...
    C3: d3 IDLE
    S3: + ...
    C: a3 RESETKEY
    S: a3 OK All keys removed
    S3: * OK [URLMECH INTERNAL] ...
    C3: DONE
    S3: d3 OK ...
    ${nil("b3", archive)}
    C: a4 RESETKEY Archive INTERNAL XSAMPLE
    S: a4 OK [URLMECH INTERNAL] ...
    C: a5 RESETKEY Nowhere
    S: a5 NO [NONEXISTENT] ...
    C: a6 RESETKEY ""
    S: a6 NO ...`,
  );
  assert.notEqual(await authorised(`${MESSAGE}/;section=1;urlauth=authuser`), inbox);
});

test("sessions of another engine hear of RESETKEY, and what was authorised is worth nothing there", async () => {
  const url = await authorised(`${MESSAGE}/;section=1;urlauth=authuser`);
  const second = await startTestEngine({ databaseUrl: engine.databaseUrl });
  const session = await listener(second.ports.imap);
  const told = "* OK [URLMECH INTERNAL] Mechanisms of URLAUTH";
  try {
    await session.says("a1 SELECT INBOX", "a1 OK [READ-WRITE] Mailbox selected");
    await session.says("a2 IDLE", "+ idling");
    await play("C: b1 RESETKEY INBOX\nS: b1 OK [URLMECH INTERNAL] ...");
    await session.hears(told);
    await play("C: b2 RESETKEY\nS: b2 OK ...");
    await session.hears(told);
    await session.says("DONE", "a2 OK IDLE completed");
    await transcript(second.ports.imap, `${login("2", BOB)}\n${nil("c1", url)}`);
  } finally {
    session.close();
    await second.stop();
  }
});

test("keys go with their mailbox: another one of that name has another key", async () => {
  const rump = `${MESSAGE.replace("INBOX", "Short").replace(/uid=\d+/, "uid=1")}/;section=1;urlauth=authuser`;
  const make = async () => {
    await play("C: c1 CREATE Short\nS: c1 OK ...");
    await engine.deliver(ALICE, MIXED, "Short");
    return authorised(rump);
  };
  const keys = () => engine.services.prisma.accessKey.count();
  const before = await keys();
  const first = await make();
  assert.equal(await keys(), before + 1);
  await play("C: c1 DELETE Short\nS: c1 OK ...");
  assert.equal(await keys(), before);
  const second = await make();
  await play(`${nil("b1", first)}\n${text("b2", second)}`);
});

test("a shared mailbox: who reads it authorises in his own name, as long as he may read", async () => {
  await play(`
    C: c1 CREATE Shared
    S: c1 OK ...
    C: c2 SETACL Shared ${BOB} lr
    S: c2 OK ...`);
  await engine.deliver(ALICE, MIXED, "Shared");
  const rump = `imap://bob%40example.test@mx.posthorn.test/Other%20Users/alice%40example.test/Shared/;uid=1/;section=1;urlauth=authuser`;
  const said = await play(`
    C2: b1 GENURLAUTH "${rump}" INTERNAL
    S2: * GENURLAUTH "..."
    S2: b1 OK ...`);
  const url = /GENURLAUTH "(.*)"/.exec(said.join("\n"))?.[1] ?? "";
  await play(`
    ${text("b1", url)}
    C: a1 SETACL Shared ${BOB} l
    S: a1 OK ...
    ${nil("b2", url)}
    C2: b3 GENURLAUTH "${rump}" INTERNAL
    S2: b3 BAD There is no such mailbox`);
});

test("an account that is denied it has no such commands; a suspended one authorises nothing", async () => {
  const url = await authorised(`${MESSAGE}/;section=1;urlauth=authuser`);
  const partial = await authorised(`${MESSAGE}/;section=1/;partial=0.9999;urlauth=authuser`);
  const mailboxId = await engine.mailboxId(BOB);
  const deny = (...imapDenied: DeniableCapability[]) =>
    engine.services.prisma.mailbox.update({ where: { id: mailboxId }, data: { imapDenied } });
  await deny("URLAUTH=BINARY", "URL-PARTIAL");
  await play(`
    ${text("b1", url)}
    ${nil("b2", partial)}
    C2: b3 URLFETCH ("${url}" BINARY)
    S2: b3 BAD ...`);
  await deny("URLAUTH");
  await play(`
    C2: b1 URLFETCH "${url}"
    S2: b1 BAD Unknown command
    C2: b2 RESETKEY
    S2: b2 BAD Unknown command
    C2: b3 SELECT INBOX
    S2: ...
    S2: * OK [MAILBOXID ...] ...
    S2: b3 OK ...`);
  await deny();
  await suspendMailbox(engine.services, cliActor, { mailboxId: await engine.mailboxId(ALICE) });
  await transcript(engine.ports.imap, `${login("2", BOB)}\n${nil("b1", url)}`);
});
