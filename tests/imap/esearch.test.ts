/** ESEARCH over many mailboxes: RFC 7377. */
import { test } from "node:test";
import { ALICE, imapEngine, lines, play } from "./support.ts";

const engine = await imapEngine();
const NAMES = ["Work", "Work/Plans", "Work/Plans/Old", "Workshop", "Grün"];
await play(
  engine,
  NAMES.map(
    (name, n) => `
    C: c${n} CREATE "${name === "Grün" ? "Gr&APw-n" : name}"
    S: c${n} OK ...`,
  ).join("\n"),
);
for (const folder of ["INBOX", ...NAMES])
  await engine.deliver(ALICE, lines(`Subject: plan for ${folder}`, "", "Text."), folder);
await engine.deliver(ALICE, lines("Subject: another", "", "Text."), "Work");

test("one response for each mailbox that has what was looked for, by uid", async () => {
  await play(
    engine,
    `
    C: a1 ESEARCH IN (mailboxes ("Work" INBOX Nowhere)) SUBJECT plan
    S: * ESEARCH (TAG "a1" MAILBOX INBOX UIDVALIDITY ...) UID ALL 1
    S: * ESEARCH (TAG "a1" MAILBOX Work UIDVALIDITY ...) UID ALL 1
    S: a1 OK ...
    C: a2 ESEARCH IN (mailboxes Work) RETURN (MIN MAX COUNT) ALL
    S: * ESEARCH (TAG "a2" MAILBOX Work UIDVALIDITY ...) UID MIN 1 MAX 2 COUNT 2
    S: a2 OK ...
    C: a3 ESEARCH IN (personal) RETURN (COUNT) SUBJECT nowhere
    S: a3 OK ...
    C: a4 ESEARCH IN (mailboxes Work) RETURN (PARTIAL 2:9) CHARSET UTF-8 ALL
    S: * ESEARCH (TAG "a4" MAILBOX Work UIDVALIDITY ...) UID PARTIAL (2:9 2)
    S: a4 OK ...`,
  );
});

test("a subtree goes all the way down, subtree-one a single level", async () => {
  await play(
    engine,
    `
    C: a1 ESEARCH IN (subtree Work) SUBJECT plan
    S: * ESEARCH (TAG "a1" MAILBOX Work UIDVALIDITY ...) UID ALL 1
    S: * ESEARCH (TAG "a1" MAILBOX Work/Plans UIDVALIDITY ...) UID ALL 1
    S: * ESEARCH (TAG "a1" MAILBOX Work/Plans/Old UIDVALIDITY ...) UID ALL 1
    S: a1 OK ...
    C: a2 ESEARCH IN (subtree-one Work mailboxes Work) SUBJECT plan
    S: * ESEARCH (TAG "a2" MAILBOX Work UIDVALIDITY ...) UID ALL 1
    S: * ESEARCH (TAG "a2" MAILBOX Work/Plans UIDVALIDITY ...) UID ALL 1
    S: a2 OK ...`,
  );
});

test("personal and inboxes are all, subscribed those that are; names leave as they are spoken", async () => {
  await play(
    engine,
    `
    C: a1 ESEARCH IN (inboxes) SUBJECT "plan for Gr"
    S: * ESEARCH (TAG "a1" MAILBOX Gr&APw-n UIDVALIDITY ...) UID ALL 1
    S: a1 OK ...
    C: a2 SUBSCRIBE Workshop
    S: a2 OK ...
    C: a3 ESEARCH IN (subscribed) SUBJECT workshop
    S: * ESEARCH (TAG "a3" MAILBOX Workshop UIDVALIDITY ...) UID ALL 1
    S: a3 OK ...
    C: a4 ESEARCH IN (subscribed) SUBJECT "plan for Work/Plans/Old"
    S: a4 OK ...`,
  );
});

test("what is selected stays selected, and is searched as the session knows it", async () => {
  await play(
    engine,
    `
    C: a1 SELECT Work
    S: ...
    S: a1 OK ...
    C: a2 ESEARCH 2:50
    S: * ESEARCH (TAG "a2" MAILBOX Work UIDVALIDITY ...) UID ALL 2
    S: a2 OK ...
    C: a3 ESEARCH RETURN (SAVE) SUBJECT another
    S: a3 OK ...
    C: a4 ESEARCH IN (selected mailboxes INBOX) $
    S: * ESEARCH (TAG "a4" MAILBOX Work UIDVALIDITY ...) UID ALL 2
    S: a4 OK ...
    C2: b1 SELECT Work
    S2: ...
    S2: b1 OK ...
    C2: b2 STORE 2 +FLAGS.SILENT (\\Deleted)
    S2: b2 OK ...
    C2: b3 EXPUNGE
    S2: * 2 EXPUNGE
    S2: b3 OK ...
    C: a5 ESEARCH ALL
    S: * ESEARCH (TAG "a5" MAILBOX Work UIDVALIDITY ...) UID ALL 1
    S: * 2 EXPUNGE
    S: a5 OK ...`,
    ["", "2"],
  );
});

test("refused: nothing selected, SAVE of others, unknown choices", async () => {
  await play(
    engine,
    `
    C: a1 ESEARCH ALL
    S: a1 BAD ...
    C: a2 ESEARCH IN (selected) ALL
    S: a2 BAD ...
    C: a3 ESEARCH IN (mailboxes Work) RETURN (SAVE) ALL
    S: a3 BAD ...
    C: a4 ESEARCH IN (selected-delayed) ALL
    S: a4 BAD ...
    C: a5 ESEARCH IN () ALL
    S: a5 BAD ...
    C: a6 ESEARCH IN (mailboxes ()) ALL
    S: a6 BAD ...
    C: a7 ESEARCH IN (mailboxes Work (fuzzy)) ALL
    S: a7 BAD ...
    C: a8 ESEARCH IN (mailboxes Work) NONSENSE
    S: a8 BAD ...`,
  );
});
