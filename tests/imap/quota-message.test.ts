/** QUOTA=RES-MESSAGE (RFC 9208 §5.2): no more messages than the account may keep, whatever brings them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkStore } from "../../lib/storage/mail/check.ts";
import { PASSWORD } from "../support/engine.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, BOB, HELLO, imapEngine, play } from "./support.ts";

const engine = await imapEngine();

async function limit(address: string, quotaMessages: number | null): Promise<void> {
  const id = await engine.mailboxId(address);
  await engine.services.prisma.mailbox.update({ where: { id }, data: { quotaMessages } });
}

async function empty(address: string): Promise<void> {
  const { store } = engine.engine.ctx;
  const mailboxId = await engine.mailboxId(address);
  for (const { id, uidNext } of await store.listFolders(mailboxId)) {
    const uids = Array.from({ length: uidNext - 1 }, (_, at) => at + 1);
    await store.expunge(id, uids, { force: true });
  }
}

/** Alice's mailbox with that many messages in INBOX, which may keep so many. */
async function holding(messages: number, atMost: number): Promise<void> {
  await limit(ALICE, null);
  await empty(ALICE);
  for (let at = 0; at < messages; at++) await engine.deliver(ALICE, HELLO);
  await limit(ALICE, atMost);
}

const FULL = "[OVERQUOTA] Mailbox full: the number of its messages is at the limit";
const raw = HELLO.replaceAll("\r\n", "\\r\\n");
const append = (client: string, tag: string, folder: string) => `
    C${client}: ${tag} APPEND ${folder} {${HELLO.length}+}
    C${client}-: ${raw}\\r\\n`;

test("what is not limited is not named; a limit is, with what is used of it", async () => {
  await limit(ALICE, null);
  await engine.deliver(ALICE, HELLO);
  await play(
    engine,
    `
    C: a1 CAPABILITY
    S: * CAPABILITY ... QUOTA=RES-STORAGE QUOTA=RES-MESSAGE ...
    S: a1 OK ...
    C: a2 GETQUOTA ""
    S: * QUOTA "" (STORAGE 1 5242880)
    S: a2 OK ...`,
  );
  await holding(3, 10);
  await play(
    engine,
    `
    C: a1 GETQUOTAROOT Archive
    S: * QUOTAROOT Archive ""
    S: * QUOTA "" (STORAGE 1 5242880 MESSAGE 3 10)
    S: a1 OK ...
    C: a2 SETQUOTA "" (MESSAGE 100)
    S: a2 NO [NOPERM] ...
    C: a3 STATUS INBOX (MESSAGES DELETED)
    S: * STATUS INBOX (MESSAGES 3 DELETED 0)
    S: a3 OK ...`,
  );
});

test("APPEND is refused before its octets come; another session sees the last place taken and given back", async () => {
  await holding(1, 2);
  await play(
    engine,
    `
    C: a1 SELECT INBOX
    S: ...
    S: a1 OK ...
    C2: b1 SELECT INBOX
    S2: ...
    S2: b1 OK ...
    ${append("", "a2", "INBOX")}
    S: * 2 EXISTS
    S: ...
    S: a2 OK [APPENDUID ...] ...
    C2: b2 GETQUOTA ""
    S2: * QUOTA "" (STORAGE 1 5242880 MESSAGE 2 2)
    S2: ...
    S2: b2 OK ...
    C2: b3 APPEND Archive {${HELLO.length}}
    S2: b3 NO ${FULL}
    C2: b4 APPEND Archive CATENATE (URL "/INBOX/;UID=1")
    S2: b4 NO ${FULL}
    C: a3 STORE 1 +FLAGS.SILENT (\\Deleted)
    S: a3 OK ...
    ${append("2", "b5", "Archive")}
    S2: ...
    S2: b5 NO ${FULL}
    C: a4 STATUS INBOX (DELETED)
    S: * STATUS INBOX (DELETED 1)
    S: a4 OK ...
    C: a5 EXPUNGE
    S: * 1 EXPUNGE
    S: a5 OK ...
    ${append("2", "b6", "Archive")}
    S2: ...
    S2: b6 OK [APPENDUID ...] ...`,
    ["", "2"],
  );
});

test("MULTIAPPEND: all of them or none", async () => {
  await holding(1, 3);
  const message = `{${HELLO.length}+}\\r\\n${raw}`;
  await play(
    engine,
    `
    C-: a1 APPEND Archive ${message} ${message} ${message}\\r\\n
    S: a1 NO ${FULL}
    C: a2 STATUS Archive (MESSAGES)
    S: * STATUS Archive (MESSAGES 0)
    S: a2 OK ...
    C-: a3 APPEND Archive ${message} ${message}\\r\\n
    S: a3 OK [APPENDUID ...] ...
    C: a4 GETQUOTA ""
    S: * QUOTA "" (STORAGE 1 5242880 MESSAGE 3 3)
    S: a4 OK ...`,
  );
});

test("COPY needs room, MOVE and REPLACE within the account do not, also above a lowered limit", async () => {
  await holding(3, 3);
  await limit(ALICE, 2);
  await play(
    engine,
    `
    C: a1 SELECT INBOX
    S: ...
    S: a1 OK ...
    C: a2 GETQUOTA ""
    S: * QUOTA "" (STORAGE 1 5242880 MESSAGE 3 2)
    S: a2 OK ...
    C: a3 COPY 1 Archive
    S: a3 NO ${FULL}
    C: a4 MOVE 1 Archive
    S: * OK [COPYUID ...] ...
    S: * 1 EXPUNGE
    S: a4 OK ...
    C: a5 REPLACE 1 Drafts {${HELLO.length}+}
    C-: ${raw}
    C:
    S: * OK [APPENDUID ...] ...
    S: * 1 EXPUNGE
    S: a5 OK ...
    C: a6 REPLACE 1 INBOX {${HELLO.length}+}
    C-: ${raw}
    C:
    S: ...
    S: a6 OK ...
    C: a7 RENAME INBOX Old
    S: ...
    S: a7 OK ...
    C: a8 DELETE Old
    S: a8 OK ...
    C: a9 GETQUOTA ""
    S: * QUOTA "" (STORAGE 1 5242880 MESSAGE 2 2)
    S: a9 OK ...`,
  );
});

test("what comes from somebody else's folder needs room here, and goes by the owner's limit there", async () => {
  await holding(2, 2);
  await empty(BOB);
  await limit(BOB, 1);
  await play(engine, `C: a1 SETACL INBOX ${BOB} lrswite\nS: a1 OK ...`);
  const shared = `"Other Users/${ALICE}/INBOX"`;
  await transcript(
    engine.ports.imap,
    `
    S: * OK ...
    C: in LOGIN ${BOB} "${PASSWORD}"
    S: in OK ...
    C: a1 SELECT ${shared}
    S: ...
    S: a1 OK ...
    C: a2 COPY 1:2 INBOX
    S: a2 NO ${FULL}
    C: a3 MOVE 1:2 INBOX
    S: a3 NO ${FULL}
    C: a4 MOVE 1 INBOX
    S: * OK [COPYUID ...] ...
    S: * 1 EXPUNGE
    S: a4 OK ...
    C: a5 COPY 1 INBOX
    S: a5 NO ${FULL}
    ${append("", "a6", shared)}
    S: ...
    S: a6 OK [APPENDUID ...] ...
    C: a7 APPEND ${shared} {${HELLO.length}}
    S: a7 NO ${FULL}
    C: a8 GETQUOTA ""
    S: * QUOTA "" (STORAGE 1 5242880 MESSAGE 1 1)
    S: a8 OK ...`,
  );
});

test("the counters still agree with what is there", async () => {
  assert.deepEqual(await checkStore(engine.engine.storage.pool), []);
});
