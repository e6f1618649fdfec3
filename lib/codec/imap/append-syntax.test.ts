import assert from "node:assert/strict";
import { test } from "node:test";
import { appendRun, appendRunAfter } from "./append-syntax.ts";
import type { AppendPlace } from "./append-syntax.ts";
import { Decoder } from "./decoder.ts";
import { ImapSyntaxError } from "./syntax-error.ts";

const over = (line: string) => new Decoder({ lines: [Buffer.from(line)], literals: [] });
const first = (line: string, several = true) => {
  const d = over(line);
  const run = appendRun(d, { several });
  d.end();
  return run;
};
const after = (line: string, place: AppendPlace, several = true) => {
  const d = over(line);
  const run = appendRunAfter(d, place, { several });
  d.end();
  return run;
};
const PLAIN = { utf8: false, catenated: false };
const PART = { utf8: false, catenated: true };
const begins = (catenated: boolean, flags: string[] = []) => ({
  ...{ kind: "message", flags, internalDate: null, catenated },
});
const octets = (size: number, more = {}) => ({
  ...{ kind: "octets", literal: { size, sync: true, binary: false, ...more } },
});
const end = { kind: "end" };

test("a message is a literal, a literal8, one in UTF8, or put together", () => {
  assert.deepEqual(first("(\\Seen) {5}"), {
    steps: [begins(false, ["\\Seen"]), octets(5)],
    place: PLAIN,
  });
  assert.deepEqual(first("~{5+}").steps[1], octets(5, { sync: false, binary: true }));
  assert.deepEqual(first("UTF8 (~{5}").place, { utf8: true, catenated: false });
  assert.deepEqual(first('CATENATE (URL "/a/;UID=1" URL b TEXT {3}'), {
    steps: [begins(true), { kind: "url", url: "/a/;UID=1" }, { kind: "url", url: "b" }, octets(3)],
    place: PART,
  });
  assert.deepEqual(first("catenate (utf8 (~{3}").place, { utf8: true, catenated: true });
});

test("what follows octets is read where they stood", () => {
  assert.deepEqual(after("", PLAIN), { steps: [end], place: null });
  assert.deepEqual(after(")", PART), { steps: [end], place: null });
  assert.deepEqual(after("))", { utf8: true, catenated: true }), { steps: [end], place: null });
  assert.deepEqual(after(" URL x) (\\Seen) CATENATE (URL y) {4}", PART).steps, [
    ...[{ kind: "url", url: "x" }, end],
    ...[begins(true, ["\\Seen"]), { kind: "url", url: "y" }, end],
    ...[begins(false), octets(4)],
  ]);
});

test("refused: no part, other words, another place, a second message for REPLACE", () => {
  const refused = (work: () => unknown) => assert.throws(work, ImapSyntaxError);
  for (const line of [
    "CATENATE ()",
    "CATENATE",
    "CATENATE (",
    "CATENATE URL x",
    "CATENATE (URL x",
    "CATENATE ({3}",
    "CATENATE (URL)",
    "CATENATE (TEXT x)",
    "CATENATE (UTF8 ({3}",
    "CATENATE (URL x )",
    "CATENATE (URL x  URL y)",
    "CATENATE (FILE x)",
    "CATENATE (URL x) ",
    "TEXT {3}",
    "UTF8 ({3}",
    "NONSENSE",
    "",
  ])
    // prettier-ignore
    refused(() => first(line));
  refused(() => after(")", PLAIN));
  refused(() => after("", PART));
  refused(() => after(")", { utf8: true, catenated: true }));
  refused(() => after(" {4}", PLAIN, false));
  refused(() => first("CATENATE (URL x) {4}", false));
  refused(() => first(`CATENATE (${"URL x ".repeat(1100)}URL x)`));
});
