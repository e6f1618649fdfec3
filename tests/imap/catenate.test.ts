/** CATENATE (RFC 4469) with URL-PARTIAL (RFC 5550): messages of parts that are here and parts that come. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { DeniableCapability } from "../../lib/mail/imap-capabilities.ts";
import { PASSWORD } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, BOB, imapEngine, lines, play } from "./support.ts";

const limits = {
  maxMessageBytes: 300_000,
  maxRecipients: 100,
  maxConnections: 1000,
  maxConnectionsPerAddress: 400,
  deliveryConcurrency: 1,
};
const engine = await imapEngine({ settings: { limits } });

const MIXED = lines(
  "Subject: Two parts",
  "MIME-Version: 1.0",
  "Content-Type: multipart/mixed; boundary=b",
  "",
  "--b",
  "Content-Type: text/plain",
  "",
  "one",
  "--b",
  "Content-Type: text/html",
  "Content-Transfer-Encoding: base64",
  "",
  "PGI+dHdvPC9iPg==",
  "--b--",
);
const { uid } = await engine.deliver(ALICE, MIXED);
const BIG = `Subject: big\r\n\r\n${"x".repeat(290_000)}`;
const big = await engine.deliver(ALICE, BIG, "Archive");

/** What FETCH BODY[] says of a message afterwards. */
async function stored(folder: string, number: number): Promise<Buffer> {
  const { store } = engine.engine.ctx;
  const open = await store.openFolder(await engine.mailboxId(ALICE), folder);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of store.readBlob(open.blobAt(number - 1))) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    open.close();
  }
}

test("parts of messages and new text become one message; nothing is marked seen", async () => {
  await play(
    engine,
    `
    C: a1 CAPABILITY
    S: * CAPABILITY ... CATENATE URL-PARTIAL ...
    S: a1 OK ...
    C: a2 APPEND Drafts (\\Draft $mine) " 1-Feb-2026 12:00:00 +0100" CATENATE (URL "/INBOX/;UID=${uid}/;SECTION=HEADER" TEXT {3}
    S: + Ready for literal data
    C-: A\\r\\n URL "/INBOX/;UID=${uid}/;SECTION=2.MIME" URL /inbox/;uid=${uid}/;section=2 TEXT {1+}\\r\\nB TEXT {0+}\\r\\n)\\r\\n
    S: a2 OK [APPENDUID ... 1] APPEND completed
    C: a3 SELECT Drafts
    S: ...
    S: a3 OK ...
    C: a4 FETCH 1 (FLAGS INTERNALDATE)
    S: * 1 FETCH (FLAGS (\\Draft $mine) INTERNALDATE " 1-Feb-2026 11:00:00 +0000")
    S: a4 OK ...
    C: a5 STATUS INBOX (UNSEEN)
    S: * STATUS INBOX (UNSEEN 1)
    S: a5 OK ...`,
  );
  const head = MIXED.slice(0, MIXED.indexOf("--b"));
  const mime = lines("Content-Type: text/html", "Content-Transfer-Encoding: base64", "");
  assert.equal((await stored("Drafts", 1)).toString(), `${head}A\r\n${mime}PGI+dHdvPC9iPg==B`);
});

test("URLs alone, a whole message, fields of a header, and slices (URL-PARTIAL)", async () => {
  await play(
    engine,
    `
    C: a1 APPEND Sent CATENATE (URL "/INBOX/;UID=${uid}/;SECTION=HEADER.FIELDS%20(SUBJECT)" URL "/INBOX/;UID=${uid}/;SECTION=1/;PARTIAL=1.2")
    S: a1 OK [APPENDUID ... 1] ...
    C: a2 APPEND Sent CATENATE (URL "/INBOX/;UID=${uid}")
    S: a2 OK [APPENDUID ... 2] ...
    C: a3 APPEND Sent CATENATE (URL "/INBOX/;UID=${uid}/;PARTIAL=9.9" URL "/INBOX/;UID=${uid}/;PARTIAL=9999" URL "/INBOX/;UID=${uid}/;SECTION=1/;PARTIAL=2")
    S: a3 OK [APPENDUID ... 3] ...
    C: a4 APPEND Sent CATENATE (URL "/INBOX/;UID=${uid}/;PARTIAL=9999")
    S: a4 NO [CANNOT] An empty message is none`,
  );
  assert.equal((await stored("Sent", 1)).toString(), "Subject: Two parts\r\n\r\nne");
  assert.equal((await stored("Sent", 2)).toString(), MIXED);
  assert.equal((await stored("Sent", 3)).toString(), "Two partse");
});

test("URLs relative to the selected mailbox, absolute ones of this server, names as literals", async () => {
  await play(
    engine,
    `
    C: a1 SELECT Sent
    S: * FLAGS ...
    S: ...
    S: a1 OK ...
    C: a2 APPEND Sent CATENATE (URL "INBOX/;UID=${uid}/;SECTION=1" URL "imap://alice%40example.test@MX.posthorn.test:143/INBOX/;UID=${uid}/;SECTION=1" URL "//mx.posthorn.test/INBOX/;UID=${uid}/;SECTION=1")
    S: * 4 EXISTS
    S: a2 OK [APPENDUID ... 4] ...
    C: a3 APPEND Trash CATENATE (URL {13}
    S: + Ready for literal data
    C:  INBOX/;UID=${uid} )
    S: a3 NO [BADURL  INBOX/;UID=${uid} ] ...
    C: a4 APPEND Trash CATENATE (URL {24+}
    C: /INBOX/;UID=${uid}/;SECTION=1 TEXT {1+}
    C: y URL {24}
    S: + Ready for literal data
    C: /INBOX/;UID=${uid}/;SECTION=1)
    S: a4 OK [APPENDUID ... 1] ...`.replace("{13}", `{${` INBOX/;UID=${uid} `.length}}`),
  );
  assert.equal((await stored("Sent", 4)).toString(), "oneoneone");
  assert.equal((await stored("Trash", 1)).toString(), "oneyone");
});

test("with others in one command (MULTIAPPEND), with literal8 and UTF8, and for REPLACE", async () => {
  await play(
    engine,
    `
    C: a1 APPEND Junk CATENATE (URL "/INBOX/;UID=${uid}/;SECTION=1") (\\Seen) ~{3+}
    C-: a\\0b CATENATE (TEXT ~{3+}\\r\\nc\\0d UTF8 (~{2+}\\r\\nä) URL "/INBOX/;UID=${uid}/;SECTION=1") {1}\\r\\n
    S: + Ready for literal data
    C: z
    S: a1 OK [APPENDUID ... 1:4] ...
    C: a2 SELECT Junk
    S: ...
    S: a2 OK ...
    C: a3 REPLACE 4 Junk (\\Flagged) CATENATE (URL "/Junk/;UID=4" TEXT {2}
    S: + Ready for literal data
    C-: 42 URL "/Junk/;UID=1")\\r\\n
    S: * OK [APPENDUID ... 5] ...
    S: * 4 EXPUNGE
    S: * 4 EXISTS
    S: a3 OK ...
    C: a4 REPLACE 4 Junk CATENATE (TEXT {1+}
    C: x) {1+}
    C: y
    S: a4 BAD ...`,
  );
  assert.equal((await stored("Junk", 1)).toString(), "one");
  assert.equal((await stored("Junk", 2)).toString("latin1"), "a\0b");
  assert.equal((await stored("Junk", 3)).toString("latin1"), "c\0d\xc3\xa4one");
  assert.equal((await stored("Junk", 4)).toString(), "z42one");
});

test("a bad URL is named, nothing is stored, and what was on its way is passed over", async () => {
  const bad = (tag: string, url: string) => `
    C: ${tag} APPEND Notes CATENATE (TEXT {1+}
    C: x URL "${url}" TEXT {4+}
    C: a9 N)
    S: ${tag} NO [BADURL ${url.replaceAll("]", "%5D")}] ...`;
  await play(
    engine,
    `
    C: c1 CREATE Notes
    S: c1 OK ...
    ${bad("a1", "/INBOX/;UID=99")}
    ${bad("a2", "/Nowhere/;UID=1")}
    ${bad("a3", "/INBOX;UIDVALIDITY=1/;UID=1")}
    ${bad("a4", "/INBOX/;UID=1/;SECTION=3")}
    ${bad("a5", "/INBOX/;UID=1/;SECTION=1.HEADER")}
    ${bad("a6", "/INBOX/;UID=1;section=1.5.9")}
    ${bad("a7", "/INBOX")}
    ${bad("a8", "http://mx.posthorn.test/INBOX/;UID=1")}
    ${bad("b1", "imap://elsewhere.test/INBOX/;UID=1")}
    ${bad("b2", "imap://bob%40example.test@mx.posthorn.test/INBOX/;UID=1")}
    ${bad("b3", "imap://alice%40example.test@mx.posthorn.test/INBOX/;UID=1;URLAUTH=authuser")}
    ${bad("b4", "x]y")}
    C: b5 APPEND Notes CATENATE (URL "/INBOX/;UID=${uid}") CATENATE (URL /a TEXT {3}
    S: b5 NO [BADURL /a] ...
    C: b6 STATUS Notes (MESSAGES UIDNEXT)
    S: * STATUS Notes (MESSAGES 0 UIDNEXT 1)
    S: b6 OK ...`,
  );
});

test("what is not in the grammar is BAD before anything is accepted", async () => {
  await play(
    engine,
    `
    C: a1 APPEND Notes CATENATE ()
    S: a1 BAD ...
    C: a2 APPEND Notes CATENATE ({3}
    S: a2 BAD ...
    C: a3 APPEND Notes CATENATE (TEXT {1+}
    C: x {3+}
    C: a9)
    S: a3 BAD ...
    C: a4 APPEND Notes CATENATE (TEXT {1+}
    C: x
    S: a4 BAD ...
    C: a5 APPEND Notes (\\Nonsense) CATENATE (TEXT {1}
    S: a5 BAD Unknown system flag
    C: a6 APPEND Nowhere CATENATE (TEXT {1}
    S: a6 NO [TRYCREATE] ...
    C: a7 APPEND Notes CATENATE (URL {70000}
    S: a7 BAD [TOOBIG] ...`,
  );
});

test("size and room are counted over all parts, before the next one is taken", async () => {
  const url = `/Archive/;UID=${big.uid}`;
  await play(
    engine,
    `
    C: a1 APPEND Notes CATENATE (URL "${url}" TEXT {10001}
    S: a1 NO [TOOBIG] ...
    C: a2 APPEND Notes CATENATE (URL "${url}" URL "${url}")
    S: a2 NO [TOOBIG] ...
    C: a3 APPEND Notes CATENATE (URL "${url}" TEXT {2+}
    C-: ab URL "${url}/;PARTIAL=0.9000")\\r\\n
    S: a3 OK [APPENDUID ... 1] ...`,
  );
  assert.equal((await stored("Notes", 1)).length, BIG.length + 9002);
  const id = await engine.mailboxId(ALICE);
  const { usedBytes } = await engine.engine.ctx.store.quota(id);
  const room = (bytes: number) =>
    engine.services.prisma.mailbox.update({
      where: { id },
      data: { quotaBytes: BigInt(usedBytes + bytes) },
    });
  await room(300_000);
  await play(
    engine,
    `
    C: a1 APPEND Notes CATENATE (URL "${url}") CATENATE (URL "${url}/;PARTIAL=0.10000")
    S: a1 NO [OVERQUOTA] Mailbox full
    C: a2 APPEND Notes CATENATE (URL "${url}" TEXT {10001}
    S: a2 NO [TOOBIG] ...
    C: a3 STATUS Notes (MESSAGES)
    S: * STATUS Notes (MESSAGES 1)
    S: a3 OK ...`,
  );
  await room(1_000_000_000);
});

test("fifty messages of URLs and no more", async () => {
  const one = `CATENATE (URL /INBOX/;UID=${uid}/;SECTION=1)`;
  await play(
    engine,
    `
    C: a1 APPEND Notes ${Array.from({ length: 51 }, () => one).join(" ")}
    S: a1 NO [LIMIT] ...
    C: a2 APPEND Notes ${Array.from({ length: 50 }, () => one).join(" ")}
    S: a2 OK [APPENDUID ... 2:51] ...`,
  );
});

test("parts are bounded, also those of no octets", async () => {
  const parts = (count: number) => "TEXT {0+}\\r\\n ".repeat(count);
  const urls = `URL /INBOX/;UID=${uid}/;PARTIAL=0.1 `.repeat(900);
  await play(
    engine,
    `
    C-: a1 APPEND Notes CATENATE (${parts(999)}TEXT {1+}\\r\\nx)\\r\\n
    S: a1 OK ...
    C-: a2 APPEND Notes CATENATE (${parts(1000)}TEXT {1+}\\r\\nx)\\r\\n
    S: a2 NO [LIMIT] Too many parts in one command
    C: a3 APPEND Notes CATENATE (${urls}TEXT {0+}
    C:  ${urls}TEXT {0+}
    C: )
    S: a3 NO [LIMIT] Too many parts in one command
    C: a4 NOOP
    S: a4 OK ...`,
  );
});

test("the text of a command is bounded over all its lines", async () => {
  const fields = `URL "/INBOX/;UID=${uid}/;SECTION=HEADER.FIELDS%20(${"x".repeat(7000)})" `;
  const line = (start: string) => `C: ${start}${fields.repeat(8)}TEXT {0+}`;
  await play(
    engine,
    `
    ${line("a1 APPEND Notes CATENATE (")}
    ${line(" ")}
    ${line(" ")}
    ${line(" ")}
    ${line(" ")}
    C: )
    S: a1 BAD [TOOBIG] ...
    C: a2 NOOP
    S: a2 OK ...`,
  );
});

test("somebody else's message: with the right to read it, else it is not there", async () => {
  const url = `/Other%20Users/alice%40example.test/Shared/;UID=1`;
  const bob = (script: string) =>
    transcript(
      engine.ports.imap,
      `
      S: * OK [CAPABILITY ...] Posthorn ready
      C: in LOGIN ${BOB} "${PASSWORD}"
      S: in OK ...
      ${script}`,
    );
  const rights = (letters: string) =>
    play(engine, `C: r1 SETACL Shared ${BOB} "${letters}"\nS: r1 OK ...`);
  await play(engine, "C: c1 CREATE Shared\nS: c1 OK ...");
  await engine.deliver(ALICE, MIXED, "Shared");
  await rights("lr");
  await bob(`
    C: a1 APPEND INBOX CATENATE (URL "${url}")
    S: a1 OK [APPENDUID ... 1] ...
    C: a2 SELECT "Other Users/${ALICE}/Shared"
    S: ...
    S: a2 OK ...
    C: a3 APPEND INBOX CATENATE (URL "Shared/;UID=1")
    S: a3 OK [APPENDUID ... 2] ...`);
  for (const letters of ["lswi", ""]) {
    await rights(letters);
    await bob(`
      C: a1 APPEND INBOX CATENATE (URL "${url}")
      S: a1 NO [BADURL ${url}] There is no such message or part`);
  }
});

test("an account that is denied it is told nothing of it", async () => {
  const mailboxId = await engine.mailboxId(ALICE);
  const deny = (...imapDenied: DeniableCapability[]) =>
    engine.services.prisma.mailbox.update({ where: { id: mailboxId }, data: { imapDenied } });
  await deny("URL-PARTIAL");
  await play(
    engine,
    `
    C: a1 APPEND Notes CATENATE (URL "/INBOX/;UID=${uid}/;PARTIAL=0.5")
    S: a1 NO [BADURL ...] ...
    C: a2 APPEND Notes CATENATE (URL "/INBOX/;UID=${uid}")
    S: a2 OK ...`,
  );
  await deny("CATENATE");
  await play(
    engine,
    `
    C: a1 APPEND Notes CATENATE (URL "/INBOX/;UID=${uid}")
    S: a1 BAD ...`,
  );
  await deny();
});

test("when a message cannot be kept, what follows its last octet is still of its command", async () => {
  const spool = join(engine.engine.ctx.settings.dataFolder, "spool");
  rmSync(spool, { recursive: true, force: true });
  writeFileSync(spool, ""); // no folder can be made there
  const inMemory = 256 * 1024;
  await play(
    engine,
    `
    C: a1 APPEND Notes CATENATE (TEXT {${inMemory + 1}+}
    C-: ${"x".repeat(inMemory + 1)} TEXT {7+}\\r\\n
    C: a9 NOOP)
    S: a1 NO [SERVERBUG] ...
    C: a2 NOOP
    S: a2 OK ...`,
  );
});
