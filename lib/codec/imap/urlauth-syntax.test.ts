import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder } from "./decoder.ts";
import { ImapSyntaxError } from "./syntax-error.ts";
import { genUrlAuthArguments, resetKeyArguments, urlFetchArguments } from "./urlauth-syntax.ts";

function read<T>(line: string, production: (d: Decoder) => T): T {
  const d = new Decoder({ lines: [Buffer.from(line)], literals: [] });
  const value = production(d);
  d.end();
  return value;
}

test("each command reads what its grammar says", () => {
  assert.deepEqual(read(' "a b" INTERNAL c x-1.y', genUrlAuthArguments), [
    { url: "a b", mechanism: "INTERNAL" },
    { url: "c", mechanism: "X-1.Y" },
  ]);
  assert.equal(read("", resetKeyArguments), null);
  assert.deepEqual(read(" inbox", resetKeyArguments), { mailbox: "INBOX", mechanisms: [] });
  assert.deepEqual(read(" x INTERNAL XSAMPLE", resetKeyArguments)?.mechanisms, ["INTERNAL", "XSAMPLE"]); // prettier-ignore
  assert.deepEqual(read(' "a" (b) (c binary BODYPARTSTRUCTURE)', urlFetchArguments), [
    { url: "a", items: [], extended: false },
    { url: "b", items: [], extended: true },
    { url: "c", items: ["BINARY", "BODYPARTSTRUCTURE"], extended: true },
  ]);
});

test("refused: nothing, half a pair, unknown items, an item twice, BODY beside BINARY", () => {
  const refused = (production: (d: Decoder) => unknown, ...lines: string[]) => {
    for (const line of lines) assert.throws(() => read(line, production), ImapSyntaxError, line);
  };
  refused(genUrlAuthArguments, "", " a", " a INTERNAL b", " a INTERNAL ", " a IN=TERNAL", "a X");
  refused(resetKeyArguments, " ", " x ", " x A_B", " x  y");
  refused(urlFetchArguments, "", " ", " a ", " ()", " (a", " (a BINARY BODY)", " (a BODY BODY)");
  refused(urlFetchArguments, " (a SIZE)", " (a  BODY)", " a BODY)", " a".repeat(1001));
});
