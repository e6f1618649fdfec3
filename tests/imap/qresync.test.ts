/** QRESYNC (RFC 7162 §3.2): a client that was away, and one that is told by uid. */
import { after, test } from "node:test";
import { pruneExpunged } from "../../lib/storage/mail/garbage.ts";
import { ALICE, HELLO, imapEngine, play } from "./support.ts";

const engine = await imapEngine();
const { store } = engine.engine.ctx;
const mailboxId = await engine.mailboxId(ALICE);

/** A folder with messages 1 … n; answers what a client would remember of it. */
async function folder(name: string, messages: number) {
  await store.createFolder(mailboxId, name);
  for (let i = 0; i < messages; i++) await engine.deliver(ALICE, HELLO, name);
  const found = await store.openFolder(mailboxId, name);
  after(() => found.close());
  return found;
}

const ENABLE = (n = "") => `
    C${n}: e1 ENABLE QRESYNC
    S${n}: * ENABLED QRESYNC
    S${n}: e1 OK ...`;

test("SELECT tells what was removed, then what changed, since the modseq remembered", async () => {
  const open = await folder("away", 6);
  const { uidValidity, highestModseq } = open.folder;
  const { id } = open.folder;
  await store.expunge(id, [2, 3, 6], { force: true });
  await store.setFlags(id, [4], { action: "add", bits: 0, keywords: ["$Work"] });
  await play(
    engine,
    `${ENABLE()}
    C: a1 SELECT away (QRESYNC (${uidValidity} ${highestModseq}))
    S: * FLAGS ...
    S: * OK [PERMANENTFLAGS ...
    S: * 3 EXISTS
    S: * 0 RECENT
    S: * OK [UNSEEN 1] ...
    S: * OK [UIDVALIDITY ${uidValidity}] ...
    S: * OK [UIDNEXT 7] ...
    S: * OK [HIGHESTMODSEQ ${highestModseq + 2}] ...
    S: * OK [MAILBOXID ...
    S: * VANISHED (EARLIER) 2:3,6
    S: * 2 FETCH (UID 4 FLAGS ($Work) MODSEQ (${highestModseq + 2}))
    S: a1 OK [READ-WRITE] ...
    C: a2 EXAMINE away (QRESYNC (${uidValidity} ${highestModseq} 1:2))
    S: * OK [CLOSED] ...
    S: ...
    S: * VANISHED (EARLIER) 2
    S: a2 OK [READ-ONLY] ...
    C: a3 SELECT away (QRESYNC (${uidValidity} ${highestModseq + 2}))
    S: ...
    S: * OK [MAILBOXID ...
    S: a3 OK ...
    C: a4 SELECT away (QRESYNC (${uidValidity - 1} 1))
    S: ...
    S: * OK [UIDVALIDITY ${uidValidity}] ...
    S: ...
    S: * OK [MAILBOXID ...
    S: a4 OK ...`,
  );
});

test("QRESYNC is refused when it was not enabled, and when it cannot be read", async () => {
  await play(
    engine,
    `
    C: a1 SELECT INBOX (QRESYNC (1 1))
    S: a1 BAD ...
    C: a2 SELECT INBOX (CONDSTORE)
    S: ...
    S: a2 OK ...
    C: a3 UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)
    S: a3 BAD ...
    C: a4 SELECT INBOX (QRESYNC (1 1))
    S: a4 BAD ...
    C: a5 NOOP
    S: a5 OK ...
    C: a6 CLOSE
    S: a6 OK ...
    ${ENABLE()}
    C: b1 SELECT INBOX (QRESYNC (0 1))
    S: b1 BAD ...
    C: b2 SELECT INBOX (QRESYNC (1 0))
    S: b2 BAD ...
    C: b3 SELECT INBOX (QRESYNC (1))
    S: b3 BAD ...
    C: b4 SELECT INBOX (QRESYNC (1 1 1:*))
    S: b4 BAD ...
    C: b5 SELECT INBOX (QRESYNC (1 1 1:9 (1:3 1:2)))
    S: b5 BAD ...
    C: b6 SELECT INBOX (QRESYNC (1 1)(1 1))
    S: b6 BAD ...
    C: b7 SELECT INBOX (QRESYNC (1 1(1:3 1:2)))
    S: b7 BAD ...
    C: b8 SELECT INBOX (QRESYNC (1 1) QRESYNC (1 1))
    S: b8 BAD ...
    C: b9 SELECT nowhere (QRESYNC (1 1))
    S: b9 NO [NONEXISTENT] ...
    C: c1 SELECT INBOX
    S: ...
    S: c1 OK ...
    C: c2 FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)
    S: c2 BAD ...
    C: c3 UID FETCH 1:* FLAGS (VANISHED)
    S: c3 BAD ...
    C: c4 UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED VANISHED)
    S: c4 BAD ...`,
  );
});

test("when the log does not reach back, all that is not there is gone; match data narrows it", async () => {
  const open = await folder("pruned", 9);
  const { uidValidity, highestModseq, id } = open.folder;
  await store.expunge(id, [2], { force: true });
  await store.expunge(id, [5, 6], { force: true });
  await store.expunge(id, [9], { force: true });
  await pruneExpunged(engine.engine.storage.pool, 1);
  const select = (rest: string) =>
    `C: a1 SELECT pruned (QRESYNC (${uidValidity} ${highestModseq}${rest}))
    S: ...
    S: * OK [MAILBOXID ...`;
  await play(
    engine,
    `${ENABLE()}
    ${select("")}
    S: * VANISHED (EARLIER) 2,5:6,9
    S: a1 OK ...
    ${select(" 4:9")}
    S: * VANISHED (EARLIER) 5:6,9
    S: a1 OK ...
    ${select(" 1:9 (1,3,5 1,3,5)")}
    S: * VANISHED (EARLIER) 2,5:6,9
    S: a1 OK ...
    ${select(" 1:9 (1:3 1,3:4)")}
    S: * VANISHED (EARLIER) 5:6,9
    S: a1 OK ...
    ${select(" (1,5 1,9)")}
    S: * VANISHED (EARLIER) 2,5:6,9
    S: a1 OK ...
    C: a2 SELECT pruned (QRESYNC (${uidValidity} ${highestModseq + 3}))
    S: ...
    S: * OK [MAILBOXID ...
    S: a2 OK ...
    C: a3 UID FETCH 1:* UID (CHANGEDSINCE ${highestModseq} VANISHED)
    S: * VANISHED (EARLIER) 2,5:6,9
    S: a3 OK ...`,
  );
});

test("UID FETCH tells what was removed among the uids asked for, the last ones too", async () => {
  const open = await folder("asked", 6);
  const { highestModseq, id } = open.folder;
  await store.expunge(id, [3, 6], { force: true });
  await play(
    engine,
    `${ENABLE()}
    C: a1 SELECT asked
    S: ...
    S: a1 OK ...
    C: a2 UID FETCH 2:4 FLAGS (CHANGEDSINCE ${highestModseq} VANISHED)
    S: * VANISHED (EARLIER) 3
    S: a2 OK ...
    C: a3 UID FETCH 5:* FLAGS (VANISHED CHANGEDSINCE ${highestModseq})
    S: * VANISHED (EARLIER) 6
    S: a3 OK ...
    C: a4 UID FETCH 1:* FLAGS (CHANGEDSINCE ${highestModseq - 1} VANISHED)
    S: * VANISHED (EARLIER) 3,6
    S: a4 OK ...
    C: a5 UID FETCH 1:* FLAGS (CHANGEDSINCE ${highestModseq + 1} VANISHED)
    S: a5 OK ...`,
  );
});

test("VANISHED instead of EXPUNGE, at the same moments; others still hear EXPUNGE", async () => {
  await folder("told", 5);
  await play(
    engine,
    `${ENABLE()}
    C: s1 SELECT told
    S: ...
    S: s1 OK ...
    C2: s1 SELECT told
    S2: ...
    S2: s1 OK ...
    C3: e1 ENABLE QRESYNC
    S3: ...
    S3: e1 OK ...
    C3: s1 SELECT told
    S3: ...
    S3: s1 OK ...
    C3: s2 IDLE
    S3: + idling
    C: a1 STORE 2,4 +FLAGS (\\Deleted)
    S: * 2 FETCH (UID 2 FLAGS (\\Deleted) MODSEQ (...))
    S: * 4 FETCH (UID 4 FLAGS (\\Deleted) MODSEQ (...))
    S: a1 OK ...
    S3: * 2 FETCH (UID 2 FLAGS (\\Deleted) MODSEQ (...))
    S3: * 4 FETCH (UID 4 FLAGS (\\Deleted) MODSEQ (...))
    C: a2 EXPUNGE
    S: * VANISHED 2,4
    S: a2 OK [HIGHESTMODSEQ ...] ...
    S3: * VANISHED 2,4
    C2: b1 FETCH 5 UID
    S2: * 5 FETCH (UID 5)
    S2: b1 OK ...
    C2: b2 NOOP
    S2: * 2 EXPUNGE
    S2: * 3 EXPUNGE
    S2: b2 OK ...
    C2: b3 UID MOVE 1 Trash
    S2: * OK [COPYUID ...
    S2: * 1 EXPUNGE
    S2: b3 OK ...
    S3: * VANISHED 1
    C: a3 FETCH 1:* FLAGS
    S: * 2 FETCH (FLAGS ())
    S: * 3 FETCH (FLAGS ())
    S: a3 NO [EXPUNGEISSUED] ...
    C: a4 UID MOVE 3 Trash
    S: * OK [COPYUID ...
    S: * VANISHED 1,3
    S: a4 OK ...
    C: a5 FETCH 1 BODY[]
    S: * 1 FETCH (UID 5 BODY[] {...}
    S: ...
    S: a5 OK ...`,
    ["", "2", "3"],
  );
});

test("a removal that the session still counts is told as news, not as EARLIER", async () => {
  const open = await folder("counted", 4);
  const { highestModseq } = open.folder;
  await play(
    engine,
    `${ENABLE()}
    C: s1 SELECT counted
    S: ...
    S: s1 OK ...
    C2: s1 SELECT counted
    S2: ...
    S2: s1 OK ...
    C2: b1 UID STORE 2 +FLAGS.SILENT (\\Deleted)
    S2: b1 OK ...
    C2: b2 EXPUNGE
    S2: * 2 EXPUNGE
    S2: b2 OK ...
    C: a1 UID FETCH 1:* UID (CHANGEDSINCE ${highestModseq} VANISHED)
    S: * VANISHED 2
    S: a1 OK ...
    C: a2 UID FETCH 1:* UID (CHANGEDSINCE ${highestModseq} VANISHED)
    S: * VANISHED (EARLIER) 2
    S: a2 OK ...`,
    ["", "2"],
  );
});
