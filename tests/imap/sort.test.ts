import { test } from "node:test";
import { ALICE, SELECT, imapEngine, lines, play } from "./support.ts";

const engine = await imapEngine();
const mail = (from: string, subject: string, date: string, more = "") =>
  engine.deliver(
    ALICE,
    lines(
      `From: ${from}`,
      `To: ${from.startsWith("Zoe") ? "Bob <bob@b.test>" : "alice@b.test"}`,
      `Subject: ${subject}`,
      `Date: ${date}`,
      "",
      `Text.${more}`,
    ),
  );
await mail("Zoe <ann@a.test>", "Re: zebra", "Mon, 2 Mar 2026 12:00:00 +0000");
await mail("<carl@a.test>", "=?utf-8?q?=C3=84pfel?=", "Mon, 2 Mar 2026 12:30:00 +0100", "x");
await mail(
  "adam <bob@a.test>",
  "[list] Zebra (fwd)",
  "Sun, 1 Mar 2026 12:00:00 -0500",
  "x".repeat(99),
);
await mail("=?utf-8?q?=C3=96zil?= <dora@a.test>", "apple", "nonsense", "xx");

const sorts = (command: string, ...numbers: number[]) => `
    C: q ${command}
    S: ${["* SORT", ...numbers].join(" ")}
    S: q OK ...`;

test("by each key, and by several", async () => {
  await play(
    engine,
    `${SELECT}
    ${sorts("SORT (SUBJECT) UTF-8 ALL", 4, 2, 1, 3)}
    ${sorts("SORT (REVERSE SUBJECT) UTF-8 ALL", 1, 3, 2, 4)}
    ${sorts("SORT (SUBJECT REVERSE DATE) US-ASCII ALL", 4, 2, 1, 3)}
    ${sorts("SORT (SUBJECT DATE) US-ASCII ALL", 4, 2, 3, 1)}
    ${sorts("SORT (DATE) UTF-8 ALL", 3, 2, 1, 4)}
    ${sorts("SORT (FROM) UTF-8 ALL", 1, 3, 2, 4)}
    ${sorts("SORT (TO) UTF-8 ALL", 2, 3, 4, 1)}
    ${sorts("SORT (CC ARRIVAL) UTF-8 ALL", 1, 2, 3, 4)}
    ${sorts("SORT (SIZE) UTF-8 NOT 2", 4, 1, 3)}
    ${sorts("UID SORT (REVERSE ARRIVAL) UTF-8 2:3", 3, 2)}
    ${sorts("SORT (SIZE) UTF-8 SUBJECT nothing-like-it")}`,
  );
});

test("by the names that people see", async () => {
  await play(
    engine,
    `${SELECT}
    ${sorts("SORT (DISPLAYFROM) UTF-8 ALL", 3, 2, 4, 1)}
    ${sorts("SORT (REVERSE DISPLAYTO) UTF-8 ALL", 1, 2, 3, 4)}`,
  );
});

test("ESORT: ends, count, order, page, and the result kept as $", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 SORT RETURN (MIN MAX ALL COUNT) (DATE) UTF-8 ALL
    S: * ESEARCH (TAG "a1") MIN 3 MAX 4 ALL 3,2,1,4 COUNT 4
    S: a1 OK ...
    C: a2 UID SORT RETURN () (SUBJECT) UTF-8 1:3
    S: * ESEARCH (TAG "a2") UID ALL 2,1,3
    S: a2 OK ...
    C: a3 UID SORT RETURN (PARTIAL 2:3 COUNT) (DATE) UTF-8 ALL
    S: * ESEARCH (TAG "a3") UID PARTIAL (2:3 2,1) COUNT 4
    S: a3 OK ...
    C: a4 UID SORT RETURN (SAVE) (DATE) UTF-8 1:3
    S: a4 OK ...
    C: a5 SEARCH $
    S: * SEARCH 1 2 3
    S: a5 OK ...
    C: a6 SORT RETURN (COUNT) (DATE) UTF-8 MODSEQ 1
    S: * OK [HIGHESTMODSEQ ...] ...
    S: * ESEARCH (TAG "a6") COUNT 4 MODSEQ ...
    S: a6 OK ...`,
  );
});

test("what is no sort is refused", async () => {
  await play(
    engine,
    `C: a0 SORT (DATE) UTF-8 ALL
    S: a0 BAD ...
    ${SELECT}
    C: a1 SORT (DATE) ALL
    S: a1 NO [BADCHARSET ...
    C: a2 SORT () UTF-8 ALL
    S: a2 BAD A list is empty
    C: a3 SORT (REVERSE) UTF-8 ALL
    S: a3 BAD ...
    C: a4 SORT (BEAUTY) UTF-8 ALL
    S: a4 BAD Unknown sort key
    C: a5 SORT (DATE) UTF-8
    S: a5 BAD ...
    C: a6 SORT (${"DATE ".repeat(20)}DATE) UTF-8 ALL
    S: a6 BAD Too many sort criteria
    C: a7 SORT RETURN (NONSENSE) (DATE) UTF-8 ALL
    S: a7 BAD ...
    C: a8 SORT (DATE) X-NOPE ALL
    S: a8 NO [BADCHARSET ...
    C: a9 SORT RETURN (ALL PARTIAL 1:2) (DATE) UTF-8 ALL
    S: a9 BAD ...`,
  );
});

test("a message that another session removes stays counted until that may be told", async () => {
  await engine.deliver(ALICE, lines("Subject: Aaa", "", "."), "Trash");
  await engine.deliver(ALICE, lines("Subject: Bbb", "", "."), "Trash");
  await play(
    engine,
    `C: a1 SELECT Trash
    S: ...
    S: a1 OK ...
    C2: b1 SELECT Trash
    S2: ...
    S2: b1 OK ...
    C2: b2 STORE 1 +FLAGS.SILENT (\\Deleted)
    S2: b2 OK ...
    C2: b3 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b3 OK ...
    C: a2 SORT (REVERSE SUBJECT) UTF-8 ALL
    S: * SORT 2
    S: ...
    S: a2 OK ...
    C: a3 NOOP
    S: ...
    S: * 1 EXPUNGE
    S: a3 OK ...
    C: a4 SORT (SUBJECT) UTF-8 ALL
    S: * SORT 1
    S: a4 OK ...`,
    ["", "2"],
  );
});
