import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadAlgorithm } from "../codec/imap/types.ts";
import { baseSubject } from "./base-subject.ts";
import { caseMap } from "./collation.ts";
import { finish } from "./steps.ts";
import { threadSteps } from "./threading.ts";
import type { Threadable, Tree } from "./threading.ts";

interface Mail {
  readonly id?: string | null;
  readonly refs?: string;
  readonly subject?: string;
  /** Its number without one. */
  readonly sent?: number;
}

function mailbox(...mails: readonly Mail[]): Threadable[] {
  return mails.map(({ id = null, refs = "", subject = "", sent }, index) => {
    const { text, isReply } = baseSubject(subject);
    return {
      uid: index + 1,
      sent: sent ?? index + 1,
      messageId: id,
      references: refs.split(" ").filter((ref) => ref !== ""),
      subject: { text: caseMap(text), isReply },
    };
  });
}

/** As IMAP writes it, a dummy as "?". */
function show({ message, children }: Tree): string {
  const own = message === null ? "?" : String(message.uid);
  const [only] = children;
  if (children.length === 1 && only !== undefined) return `${own} ${show(only)}`;
  return children.length === 0 ? own : `${own} ${children.map((c) => `(${show(c)})`).join("")}`;
}

const thread = (algorithm: "ORDEREDSUBJECT" | "REFERENCES" | "REFS", ...mails: Mail[]) =>
  finish(threadSteps(algorithm, mailbox(...mails)))
    .map((tree) => `(${show(tree)})`)
    .join("");
const byReferences = (...mails: Mail[]) => thread("REFERENCES", ...mails);

test("ORDEREDSUBJECT: by subject, then by date; no grandchildren", () => {
  assert.equal(
    thread(
      "ORDEREDSUBJECT",
      { subject: "Re: b", sent: 9 },
      { subject: "a", sent: 5 },
      { subject: "B", sent: 1 },
      { subject: "[list] a (fwd)", sent: 4 },
      { subject: "re: A", sent: 4 },
    ),
    "(3 1)(4 (5)(2))",
  );
  assert.equal(thread("ORDEREDSUBJECT"), "");
});

test("answers hang below what they answer, in whatever order they came", () => {
  const root = { id: "a" };
  const answer = { id: "b", refs: "a" };
  const second = { id: "c", refs: "a b" };
  assert.equal(byReferences(root, answer, second), "(1 2 3)");
  assert.equal(byReferences(second, answer, root), "(3 2 1)");
  assert.equal(byReferences(answer, root, second), "(2 1 3)");
});

test("siblings are in the order of their dates, and of the mailbox when these are the same", () => {
  assert.equal(
    byReferences(
      { id: "a" },
      { id: "b", refs: "a", sent: 9 },
      { id: "c", refs: "a", sent: 8 },
      { id: "d", refs: "a", sent: 8 },
    ),
    "(1 (3)(4)(2))",
  );
});

test("a missing parent is a dummy above two, and nothing above one", () => {
  assert.equal(byReferences({ id: "b", refs: "a" }), "(1)");
  assert.equal(byReferences({ id: "b", refs: "a" }, { id: "c", refs: "a" }), "(? (1)(2))");
  // Dummies in the middle give their children to the message above.
  assert.equal(
    byReferences({ id: "a" }, { id: "c", refs: "a b" }, { id: "d", refs: "a b" }),
    "(1 (2)(3))",
  );
  // Dummies below dummies as well.
  assert.equal(byReferences({ id: "d", refs: "a b c" }, { id: "e", refs: "a b x" }), "(? (1)(2))");
  // A thread is as old as its first message.
  assert.equal(
    byReferences(
      { id: "x", sent: 5 },
      { id: "b", refs: "a", sent: 9 },
      { id: "c", refs: "a", sent: 4 },
    ),
    "(? (3)(2))(1)",
  );
});

test("loops are not made", () => {
  assert.equal(byReferences({ id: "a", refs: "a" }), "(1)");
  assert.equal(byReferences({ id: "a", refs: "b" }, { id: "b", refs: "a" }), "(2 1)");
  assert.equal(byReferences({ id: "a", refs: "b a b a" }, { id: "b", refs: "a b" }), "(2 1)");
  assert.equal(
    byReferences({ id: "a", refs: "c" }, { id: "b", refs: "a" }, { id: "c", refs: "b" }),
    "(3 1 2)",
  );
});

test("an id that comes twice is the first's; one without id is alone", () => {
  assert.equal(byReferences({ id: "a" }, { id: "a" }, { id: "b", refs: "a" }), "(1 3)(2)");
  assert.equal(byReferences({}, {}, { refs: "a" }, { id: "a" }), "(1)(2)(4 3)");
});

test("its own references are right, whatever another message said", () => {
  // 2 was shortened on its way and says that b answers a.
  assert.equal(
    byReferences({ id: "a" }, { id: "d", refs: "a b" }, { id: "x" }, { id: "b", refs: "x" }),
    "(1)(3 4 2)",
  );
  assert.equal(byReferences({ id: "a" }, { id: "d", refs: "a b" }, { id: "b" }), "(1)(3 2)");
});

test("threads of one subject are one thread, when a reply says so", () => {
  assert.equal(byReferences({ subject: "x" }, { subject: "Re: x" }), "(1 2)");
  assert.equal(byReferences({ subject: "Re: x" }, { subject: "x" }), "(2 1)");
  assert.equal(byReferences({ subject: "x" }, { subject: "X" }), "(? (1)(2))");
  assert.equal(byReferences({ subject: "Re: x" }, { subject: "Fwd: x" }), "(? (1)(2))");
  assert.equal(byReferences({ subject: "" }, { subject: "Re:" }), "(1)(2)");
  assert.equal(
    byReferences({ subject: "x" }, { subject: "x" }, { subject: "Re: x" }),
    "(? (1)(2)(3))",
  );
});

test("dummies of one subject are one dummy", () => {
  const family = (of: string) => [
    { id: `${of}1`, refs: of, subject: "Re: x" },
    { id: `${of}2`, refs: of, subject: "Re: x" },
  ];
  assert.equal(byReferences(...family("a"), ...family("b")), "(? (1)(2)(3)(4))");
  assert.equal(byReferences({ subject: "x" }, ...family("a")), "(? (1)(2)(3))");
});

test("REFS: no subjects, and the thread with the newest message comes last", () => {
  const mails = [
    { id: "a", sent: 1 },
    { id: "b", sent: 2, subject: "x" },
    { id: "c", sent: 9, refs: "a" },
    { id: "d", sent: 3, subject: "Re: x" },
    { id: "e", sent: 4, refs: "gone" },
    { id: "f", sent: 5, refs: "gone" },
  ];
  assert.equal(thread("REFS", ...mails), "(2)(4)(? (5)(6))(1 3)");
  assert.equal(byReferences(...mails), "(1 3)(2 4)(? (5)(6))");
});

// ── Size ────────────────────────────────────────────────────────────────────────────────────────

const COUNT = 10_000;
const SHAPES: readonly (readonly [name: string, mail: (at: number) => Mail])[] = [
  ["one deep thread", (at) => ({ id: `m${at}`, refs: at > 0 ? `m${at - 1}` : "" })],
  ["one deep thread, newest first", (at) => ({ id: `m${-at}`, refs: `m${-at - 1}` })],
  ["one wide thread", (at) => ({ id: `m${at}`, refs: "m0" })],
  ["one subject", (at) => ({ id: `m${at}`, subject: at % 2 === 0 ? "x" : "Re: x" })],
  [
    "long references",
    (at) => ({
      id: `m${at}`,
      refs: Array.from({ length: 50 }, (_, back) => `m${(at * 31 + back * 17) % COUNT}`).join(" "),
    }),
  ],
];

for (const [name, mail] of SHAPES)
  test(`${COUNT} messages, ${name}: everybody once, in time, in short steps`, () => {
    const messages = mailbox(...Array.from({ length: COUNT }, (_, at) => mail(at)));
    for (const algorithm of ["ORDEREDSUBJECT", "REFERENCES", "REFS"] as const) {
      const runs = [1, 2, 3].map(() => timed(algorithm, messages));
      for (const { trees } of runs)
        assert.deepEqual(
          numbers(trees),
          messages.map(({ uid }) => uid),
        );
      // The first run also compiles: the best of three counts.
      assert.ok(Math.min(...runs.map(({ ms }) => ms)) < 1_000, `${algorithm}: the whole`);
      assert.ok(Math.min(...runs.map(({ longest }) => longest)) < 50, `${algorithm}: a step`);
    }
  });

/** Processor time of this thread, ms: what else the machine does is not in it. */
function spent(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function timed(algorithm: ThreadAlgorithm, messages: readonly Threadable[]) {
  const started = spent();
  const steps = threadSteps(algorithm, messages);
  let longest = 0;
  for (let last = started; ;) {
    const { done, value } = steps.next();
    const now = spent();
    longest = Math.max(longest, now - last);
    last = now;
    if (done === true) return { trees: value, longest, ms: now - started };
  }
}

function numbers(roots: readonly Tree[]): number[] {
  const found: number[] = [];
  const open = [...roots];
  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    if (tree.message !== null) found.push(tree.message.uid);
    for (const child of tree.children) open.push(child);
  }
  return found.sort((a, b) => a - b);
}
