import { test } from "node:test";
import { ALICE, HELLO, SELECT, imapEngine, lines, play } from "./support.ts";

const engine = await imapEngine();
await engine.deliver(ALICE, HELLO);
await engine.deliver(
  ALICE,
  lines(
    "From: =?iso-8859-1?q?J=FCrgen?= <jk@example.test>",
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=",
    "Date: Tue, 3 Mar 2026 23:30:00 -0500",
    "X-Spam: yes",
    "Content-Type: text/plain; charset=iso-8859-1",
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from("Die Rechnung ist f\xe4llig.", "latin1").toString("base64"),
  ),
);
await engine.deliver(ALICE, lines("Subject: no date", "", "x".repeat(5000)));

const finds = (search: string, ...numbers: number[]) => `
    C: q ${search}
    S: ${["* SEARCH", ...numbers].join(" ")}
    S: q OK ...`;

test("by flags, numbers, sizes and dates", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 STORE 2 +FLAGS.SILENT (\\Flagged $Junk)
    S: a1 OK ...
    ${finds("SEARCH ALL", 1, 2, 3)}
    ${finds("SEARCH FLAGGED", 2)}
    ${finds("SEARCH UNFLAGGED 2:3", 3)}
    ${finds("SEARCH KEYWORD $junk", 2)}
    ${finds("SEARCH NOT (OR 1 UID 2)", 3)}
    ${finds("SEARCH LARGER 4000", 3)}
    ${finds("SEARCH RECENT")}
    ${finds("SEARCH OLD", 1, 2, 3)}
    ${finds("SEARCH SENTON 3-Mar-2026", 2)}
    ${finds("SEARCH SENTBEFORE 3-Mar-2026", 1)}
    ${finds("SEARCH SINCE 1-Jan-2020 YOUNGER 3600", 1, 2, 3)}
    ${finds("SEARCH OLDER 3600")}
    ${finds("SEARCH SAVEDSINCE 1-Jan-2020", 1, 2, 3)}
    ${finds("UID SEARCH UID 2:*", 2, 3)}`,
  );
});

test("by header and text, decoded, in any case", async () => {
  await play(
    engine,
    `${SELECT}
    ${finds("SEARCH FROM bob", 1)}
    ${finds("SEARCH SUBJECT hel", 1)}
    ${finds("SEARCH HEADER X-Spam Y", 2)}
    ${finds('SEARCH HEADER X-Spam ""', 2)}
    ${finds('SEARCH HEADER Message-ID "hello@"', 1)}
    ${finds("SEARCH BODY rechnung", 2)}
    ${finds("SEARCH TEXT x-spam", 2)}
    ${finds("SEARCH BODY subject")}
    ${finds("SEARCH NOT BODY world OR SUBJECT date BODY RECHNUNG", 2, 3)}
    C: a1 SEARCH CHARSET UTF-8 SUBJECT {6+}
    C: grÜß
    S: * SEARCH 2
    S: a1 OK ...
    C: a2 SEARCH CHARSET ISO-8859-1 FROM {3+}
    C: ür
    S: * SEARCH
    S: a2 OK ...
    C: a3 SEARCH BODY {7+}
    C: fällig
    S: * SEARCH 2
    S: a3 OK ...
    C: a4 SEARCH CHARSET X-NOPE ALL
    S: a4 NO [BADCHARSET (US-ASCII UTF-8 ISO-8859-1)] ...`,
  );
});

test("ESEARCH, and the result kept as $", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 SEARCH RETURN (MIN MAX COUNT ALL) NOT 2
    S: * ESEARCH (TAG "a1") MIN 1 MAX 3 ALL 1,3 COUNT 2
    S: a1 OK ...
    C: a2 UID SEARCH RETURN () ALL
    S: * ESEARCH (TAG "a2") UID ALL 1:3
    S: a2 OK ...
    C: a3 SEARCH RETURN (COUNT MIN) BODY nothing-like-it
    S: * ESEARCH (TAG "a3") COUNT 0
    S: a3 OK ...
    C: a4 UID SEARCH RETURN (SAVE) 2:3
    S: a4 OK ...
    C: a5 FETCH $ UID
    S: * 2 FETCH (UID 2)
    S: * 3 FETCH (UID 3)
    S: a5 OK ...
    C: a6 SEARCH RETURN (SAVE COUNT) $ LARGER 4000
    S: * ESEARCH (TAG "a6") COUNT 1
    S: a6 OK ...
    C: a7 UID FETCH $ FLAGS
    S: * 3 FETCH (FLAGS () UID 3)
    S: a7 OK ...
    C: a8 SEARCH RETURN (SAVE MAX) ALL
    S: * ESEARCH (TAG "a8") MAX 3
    S: a8 OK ...
    C: a9 SEARCH $
    S: * SEARCH 3
    S: a9 OK ...
    C: b1 SEARCH MODSEQ 1
    S: * OK [HIGHESTMODSEQ ...] ...
    S: * SEARCH 1 2 3 (MODSEQ ...)
    S: b1 OK ...`,
  );
});

test("$ is nothing after a search that failed, and what it was after one that is none", async () => {
  const saved = (tag: string, ...numbers: number[]) => `
    C: ${tag} SEARCH $
    S: ${["* SEARCH", ...numbers].join(" ")}
    S: ${tag} OK ...`;
  await play(
    engine,
    `${SELECT}
    C: a1 SEARCH RETURN (SAVE) 2:3
    S: a1 OK ...
    C: a2 SEARCH RETURN (SAVE) 9
    S: a2 BAD ...
    ${saved("a3", 2, 3)}
    C: a4 SEARCH RETURN (SAVE) NONSENSE
    S: a4 BAD ...
    C: a5 SEARCH CHARSET x-none SUBJECT a
    S: a5 NO [BADCHARSET ...] ...
    ${saved("a6", 2, 3)}
    C: a7 SEARCH RETURN (SAVE) CHARSET x-none SUBJECT a
    S: a7 NO [BADCHARSET ...] ...
    ${saved("a8")}
    C: b1 SEARCH RETURN (SAVE) 2:3
    S: b1 OK ...
    C: b2 SORT RETURN (SAVE) (DATE) x-none ALL
    S: b2 NO [BADCHARSET ...] ...
    ${saved("b3")}`,
  );
});

test("an empty string finds every message that has the field", async () => {
  await engine.deliver(ALICE, lines("To:", "Cc: (nobody)", "Subject:", "", "x"), "Archive");
  await engine.deliver(ALICE, lines("X-To: alice@example.test", "", "x"), "Archive");
  await play(
    engine,
    `
    C: s1 SELECT Archive
    S: ...
    S: s1 OK ...
    ${finds('SEARCH HEADER To ""', 1)}
    ${finds('SEARCH HEADER Cc ""', 1)}
    ${finds('SEARCH HEADER Bcc ""')}
    ${finds('SEARCH HEADER Subject ""', 1)}
    ${finds('SEARCH NOT HEADER To ""', 2)}`,
  );
});

test("what is no search is refused", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 SEARCH
    S: a1 BAD ...
    C: a2 SEARCH 9
    S: a2 BAD There is no message of that number
    C: a3 SEARCH ${"NOT ".repeat(100)}ALL
    S: a3 BAD The command is nested too deeply
    C: a4 SEARCH ${"(".repeat(5000)}
    S: a4 BAD The command is nested too deeply
    C: a5 SEARCH SINCE 30-Feb-2026
    S: a5 BAD ...
    C: a6 SEARCH RETURN (NONSENSE) ALL
    S: a6 BAD ...`,
  );
});
