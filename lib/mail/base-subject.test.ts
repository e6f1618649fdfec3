import assert from "node:assert/strict";
import { test } from "node:test";
import { baseSubject } from "./base-subject.ts";

const CASES: readonly (readonly [subject: string, base: string, isReply: boolean])[] = [
  ["", "", false],
  ["Hello", "Hello", false],
  ["  Hello \t there  ", "Hello there", false],
  ["Re: Hello", "Hello", true],
  ["RE:Hello", "Hello", true],
  ["re :  Hello", "Hello", true],
  ["Re: Re: fw: FWD: Hello", "Hello", true],
  ["Re[2]: Hello", "Hello", true],
  ["Re [a] : Hello", "Hello", true],
  ["Re[[2]: Hello", "Re[[2]: Hello", false],
  ["Reply: Hello", "Reply: Hello", false],
  ["Aw: Hello", "Aw: Hello", false],
  ["Hello (fwd)", "Hello", true],
  ["Hello (FWD) (fwd)  ", "Hello", true],
  ["(fwd)", "", true],
  ["Re:", "", true],
  // Tags of lists
  ["[list] Hello", "Hello", false],
  ["[list] [other] Re: [list] Hello", "Hello", true],
  ["[list]", "[list]", false],
  ["[a] [b]", "[b]", false],
  ["[a][b] [c] ", "[c]", false],
  ["[a[b] Hello", "[a[b] Hello", false],
  ["Hello [tag]", "Hello [tag]", false],
  ["Re: [list]", "[list]", true],
  // Forwards in brackets
  ["[Fwd: Hello]", "Hello", true],
  ["[fwd: Re: [list] Hello (fwd)]", "Hello", true],
  ["[Fwd: [fwd: Hello]]", "Hello", true],
  ["Re: [Fwd: Hello] (fwd)", "Hello", true],
  ["[fwd: Hello", "[fwd: Hello", false],
  // A blob with words after it is a tag, whatever is in it
  ["[fwd: Hello] World", "World", false],
  // Encoded words
  ["=?utf-8?q?Re=3A_Gr=C3=BC=C3=9Fe?=", "Grüße", true],
  ["Re: =?iso-8859-1?q?J=FCrgen?= =?iso-8859-1?q?s?=", "Jürgens", true],
  ["=?utf-8?b?5Lya6K6u?= (fwd)", "会议", true],
];

for (const [subject, base, isReply] of CASES) {
  test(`"${subject}" is "${base}"${isReply ? ", in reply" : ""}`, () => {
    assert.deepEqual(baseSubject(subject), { text: base, isReply });
  });
}

test("the base of a base subject is itself", () => {
  for (const [, base] of CASES) assert.equal(baseSubject(base).text, base);
});

test("a subject made of leaders costs no more than its length", () => {
  const started = performance.now();
  for (const piece of ["[a]", "re:", "(fwd)", "[fwd:", " ", "[", "re [a]"])
    baseSubject(piece.repeat(16_384));
  assert.ok(performance.now() - started < 1000);
});
