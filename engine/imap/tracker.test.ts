import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNumSet } from "../../lib/codec/imap/numset.ts";
import type { FolderChange, Uid } from "../../lib/mail/ports.ts";
import { Tracker } from "./tracker.ts";
import type { View } from "./tracker.ts";

/** A folder as a list of uids, changed as the store changes its views: first the view, then the word. */
function folder(...uids: Uid[]) {
  const view: View = {
    get count() {
      return uids.length;
    },
    uidAt: (row) => uids[row] ?? NaN,
    rowOf: (uid) => uids.indexOf(uid),
    lowerBound: (uid) =>
      uids.findIndex((u) => u >= uid) >>> 0 < uids.length
        ? uids.findIndex((u) => u >= uid)
        : uids.length,
    modseqAt: (row) => uids[row] ?? 0,
  };
  const tracker = new Tracker(view);
  const change = (part: Partial<FolderChange>) =>
    tracker.note({ added: [], expunged: [], changed: [], highestModseq: 1, ...part });
  return {
    view,
    tracker,
    add(...added: Uid[]) {
      uids.push(...added);
      change({ added });
    },
    expunge(...expunged: Uid[]) {
      for (const uid of expunged) uids.splice(uids.indexOf(uid), 1);
      change({ expunged });
    },
    flag: (...changed: Uid[]) => change({ changed }),
  };
}

const set = (text: string) => {
  const ranges = parseNumSet(text);
  assert.ok(ranges !== null && ranges !== "$");
  return ranges;
};
/** What the session believes: the uid of each of its numbers. */
const belief = (tracker: Tracker) =>
  Array.from({ length: tracker.exists }, (_, i) => tracker.uidOf(i + 1));

test("numbers count removed messages until their removal is told", () => {
  const f = folder(10, 20, 30, 40);
  f.expunge(20, 40);
  assert.deepEqual(belief(f.tracker), [10, 20, 30, 40]);
  assert.deepEqual(
    [10, 20, 30, 40].map((uid) => f.tracker.seqOf(uid)),
    [1, 2, 3, 4],
  );
  assert.deepEqual(f.tracker.takeExpunges(), [2, 3]);
  assert.deepEqual(belief(f.tracker), [10, 30]);
});

test("new messages are not counted before they are told", () => {
  const f = folder(10, 20);
  f.add(30);
  assert.equal(f.tracker.exists, 2);
  assert.equal(f.tracker.seqOf(30), 0);
  assert.deepEqual(f.tracker.uidsOf(set("1:*")), [10, 20]);
  assert.equal(f.tracker.takeExists(), 3);
  assert.equal(f.tracker.takeExists(), null);
  assert.equal(f.tracker.seqOf(30), 3);
});

test("a message that came and went unseen leaves no trace", () => {
  const f = folder(10);
  f.add(20);
  f.flag(20);
  f.expunge(20);
  assert.equal(f.tracker.hasNews, false);
});

test("EXISTS counts what is gone but not told, so that a later EXPUNGE fits", () => {
  const f = folder(10, 20);
  f.expunge(10);
  f.add(30);
  assert.equal(f.tracker.takeExists(), 3);
  assert.deepEqual(belief(f.tracker), [10, 20, 30]);
  assert.deepEqual(f.tracker.takeExpunges(), [1]);
  assert.deepEqual(belief(f.tracker), [20, 30]);
});

test("sequence sets name removed messages, uid sets pass over them", () => {
  const f = folder(10, 20, 30);
  f.expunge(20);
  assert.deepEqual(f.tracker.uidsOfSeqs(set("2:*")), [20, 30]);
  assert.deepEqual(f.tracker.uidsOf(set("20:*")), [30]);
  assert.equal(f.tracker.uidsOfSeqs(set("4")), null);
  assert.deepEqual(f.tracker.uidsOf(set("99:*")), [30]); // "*" is the last, whatever stands before it
});

test("an empty folder has no numbers, and 1:* of nothing is nothing", () => {
  const f = folder();
  assert.deepEqual(f.tracker.uidsOfSeqs(set("1:*")), []);
  assert.deepEqual(f.tracker.uidsOf(set("1:*")), []);
});

test("own changes are not told again, later ones by others are", () => {
  const f = folder(10, 20);
  f.flag(10, 20); // modseq of a row is its uid here
  f.tracker.known([10, 20], 15);
  assert.deepEqual(f.tracker.takeChanged(), [20]);
});

test("whatever happens in whatever order, replaying what was told gives the folder", () => {
  for (let round = 0; round < Number(process.env.FUZZ ?? 200); round++) {
    const f = folder(1, 2, 3, 4, 5);
    let told = [1, 2, 3, 4, 5];
    let next = 6;
    for (let step = 0; step < 30; step++) {
      const dice = Math.random();
      if (dice < 0.3) f.add(next++);
      else if (dice < 0.6 && f.view.count > 0)
        f.expunge(f.view.uidAt(Math.floor(Math.random() * f.view.count)));
      else if (dice < 0.8) for (const seq of f.tracker.takeExpunges()) told.splice(seq - 1, 1);
      else if (f.tracker.takeExists() !== null) told = belief(f.tracker);
      assert.deepEqual(belief(f.tracker), told);
    }
  }
});
