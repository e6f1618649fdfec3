/** CONTEXT=SEARCH and CONTEXT=SORT: RFC 5267 §4. Each test has a mailbox of its own. */
import { test } from "node:test";
import { ALICE, imapEngine, lines, play } from "./support.ts";

const engine = await imapEngine();
const message = (subject: string) => lines(`Subject: ${subject}`, "", "Text.");

/** A mailbox with messages of these subjects. */
async function mailbox(name: string, ...subjects: string[]): Promise<string> {
  await play(engine, `C: c CREATE ${name}\n    S: c OK ...`);
  for (const subject of subjects) await engine.deliver(ALICE, message(subject), name);
  return `
    C: s1 SELECT ${name}
    S: ...
    S: s1 OK ...
    C2: s2 SELECT ${name}
    S2: ...
    S2: s2 OK ...`;
}

const BOTH = ["", "2"];

test("what others change is told as ADDTO and REMOVEFROM, behind the FETCH that brings it", async () => {
  const select = await mailbox("Flags", "one", "two", "three");
  await play(
    engine,
    `${select}
    C: a1 UID SEARCH RETURN (UPDATE COUNT CONTEXT) FLAGGED
    S: * ESEARCH (TAG "a1") UID COUNT 0
    S: a1 OK ...
    C2: b1 STORE 2:3 +FLAGS.SILENT (\\Flagged)
    S2: b1 OK ...
    C: a2 NOOP
    S: * 2 FETCH (UID 2 FLAGS (\\Flagged))
    S: * 3 FETCH (UID 3 FLAGS (\\Flagged))
    S: * ESEARCH (TAG "a1") UID ADDTO (0 2:3)
    S: a2 OK ...
    C2: b2 STORE 3 -FLAGS.SILENT (\\Flagged)
    S2: b2 OK ...
    C: a3 NOOP
    S: * 3 FETCH (UID 3 FLAGS ())
    S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 3)
    S: a3 OK ...
    C: a4 STORE 1 +FLAGS.SILENT (\\Flagged)
    S: * ESEARCH (TAG "a1") UID ADDTO (0 1)
    S: a4 OK ...
    C: a5 STORE 1 +FLAGS.SILENT (\\Answered)
    S: a5 OK ...`,
    BOTH,
  );
});

test("new messages come behind EXISTS, removals before EXPUNGE, also while idling", async () => {
  const select = await mailbox("Come", "plan", "other");
  await play(
    engine,
    `${select}
    C: a1 SEARCH RETURN (UPDATE ALL) SUBJECT plan
    S: * ESEARCH (TAG "a1") ALL 1
    S: a1 OK ...
    C: a2 IDLE
    S: + idling
    C2: b1 APPEND Come {21+}
    C2: Subject: plan two
    C2: 
    C2: 
    S2: * 3 EXISTS
    S2: b1 OK ...
    S: * 3 EXISTS
    S: * ESEARCH (TAG "a1") ADDTO (0 3)
    C2: b2 STORE 1:2 +FLAGS.SILENT (\\Deleted)
    S2: b2 OK ...
    S: * 1 FETCH ...
    S: * 2 FETCH ...
    C2: b3 EXPUNGE
    S2: ...
    S2: b3 OK ...
    S: * ESEARCH (TAG "a1") REMOVEFROM (0 1)
    S: * 1 EXPUNGE
    S: * 1 EXPUNGE
    C: DONE
    S: a2 OK ...`,
    BOTH,
  );
});

test("a SORT says the places", async () => {
  const select = await mailbox("Sorted", "b", "d", "f");
  await play(
    engine,
    `${select}
    C: a1 UID SORT RETURN (UPDATE ALL) (REVERSE SUBJECT) UTF-8 UNFLAGGED
    S: * ESEARCH (TAG "a1") UID ALL 3,2,1
    S: a1 OK ...
    C2: b1 STORE 1:2 +FLAGS.SILENT (\\Flagged)
    S2: b1 OK ...
    C: a2 NOOP
    S: * 1 FETCH ...
    S: * 2 FETCH ...
    S: * ESEARCH (TAG "a1") UID REMOVEFROM (3 1 2 2)
    S: a2 OK ...
    C2: b2 APPEND Sorted {14+}
    C2: Subject: e
    C2: 
    C2: 
    S2: * 4 EXISTS
    S2: b2 OK ...
    C2: b3 STORE 2 -FLAGS.SILENT (\\Flagged)
    S2: b3 OK ...
    C: a3 NOOP
    S: * 4 EXISTS
    S: * 2 FETCH ...
    S: * ESEARCH (TAG "a1") UID ADDTO (2 4 3 2)
    S: a3 OK ...
    C: a4 STORE 3 +FLAGS.SILENT (\\Deleted)
    S: a4 OK ...
    C: a5 EXPUNGE
    S: * ESEARCH (TAG "a1") UID REMOVEFROM (1 3)
    S: * 3 EXPUNGE
    S: a5 OK ...`,
    BOTH,
  );
});

test("message numbers and $ are those of the moment of the command", async () => {
  const select = await mailbox("Numbers", "one", "two", "three");
  await play(
    engine,
    `${select}
    C: a1 UID SEARCH RETURN (UPDATE) 2:3 UNSEEN
    S: * ESEARCH (TAG "a1") UID
    S: a1 OK ...
    C2: b1 STORE 1 +FLAGS.SILENT (\\Deleted)
    S2: b1 OK ...
    C2: b2 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b2 OK ...
    C: a2 NOOP
    S: * 1 EXPUNGE
    S: a2 OK ...
    C2: b3 STORE 1 +FLAGS.SILENT (\\Seen)
    S2: b3 OK ...
    C: a3 NOOP
    S: * 1 FETCH ...
    S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 2)
    S: a3 OK ...`,
    BOTH,
  );
});

test("CANCELUPDATE ends it, and so does another mailbox", async () => {
  const select = await mailbox("Cancelled", "one");
  await play(
    engine,
    `${select}
    C: a1 SEARCH RETURN (UPDATE) FLAGGED
    S: * ESEARCH (TAG "a1")
    S: a1 OK ...
    C: a2 CANCELUPDATE "a1" "never"
    S: a2 OK ...
    C: a3 STORE 1 +FLAGS.SILENT (\\Flagged)
    S: a3 OK ...
    C: a1 SEARCH RETURN (UPDATE) FLAGGED
    S: * ESEARCH (TAG "a1")
    S: a1 OK ...
    C: a4 SELECT Cancelled
    S: ...
    S: a4 OK ...
    C: a5 STORE 1 -FLAGS.SILENT (\\Flagged)
    S: a5 OK ...`,
    BOTH,
  );
});

test("ESEARCH updates the selected mailbox, and names it", async () => {
  const select = await mailbox("Multi", "one");
  await play(
    engine,
    `
    C: a0 ESEARCH IN (personal) RETURN (UPDATE) ALL
    S: a0 BAD ...
    ${select}
    C: a1 ESEARCH IN (mailboxes (Multi Flags)) RETURN (COUNT UPDATE) 5:9 SEEN
    S: a1 OK ...
    C: a2 ESEARCH IN (mailboxes (Multi Flags)) RETURN (COUNT UPDATE) SEEN
    S: a2 OK ...
    C: a3 STORE 1 +FLAGS.SILENT (\\Seen)
    S: * ESEARCH (TAG "a2" MAILBOX Multi UIDVALIDITY ...) UID ADDTO (0 1)
    S: a3 OK ...
    C: a4 ESEARCH IN (mailboxes Flags) RETURN (UPDATE COUNT) ALL
    S: * ESEARCH (TAG "a4" MAILBOX Flags ...) UID COUNT 3
    S: * NO [NOUPDATE "a4"] ...
    S: a4 OK ...`,
    BOTH,
  );
});

test("refused: a tag in use, one context too many, a search that is none", async () => {
  const select = await mailbox("Refused", "one");
  await play(
    engine,
    `${select}
    C: a1 SEARCH RETURN (UPDATE) 7
    S: a1 BAD ...
    C: a1 SEARCH RETURN (UPDATE) ALL
    S: * ESEARCH (TAG "a1")
    S: a1 OK ...
    C: a1 SORT RETURN (UPDATE) (SUBJECT) UTF-8 ALL
    S: a1 BAD ...
    C: a2 SEARCH RETURN (UPDATE) ALL
    S: ...
    S: a2 OK ...
    C: a3 SEARCH RETURN (UPDATE) ALL
    S: ...
    S: a3 OK ...
    C: a4 SEARCH RETURN (UPDATE) ALL
    S: ...
    S: a4 OK ...
    C: a5 SEARCH RETURN (UPDATE COUNT) ALL
    S: * ESEARCH (TAG "a5") COUNT 1
    S: * NO [NOUPDATE "a5"] ...
    S: a5 OK ...
    C: a6 CANCELUPDATE a1
    S: a6 BAD ...
    C: a7 CANCELUPDATE
    S: a7 BAD ...`,
    BOTH,
  );
});
