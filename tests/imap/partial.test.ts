import { test } from "node:test";
import { ALICE, SELECT, imapEngine, lines, play } from "./support.ts";

const engine = await imapEngine();
for (const name of ["one", "two", "three", "four", "five", "six"])
  await engine.deliver(ALICE, lines(`Subject: ${name}`, "", "."));

test("pages of a search, from its start and from its end", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 UID SEARCH RETURN (PARTIAL 1:2) NOT 3
    S: * ESEARCH (TAG "a1") UID PARTIAL (1:2 1:2)
    S: a1 OK ...
    C: a2 UID SEARCH RETURN (PARTIAL -1:-3 COUNT) NOT 3
    S: * ESEARCH (TAG "a2") UID PARTIAL (-1:-3 4:6) COUNT 5
    S: a2 OK ...
    C: a3 SEARCH RETURN (PARTIAL 3:2 MIN MAX) NOT 3
    S: * ESEARCH (TAG "a3") MIN 1 MAX 6 PARTIAL (2:3 2,4)
    S: a3 OK ...
    C: a4 SEARCH RETURN (PARTIAL 100:200) ALL
    S: * ESEARCH (TAG "a4") PARTIAL (100:200 NIL)
    S: a4 OK ...
    C: a5 SEARCH RETURN (PARTIAL -1:-9) SUBJECT nothing-like-it
    S: * ESEARCH (TAG "a5") PARTIAL (-1:-9 NIL)
    S: a5 OK ...`,
  );
});

test("$ is the page, with the ends that were asked for; with COUNT it is all", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 SEARCH RETURN (SAVE PARTIAL 2:3) ALL
    S: * ESEARCH (TAG "a1") PARTIAL (2:3 2:3)
    S: a1 OK ...
    C: a2 SEARCH $
    S: * SEARCH 2 3
    S: a2 OK ...
    C: a3 SEARCH RETURN (SAVE MAX PARTIAL 2:3) ALL
    S: * ESEARCH ...
    S: a3 OK ...
    C: a4 SEARCH $
    S: * SEARCH 2 3 6
    S: a4 OK ...
    C: a5 SEARCH RETURN (SAVE COUNT PARTIAL 2:3) ALL
    S: * ESEARCH ...
    S: a5 OK ...
    C: a6 SEARCH $
    S: * SEARCH 1 2 3 4 5 6
    S: a6 OK ...`,
  );
});

test("pages of UID FETCH", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 UID FETCH 1:* (UID) (PARTIAL -1:-2)
    S: * 5 FETCH (UID 5)
    S: * 6 FETCH (UID 6)
    S: a1 OK ...
    C: a2 UID FETCH 2:5 (UID) (PARTIAL 2:2)
    S: * 3 FETCH (UID 3)
    S: a2 OK ...
    C: a3 UID FETCH 1:* (UID) (PARTIAL 7:9)
    S: a3 OK ...
    C: a4 UID STORE 2,4 +FLAGS.SILENT (\\Seen)
    S: ...
    S: a4 OK ...
    C: a5 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 7 PARTIAL 2:3)
    S: * OK [HIGHESTMODSEQ ...] Highest
    S: * 2 FETCH (FLAGS (\\Seen) UID 2 MODSEQ (...))
    S: a5 OK ...
    C: a6 UID FETCH 1:* (FLAGS) (PARTIAL -1:-3 CHANGEDSINCE 7)
    S: * 4 FETCH (FLAGS (\\Seen) UID 4 MODSEQ (...))
    S: a6 OK ...`,
  );
});

test("what is no page is refused", async () => {
  await play(
    engine,
    `${SELECT}
    C: a1 UID SEARCH RETURN (PARTIAL 0:5) ALL
    S: a1 BAD ...
    C: a2 UID SEARCH RETURN (PARTIAL -1:5) ALL
    S: a2 BAD ...
    C: a3 UID SEARCH RETURN (PARTIAL 1:5 ALL) ALL
    S: a3 BAD ...
    C: a4 UID SEARCH RETURN (PARTIAL 1:5 PARTIAL 6:9) ALL
    S: a4 BAD ...
    C: a5 UID FETCH 1:* (UID) (PARTIAL 1:2 PARTIAL 3:4)
    S: a5 BAD ...
    C: a6 UID FETCH 1:* (UID) (PARTIAL)
    S: a6 BAD ...
    C: a7 FETCH 1:* (UID) (PARTIAL 1:2)
    S: a7 BAD PARTIAL is for UID FETCH`,
  );
});
