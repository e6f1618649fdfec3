/** ACL, RIGHTS=, LIST-MYRIGHTS: RFC 4314, RFC 8440. Alice shares, Bob (client 2) and Carol (3) come to see. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FLAGGED } from "../../lib/mail/flags.ts";
import { NO_RIGHTS } from "../../lib/mail/rights.ts";
import { PASSWORD, startTestEngine } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, BOB, imapEngine, lines, listener } from "./support.ts";

const CAROL = "carol@other.test";
const engine = await imapEngine({ mailboxes: [ALICE, BOB, CAROL] });
const SHARED = `"Other Users/${ALICE}`;

const login = (client: string, address: string) => `
    S${client}: * OK [CAPABILITY ...] Posthorn ready
    C${client}: in LOGIN ${address} "${PASSWORD}"
    S${client}: in OK [CAPABILITY ...] Signed in`;

function play(script: string, { carol = false } = {}) {
  const people = [login("", ALICE), login("2", BOB), ...(carol ? [login("3", CAROL)] : [])];
  return transcript(engine.ports.imap, `${people.join("\n")}\n${script}`);
}

/** A mailbox of Alice's with messages, and what Bob may do there. */
async function share(name: string, rights: string, ...subjects: string[]): Promise<void> {
  await play(`
    C: c1 CREATE ${name}
    S: c1 OK ...
    C: c2 SETACL ${name} ${BOB} ${rights}
    S: c2 OK ...`);
  for (const subject of subjects)
    await engine.deliver(ALICE, lines(`Subject: ${subject}`, "", "Text."), name);
}

const append = (client: string, tag: string, name: string, flags = "") => `
    C${client}: ${tag} APPEND ${name} ${flags === "" ? "" : `(${flags}) `}{16+}
    C${client}: Subject: new
    C${client}: 
    C${client}: `;

test("rights are set, changed, listed; the owner has all of them", async () => {
  await play(
    `
    C: a1 CREATE Set
    S: a1 OK ...
    C: a2 GETACL Set
    S: * ACL Set ${ALICE} lrswipkxteacd
    S: a2 OK ...
    C: a3 SETACL Set BOB@Example.test lrs
    S: a3 OK ...
    C: a4 SETACL Set ${BOB} +wd
    S: a4 OK ...
    C: a5 SETACL Set ${BOB} -s
    S: a5 OK ...
    C: a6 SETACL Set anyone l
    S: a6 OK ...
    C: a7 SETACL Set -${BOB} w
    S: a7 OK ...
    C: a8 GETACL Set
    S: * ACL Set ${ALICE} lrswipkxteacd anyone lr ${BOB} lrwted -${BOB} w
    S: a8 OK ...`.replace("anyone lr", "anyone l"),
  );
  await play(`
    C: a1 MYRIGHTS Set
    S: * MYRIGHTS Set lrswipkxteacd
    S: a1 OK ...
    C2: b1 MYRIGHTS ${SHARED}/Set"
    S2: * MYRIGHTS ${SHARED}/Set" lrted
    S2: b1 OK ...
    C: a2 LISTRIGHTS Set Bob@Example.test
    S: * LISTRIGHTS Set Bob@Example.test "" l r s w i p k x t e a c d
    S: a2 OK ...
    C: a3 LISTRIGHTS Set ${ALICE}
    S: * LISTRIGHTS Set ${ALICE} lrswipkxteacd
    S: a3 OK ...
    C: a4 DELETEACL Set ${BOB}
    S: a4 OK ...
    C: a5 DELETEACL Set -${BOB}
    S: a5 OK ...
    C2: b2 MYRIGHTS ${SHARED}/Set"
    S2: * MYRIGHTS ${SHARED}/Set" l
    S2: b2 OK ...
    C: a6 SETACL Set anyone ""
    S: a6 OK ...
    C2: b3 MYRIGHTS ${SHARED}/Set"
    S2: b3 NO [NONEXISTENT] ...`);
});

test("refused: letters that are no rights, nobody's address, the owner, mailboxes of others", async () => {
  await play(`
    C: a1 CREATE Bad
    S: a1 OK ...
    C: a2 SETACL Bad ${BOB} lrQ
    S: a2 BAD ...
    C: a3 SETACL Bad ${BOB} lrq
    S: a3 BAD ...
    C: a4 SETACL Bad "" lr
    S: a4 BAD ...
    C: a5 SETACL Bad nobody@example.test lr
    S: a5 NO ...
    C: a6 SETACL Bad ${ALICE} lr
    S: a6 NO [CANNOT] ...
    C: a7 DELETEACL Bad ${ALICE}
    S: a7 NO [CANNOT] ...
    C: a7b DELETEACL Bad nobody@example.test
    S: a7b OK ...
    C: a8 SETACL Nowhere ${BOB} lr
    S: a8 NO [NONEXISTENT] ...
    C2: b1 GETACL ${SHARED}/Bad"
    S2: b1 NO [NONEXISTENT] ...
    C2: b2 SETACL ${SHARED}/Bad" ${BOB} lr
    S2: b2 NO [NONEXISTENT] ...
    C2: b3 MYRIGHTS ${SHARED}/Bad"
    S2: b3 NO [NONEXISTENT] ...
    C2: b4 GETACL "Other Users/nobody@example.test/INBOX"
    S2: b4 NO [NONEXISTENT] ...
    C: a9 CREATE "Other Users"
    S: a9 NO [CANNOT] ...
    C: a10 CREATE "Other Users/x"
    S: a10 NO [CANNOT] ...
    C: a11 RENAME Bad "Other Users/x"
    S: a11 NO [CANNOT] ...`);
});

test("who may administer gives rights too; who may only look may not even see who else may", async () => {
  await share("Admin", "lra");
  await play(`
    C2: b1 SETACL ${SHARED}/Admin" anyone lr
    S2: b1 OK ...
    C2: b2 GETACL ${SHARED}/Admin"
    S2: * ACL ${SHARED}/Admin" ${ALICE} lrswipkxteacd anyone lr ${BOB} lra
    S2: b2 OK ...
    C2: b3 SETACL ${SHARED}/Admin" ${ALICE} l
    S2: b3 NO [CANNOT] ...
    C: a1 SETACL Admin ${BOB} -a
    S: a1 OK ...
    C2: b4 GETACL ${SHARED}/Admin"
    S2: b4 NO [NOPERM] ...
    C2: b5 LISTRIGHTS ${SHARED}/Admin" anyone
    S2: b5 NO [NOPERM] ...
    C2: b6 DELETEACL ${SHARED}/Admin" anyone
    S2: b6 NO [NOPERM] ...`);
});

test("anyone is everybody in the owner's domain; an address may be of another", async () => {
  await play(
    `
    C: a1 CREATE Open
    S: a1 OK ...
    C: a2 SETACL Open anyone lr
    S: a2 OK ...
    C2: b1 STATUS ${SHARED}/Open" (MESSAGES)
    S2: * STATUS ${SHARED}/Open" (MESSAGES 0)
    S2: b1 OK ...
    C3: c1 STATUS ${SHARED}/Open" (MESSAGES)
    S3: c1 NO [NONEXISTENT] ...
    C: a3 SETACL Open ${CAROL} lr
    S: a3 OK ...
    C3: c2 STATUS ${SHARED}/Open" (MESSAGES)
    S3: * STATUS ${SHARED}/Open" (MESSAGES 0)
    S3: c2 OK ...
    C: a4 DELETE Open
    S: a4 OK ...`,
    { carol: true },
  );
});

test("LIST and LSUB show what may be looked up, with the levels above it, and MYRIGHTS", async () => {
  await share("Top", "l");
  await share("Top/in", "r");
  await share("Top/in/deep", "lr");
  await play(`
    C2: b1 LIST "" "Other Users/${ALICE}/Top*" RETURN (MYRIGHTS STATUS (MESSAGES) SPECIAL-USE)
    S2: * LIST (\\Noselect \\HasChildren) "/" ${SHARED}/Top"
    S2: * MYRIGHTS ${SHARED}/Top" l
    S2: * LIST (\\NonExistent \\Noselect \\HasChildren) "/" ${SHARED}/Top/in"
    S2: * LIST (\\HasNoChildren) "/" ${SHARED}/Top/in/deep"
    S2: * MYRIGHTS ${SHARED}/Top/in/deep" lr
    S2: * STATUS ${SHARED}/Top/in/deep" (MESSAGES 0)
    S2: b1 OK ...
    C2: b2 LIST "" "Other%"
    S2: * LIST (\\NonExistent \\Noselect \\HasChildren) "/" "Other Users"
    S2: b2 OK ...
    C2: b3 SUBSCRIBE ${SHARED}/Top"
    S2: b3 OK ...
    C2: b4 LSUB "" "*Top*"
    S2: * LSUB () "/" ${SHARED}/Top"
    S2: b4 OK ...
    C2: b5 LIST (SUBSCRIBED) "" "*Top"
    S2: * LIST (\\Noselect \\HasChildren \\Subscribed) "/" ${SHARED}/Top"
    S2: b5 OK ...
    C2: b6 UNSUBSCRIBE ${SHARED}/Top"
    S2: b6 OK ...
    C2: b7 SELECT ${SHARED}/Top"
    S2: b7 NO [NOPERM] ...
    C2: b8 STATUS ${SHARED}/Top" (MESSAGES)
    S2: b8 NO [NOPERM] ...
    C2: b9 SELECT ${SHARED}/Top/in"
    S2: ...
    S2: b9 OK [READ-ONLY] ...
    C: a1 LIST "" "Other*" RETURN (MYRIGHTS)
    S: a1 OK ...
    C: a2 LIST "" Top RETURN (MYRIGHTS)
    S: * LIST (\\HasChildren) "/" Top
    S: * MYRIGHTS Top lrswipkxteacd
    S: a2 OK ...`);
});

test("who may only read changes nothing, and reading leaves no trace", async () => {
  await share("Read", "lr", "one", "two");
  await play(`
    C2: b1 SELECT ${SHARED}/Read"
    S2: * FLAGS (...)
    S2: * OK [PERMANENTFLAGS ()] ...
    S2: ...
    S2: b1 OK [READ-ONLY] ...
    C2: b2 FETCH 1 BODY[TEXT]
    S2: * 1 FETCH (BODY[TEXT] {7}
    S2: Text.
    S2: )
    S2: b2 OK ...
    C2: b3 STORE 1 +FLAGS (\\Seen)
    S2: b3 NO ...
    C2: b4 EXPUNGE
    S2: b4 NO ...
    C2: b5 MOVE 1 INBOX
    S2: b5 NO ...
    C2: b6 COPY 1 INBOX
    S2: b6 OK [COPYUID ...] ...
    C2: b7 UID SEARCH ALL
    S2: * SEARCH 1 2
    S2: b7 OK ...
    C: a1 STATUS Read (UNSEEN)
    S: * STATUS Read (UNSEEN 2)
    S: a1 OK ...
    ${append("2", "b8", `${SHARED}/Read"`)}
    S2: b8 NO [NOPERM] ...
    C2: b9 CREATE ${SHARED}/Read/new"
    S2: b9 NO [NOPERM] ...
    C2: b10 DELETE ${SHARED}/Read"
    S2: b10 NO [NOPERM] ...
    C2: b11 RENAME ${SHARED}/Read" ${SHARED}/Mine"
    S2: b11 NO [NOPERM] ...
    C2: b12 GETQUOTAROOT ${SHARED}/Read"
    S2: * QUOTAROOT ${SHARED}/Read"
    S2: b12 OK ...`);
});

test("who may only put something in is not told what becomes of it", async () => {
  await share("Slot", "li");
  await engine.deliver(BOB, lines("Subject: a", "", "x"), "Drafts");
  await play(`
    ${append("2", "b1", `${SHARED}/Slot"`)}
    S2: b1 OK APPEND completed
    C2: b2 SELECT Drafts
    S2: ...
    S2: b2 OK ...
    C2: b3 COPY 1 ${SHARED}/Slot"
    S2: b3 OK COPY completed
    C2: b6 MOVE 1 ${SHARED}/Slot"
    S2: * 1 EXPUNGE
    S2: b6 OK MOVE completed
    C: a1 STATUS Slot (MESSAGES)
    S: * STATUS Slot (MESSAGES 3)
    S: a1 OK ...`);
});

test("flags: each class of them by its right, of the rest nothing is changed", async () => {
  await share("Flags", "lrs", "one");
  await play(`
    C2: b1 SELECT ${SHARED}/Flags"
    S2: * FLAGS (...)
    S2: * OK [PERMANENTFLAGS (\\Seen)] ...
    S2: ...
    S2: b1 OK [READ-WRITE] ...
    C2: b2 STORE 1 +FLAGS (\\Seen \\Flagged \\Deleted)
    S2: * 1 FETCH (FLAGS (\\Seen))
    S2: b2 OK ...
    C2: b3 STORE 1 +FLAGS (\\Flagged)
    S2: b3 NO [NOPERM] ...
    C2: b4 STORE 1 +FLAGS ($x)
    S2: b4 NO [NOPERM] ...
    C2: b5 EXPUNGE
    S2: b5 NO [NOPERM] ...
    C: a1 SELECT Flags
    S: ...
    S: a1 OK ...
    C: a2 STORE 1 FLAGS (\\Flagged \\Deleted $x)
    S: ...
    S: a2 OK ...
    C2: b6 STORE 1 FLAGS (\\Seen)
    S2: ...
    S2: * 1 FETCH (FLAGS (\\Seen \\Flagged \\Deleted $x))
    S2: b6 OK ...
    C2: b7 STORE 1 FLAGS ()
    S2: * 1 FETCH (FLAGS (\\Flagged \\Deleted $x))
    S2: b7 OK ...
    C: a3 SETACL Flags ${BOB} lrwt
    S: ...
    S: a3 OK ...
    C2: b8 NOOP
    S2: * FLAGS (...)
    S2: * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Draft $x \\*)] ...
    S2: b8 OK ...
    C2: b9 STORE 1 -FLAGS (\\Flagged $x)
    S2: * 1 FETCH (FLAGS (\\Deleted))
    S2: b9 OK ...
    C2: b10 CLOSE
    S2: b10 OK ...
    C2: b11 STATUS ${SHARED}/Flags" (MESSAGES)
    S2: * STATUS ${SHARED}/Flags" (MESSAGES 1)
    S2: b11 OK ...
    C: a4 SETACL Flags ${BOB} lre
    S: ...
    S: a4 OK ...
    C2: b12 SELECT ${SHARED}/Flags"
    S2: ...
    S2: b12 OK ...
    C2: b13 CLOSE
    S2: b13 OK ...
    C2: b14 STATUS ${SHARED}/Flags" (MESSAGES)
    S2: * STATUS ${SHARED}/Flags" (MESSAGES 0)
    S2: b14 OK ...`);
});

test("APPEND and COPY need i, and leave behind the flags that one may not set", async () => {
  await share("In", "li");
  await play(`
    ${append("2", "b1", `${SHARED}/In"`, "\\Seen \\Flagged")}
    S2: b1 OK APPEND completed
    ${append("2", "b2", "INBOX", "\\Seen \\Deleted $k")}
    S2: b2 OK ...
    C: a1 SETACL In ${BOB} +s
    S: a1 OK ...
    C2: b3 SELECT INBOX
    S2: ...
    S2: b3 OK ...
    C2: b4 UID COPY * ${SHARED}/In"
    S2: b4 OK UID COPY completed
    C: a2 SETACL In ${BOB} +rwt
    S: a2 OK ...
    C2: b5 UID MOVE * ${SHARED}/In"
    S2: * OK [COPYUID ...] ...
    S2: * ... EXPUNGE
    S2: b5 OK ...
    C: a3 SELECT In
    S: ...
    S: a3 OK ...
    C: a4 FETCH 1:* FLAGS
    S: * 1 FETCH (FLAGS ())
    S: * 2 FETCH (FLAGS (\\Seen))
    S: * 3 FETCH (FLAGS (\\Seen \\Deleted $k))
    S: a4 OK ...`);
});

test("MOVE out of another's mailbox takes t and e, EXPUNGE e, and what went is told to the owner", async () => {
  await share("Out", "lrt", "one", "two", "three");
  await play(`
    C: a1 SELECT Out
    S: ...
    S: a1 OK ...
    C2: b1 SELECT ${SHARED}/Out"
    S2: ...
    S2: b1 OK ...
    C2: b2 MOVE 1 Archive
    S2: b2 NO [NOPERM] ...
    C: a2 SETACL Out ${BOB} +e
    S: a2 OK ...
    C2: b3 MOVE 1 Archive
    S2: ...
    S2: * 1 EXPUNGE
    S2: b3 OK ...
    C2: b4 STORE 1 +FLAGS.SILENT (\\Deleted)
    S2: b4 OK ...
    C2: b5 UID EXPUNGE 2
    S2: * 1 EXPUNGE
    S2: b5 OK ...
    C: a3 NOOP
    S: * 1 EXPUNGE
    S: * 1 EXPUNGE
    S: a3 OK ...
    ${append("2", "b6", `${SHARED}/Out"`).replace("APPEND", "REPLACE 1")}
    S2: b6 NO [NOPERM] ...
    C: a4 SETACL Out ${BOB} +i
    S: a4 OK ...
    ${append("2", "b7", `${SHARED}/Out"`).replace("APPEND", "REPLACE 1")}
    S2: * OK [APPENDUID ...] ...
    S2: ...
    S2: b7 OK ...
    ${append("2", "b8", "INBOX").replace("APPEND", "REPLACE 1")}
    S2: b8 NO [CANNOT] ...`);
});

test("mailboxes below: made with k, inheriting rights; deleted and renamed with x", async () => {
  await share("Tree", "lrk");
  await play(`
    C2: b1 CREATE ${SHARED}/Tree/a/b"
    S2: b1 OK [MAILBOXID ...] ...
    C2: b2 MYRIGHTS ${SHARED}/Tree/a/b"
    S2: * MYRIGHTS ${SHARED}/Tree/a/b" lrkc
    S2: b2 OK ...
    C2: b3 CREATE ${SHARED}/Beside"
    S2: b3 NO [NOPERM] ...
    C2: b4 CREATE ${SHARED}/Tree/s" (USE (\\Important))
    S2: b4 NO [USEATTR] ...
    C2: b5 DELETE ${SHARED}/Tree/a/b"
    S2: b5 NO [NOPERM] ...
    C: a1 SETACL Tree/a/b ${BOB} +x
    S: a1 OK ...
    C2: b6 RENAME ${SHARED}/Tree/a/b" ${SHARED}/Tree/c"
    S2: b6 OK ...
    C2: b7 RENAME ${SHARED}/Tree/c" Mine
    S2: b7 NO [CANNOT] ...
    C2: b8 RENAME ${SHARED}/Tree/c" ${SHARED}/Elsewhere"
    S2: b8 NO [NOPERM] ...
    C2: b9 RENAME INBOX ${SHARED}/Tree/d"
    S2: b9 NO [CANNOT] ...
    C: a2 GETACL Tree/c
    S: * ACL Tree/c ${ALICE} lrswipkxteacd ${BOB} lrkxc
    S: a2 OK ...
    C2: b10 DELETE ${SHARED}/Tree/c"
    S2: b10 OK ...
    C: a3 LIST "" "Tree*"
    S: * LIST (\\HasChildren) "/" Tree
    S: * LIST (\\HasNoChildren) "/" Tree/a
    S: a3 OK ...
    C: a4 SETACL INBOX ${BOB} lrx
    S: a4 OK ...
    C2: b11 RENAME ${SHARED}/INBOX" ${SHARED}/Tree/inbox"
    S2: b11 NO [CANNOT] ...
    C: a5 DELETEACL INBOX ${BOB}
    S: a5 OK ...`);
});

test("who loses the right to read has to leave, also while idling", async () => {
  await share("Lost", "lrs", "one");
  await play(`
    C2: b1 SELECT ${SHARED}/Lost"
    S2: ...
    S2: b1 OK ...
    C2: b2 IDLE
    S2: + idling
    C: a1 SETACL Lost ${BOB} lr
    S: a1 OK ...
    S2: * FLAGS (...)
    S2: * OK [PERMANENTFLAGS ()] ...
    C: a2 SETACL Lost ${BOB} l
    S: a2 OK ...
    S2: * BYE ...
    S2: <CLOSED>`);
  await play(`
    C: a0 SETACL Lost ${BOB} lr
    S: a0 OK ...
    C2: b1 SELECT ${SHARED}/Lost"
    S2: ...
    S2: b1 OK ...
    C: a1 DELETEACL Lost ${BOB}
    S: a1 OK ...
    C2: b2 FETCH 1 BODY.PEEK[]
    S2: * BYE ...
    S2: <CLOSED>`);
});

test("annotations: private ones are each reader's own, shared ones everybody's who may write", async () => {
  await share("Notes", "lr");
  await play(`
    C: a1 SETMETADATA Notes (/private/comment "alice" /shared/comment "all")
    S: a1 OK ...
    C2: b1 SETMETADATA ${SHARED}/Notes" (/private/comment "bob")
    S2: b1 OK ...
    C2: b2 GETMETADATA ${SHARED}/Notes" (/private/comment /shared/comment)
    S2: * METADATA ${SHARED}/Notes" (/private/comment "bob" /shared/comment "all")
    S2: b2 OK ...
    C2: b3 SETMETADATA ${SHARED}/Notes" (/shared/comment "bob")
    S2: b3 NO [NOPERM] ...
    C: a2 SETACL Notes ${BOB} +w
    S: a2 OK ...
    C2: b4 SETMETADATA ${SHARED}/Notes" (/shared/comment "both")
    S2: b4 OK ...
    C: a3 GETMETADATA Notes (/private/comment /shared/comment)
    S: * METADATA Notes (/private/comment "alice" /shared/comment "both")
    S: a3 OK ...
    C: a4 SETACL Notes ${BOB} l
    S: a4 OK ...
    C2: b5 GETMETADATA ${SHARED}/Notes" /shared/comment
    S2: b5 NO [NOPERM] ...`);
});

test("searches over several mailboxes reach those of others by name, and personal means one's own", async () => {
  await share("Find", "lr", "needle");
  await share("Find/hidden", "l", "needle");
  await play(`
    C2: b1 ESEARCH IN (subtree ${SHARED}/Find") RETURN (COUNT) SUBJECT needle
    S2: * ESEARCH (TAG "b1" MAILBOX ${SHARED}/Find" UIDVALIDITY ...) UID COUNT 1
    S2: b1 OK ...
    C2: b2 ESEARCH IN (personal) RETURN (COUNT) SUBJECT needle
    S2: b2 OK ...`);
});

test("NOTIFY: what is shared comes like what is made, and is watched", async () => {
  await play(`
    C: a1 CREATE Watch
    S: a1 OK ...
    C2: b1 NOTIFY SET (subtree "Other Users/${ALICE}" (MessageNew MessageExpunge MailboxName MailboxMetadataChange))
    S2: ...
    S2: b1 OK ...
    C: a2 SETACL Watch ${BOB} l
    S: a2 OK ...
    S2: * LIST (...) "/" ${SHARED}"
    S2: * LIST (\\NoAccess \\HasNoChildren) "/" ${SHARED}/Watch"
    C: a3 SETACL Watch ${BOB} lr
    S: a3 OK ...
    S2: * LIST (\\HasNoChildren) "/" ${SHARED}/Watch"
    ${append("", "a4", "Watch")}
    S: a4 OK ...
    S2: * STATUS ${SHARED}/Watch" (UIDNEXT 2 MESSAGES 1)
    C: a5 SETMETADATA Watch (/shared/comment "x" /private/comment "y")
    S: a5 OK ...
    S2: * METADATA ${SHARED}/Watch" /shared/comment
    C: a6 DELETEACL Watch ${BOB}
    S: a6 OK ...
    S2: * LIST (...) "/" ${SHARED}"
    S2: * LIST (\\NonExistent \\HasNoChildren) "/" ${SHARED}/Watch"
    C: a7 CREATE Watch/below
    S: a7 OK ...
    C2: b2 NOOP
    S2: b2 OK ...`);
});

test(
  "another engine knows of rights, and a session there loses them",
  { timeout: 30_000 },
  async () => {
    await share("Apart", "lr", "one");
    const other = await startTestEngine({ databaseUrl: engine.databaseUrl });
    const client = await listener(other.ports.imap, BOB);
    const { store } = engine.engine.ctx;
    const folder = await store.findFolder(await engine.mailboxId(ALICE), "Apart");
    assert.ok(folder);
    const granteeId = await engine.mailboxId(BOB);
    try {
      await client.says(`b1 SELECT ${SHARED}/Apart"`, "b1 OK [READ-ONLY] Mailbox selected");
      await client.says("b2 IDLE", "+ idling");
      await store.setFlags(folder.id, [1], { action: "add", bits: FLAGGED, keywords: [] });
      await client.hears("* 1 FETCH (UID 1 FLAGS (\\Flagged))");
      await store.changeAcl(folder, { granteeId, negative: false, mode: "set", rights: NO_RIGHTS });
      await client.hears("* BYE The mailbox is not shared with you any more");
    } finally {
      client.close();
      await other.stop();
    }
  },
);
