import { test } from "node:test";
import { ALICE, SELECT, imapEngine, lines, play } from "./support.ts";

const engine = await imapEngine();
const mail = (day: number, subject: string, ...fields: string[]) =>
  engine.deliver(
    ALICE,
    lines(`Subject: ${subject}`, `Date: ${day} Mar 2026 12:00:00 +0000`, ...fields, "", "Text."),
  );
await mail(1, "Plan", "Message-ID: <plan@a>");
await mail(9, "Re: Plan", "Message-ID: <re1@a>", "References: <plan@a>");
await mail(2, "Re: Plan", "Message-ID: <re2@a>", "In-Reply-To: <plan@a> <other@a>");
await mail(3, "Re: [list] Plan", "Message-ID: <re3@a>", "References: <plan@a> <re2@a>");
await mail(4, "Something else", "Message-ID: <x1@a>", "References: <gone@a>");
await mail(5, "Other words", "Message-ID: <x2@a>", "References: <gone@a>");
await mail(6, "=?utf-8?q?Re=3A_plan?=");
await mail(7, "Plan", "Message-ID: <plan@a>");

const threads = (command: string, answer: string) => `
    C: q ${command}
    S: * THREAD${answer}
    S: q OK ...`;

test("the three algorithms", async () => {
  await play(
    engine,
    `${SELECT}
    ${threads("THREAD REFERENCES UTF-8 ALL", " ((1 (3 4)(7)(2))(8))((5)(6))")}
    ${threads("THREAD REFS UTF-8 ALL", " ((5)(6))(7)(8)(1 (3 4)(2))")}
    ${threads("THREAD ORDEREDSUBJECT UTF-8 ALL", " (1 (3)(4)(7)(8)(2))(5)(6)")}`,
  );
});

test("only what the search finds, by number or by uid", async () => {
  await play(
    engine,
    `${SELECT}
    ${threads("THREAD REFERENCES US-ASCII 2:4", " ((3 4)(2))")}
    ${threads("UID THREAD REFS UTF-8 UID 1:2", " (1 2)")}
    ${threads("UID THREAD REFS UTF-8 SUBJECT nothing-like-it", "")}
    C: a1 SEARCH RETURN (SAVE) 5:6
    S: a1 OK ...
    ${threads("THREAD REFS UTF-8 $", " ((5)(6))")}`,
  );
});

test("what is no thread is refused", async () => {
  await play(
    engine,
    `C: a0 THREAD REFS UTF-8 ALL
    S: a0 BAD ...
    ${SELECT}
    C: a1 THREAD JWZ UTF-8 ALL
    S: a1 BAD Unknown threading algorithm
    C: a2 THREAD REFERENCES ALL
    S: a2 NO [BADCHARSET ...
    C: a3 THREAD REFERENCES UTF-8
    S: a3 BAD ...
    C: a4 THREAD RETURN (ALL) REFERENCES UTF-8 ALL
    S: a4 BAD ...
    C: a5 THREAD REFS UTF-8 99
    S: a5 BAD There is no message of that number`,
  );
});
