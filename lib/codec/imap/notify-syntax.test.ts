import assert from "node:assert/strict";
import { test } from "node:test";
import { MailError } from "../../mail/errors.ts";
import { Decoder } from "./decoder.ts";
import { NOTIFY_EVENTS } from "./notify-events.ts";
import { notifyArguments } from "./notify-syntax.ts";
import { ImapSyntaxError } from "./syntax-error.ts";

function read(text: string) {
  const d = new Decoder({ lines: [Buffer.from(text)], literals: [] });
  const args = notifyArguments(d);
  d.end();
  return args;
}

test("groups: choices, events, items of new messages", () => {
  assert.deepEqual(read("none"), { status: false, groups: null, unknown: false });
  const { status, groups } = read(
    "Set Status (selected (MessageNew (uid body.peek[header.fields (from)]) messageexpunge))" +
      ' (mailboxes (a "b*") (mailboxname)) (Subtree-One x NONE)',
  );
  assert.equal(status, true);
  assert.deepEqual(
    groups?.map(({ filter, events }) => [filter, [...events]]),
    [
      [{ kind: "selected" }, ["MessageNew", "MessageExpunge"]],
      [{ kind: "mailboxes", names: ["a", "b*"] }, ["MailboxName"]],
      [{ kind: "subtreeOne", names: ["x"] }, []],
    ],
  );
  assert.deepEqual(groups?.[0]?.items[0], { kind: "plain", item: "UID" });
  assert.equal(groups?.[0]?.items.length, 2);
});

test("events without their parentheses, as in the examples of the RFC", () => {
  const { groups } = read(
    "SET (selected-delayed MessageNew (uid) MessageExpunge) (subtree Lists MessageNew MessageExpunge)",
  );
  assert.deepEqual(groups?.[0]?.filter, { kind: "selectedDelayed" });
  assert.deepEqual([...(groups?.[1]?.events ?? [])], ["MessageNew", "MessageExpunge"]);
});

test("unknown events are read and said to be unknown", () => {
  assert.equal(read("SET (personal (MailboxName))").unknown, false);
  assert.equal(read("SET (personal (Sunrise MailboxName))").unknown, true);
  assert.equal(read("SET (selected (MessageNew MessageExpunge AnnotationChange))").unknown, true);
  const [, code] = new MailError("badEvent", "").imap;
  assert.equal(code, `BADEVENT (${NOTIFY_EVENTS.join(" ")})`);
});

test("refused: half a pair, the wrong events or items for a choice, two choices of one", () => {
  for (const text of [
    "",
    "SET",
    "SET STATUS",
    "SET ",
    "NONE ",
    "SET (personal)",
    "SET (personal ())",
    "SET (personal (MessageNew))",
    "SET (personal (MessageExpunge))",
    "SET (personal (FlagChange))",
    "SET (personal (AnnotationChange))",
    "SET (selected (MailboxName))",
    "SET (selected-delayed (ServerMetadataChange))",
    "SET (personal (MessageNew (UID) MessageExpunge))",
    "SET (personal (MailboxName (UID)))",
    "SET (selected (MessageNew () MessageExpunge))",
    "SET (selected NONE) (selected-delayed NONE)",
    "SET (subtree (MailboxName))",
    "SET (everything (MailboxName))",
    "SET (personal (MailboxName)) ",
  ])
    assert.throws(() => read(text), ImapSyntaxError, text);
});

test("noise is refused, never more", () => {
  const words = ["SET", "STATUS", "NONE", "(", ")", " ", " ", "selected", "personal", "subtree", "a", "MessageNew",
    "MessageExpunge", "FlagChange", "MailboxName", "(UID)", "(FLAGS BODY[])", '"x"', "selected-delayed", "*"]; // prettier-ignore
  let seed = 7;
  const next = () => (seed = (seed * 48271) % 0x7fffffff);
  for (let round = 0; round < 5000; round++) {
    const text = Array.from({ length: next() % 14 }, () => words[next() % words.length]).join("");
    try {
      read(`SET (${text}`);
    } catch (error) {
      assert.ok(error instanceof ImapSyntaxError, `${text}: ${String(error)}`);
    }
  }
});
