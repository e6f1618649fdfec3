import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_RIGHTS, rightsOf } from "../../../lib/mail/rights.ts";
import type { Seen } from "../access.ts";
import {
  annotationChanges,
  messageChanges,
  nameChanges,
  subscriptionChanges,
  withOwn,
} from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";

function folder(id: number, name: string, more: Partial<Seen> = {}): Seen {
  const counters = { uidNext: 1, highestModseq: 1, messages: 0, unseen: 0, deleted: 0, bytes: 0 };
  const seen = { localName: name, rights: ALL_RIGHTS };
  return {
    id,
    mailboxId: "m",
    name,
    specialUse: null,
    uidValidity: id,
    ...counters,
    ...seen,
    ...more,
  };
}

function snapshot(folders: readonly Seen[], more: Partial<Snapshot> = {}): Snapshot {
  const byId = new Map(folders.map((one) => [one.id, one]));
  return { folders: byId, subscriptions: new Set(), annotations: [], ...more };
}

const names = (before: readonly Seen[], after: readonly Seen[], fromInbox: number[] = []) =>
  [...nameChanges(snapshot(before), snapshot(after), new Set(fromInbox))].map(
    ([name, { oldName }]) => (oldName === null ? name : `${oldName} > ${name}`),
  );

test("names: what goes along with its parent is not told, what moves by itself is", () => {
  const before = [folder(1, "a"), folder(2, "a/b"), folder(3, "a/b/c"), folder(4, "a/d")];
  const renamed = [folder(1, "x"), folder(2, "x/b"), folder(3, "x/b/c"), folder(4, "x/d")];
  assert.deepEqual(names(before, renamed), ["a > x"]);
  const inside = [folder(1, "a"), folder(2, "a/e"), folder(3, "a/e/c"), folder(4, "a/d")];
  assert.deepEqual(names(before, inside), ["a/b > a/e"]);
  const twice = [folder(1, "x"), folder(2, "x/y"), folder(3, "x/y/c"), folder(4, "d")];
  assert.deepEqual(names(before, twice), ["a > x", "a/b > x/y", "a/d > d"]);
});

test("names: created, deleted, in the place of another", () => {
  assert.deepEqual(names([folder(1, "a")], [folder(1, "a"), folder(2, "a/b")]), ["a/b", "a"]);
  assert.deepEqual(names([folder(1, "a")], []), ["a"]);
  assert.deepEqual(names([folder(1, "a"), folder(2, "b")], [folder(2, "a")]), ["b > a"]);
  assert.deepEqual(names([folder(1, "a")], [folder(2, "a")]), ["a"]);
  const inbox = folder(1, "INBOX");
  assert.deepEqual(names([inbox], [inbox, folder(2, "k")], [2]), ["INBOX > k"]);
});

test("names: what may be read now, or not any more", () => {
  const lookup = folder(1, "a", { rights: rightsOf("l") });
  assert.deepEqual(names([lookup], [folder(1, "a")]), ["a"]);
  assert.deepEqual(names([folder(1, "a")], [lookup]), ["a"]);
  assert.deepEqual(names([lookup], [{ ...lookup, rights: rightsOf("lw") }]), []);
});

test("messages: counts, flags, and another mailbox of the name", () => {
  const changes = (before: readonly Seen[], after: readonly Seen[]) =>
    messageChanges(snapshot(before), snapshot(after)).map(({ folder: f, ...rest }) => ({
      name: f.name,
      ...rest,
    }));
  const known = folder(1, "a", { uidNext: 3, messages: 2, unseen: 1, highestModseq: 5 });
  assert.deepEqual(changes([known], [{ ...known, name: "b" }]), []);
  assert.deepEqual(changes([known], [{ ...known, highestModseq: 6 }]), [
    { name: "a", fresh: false, counts: false, unseen: false },
  ]);
  assert.deepEqual(changes([known], [{ ...known, highestModseq: 6, messages: 1, unseen: 0 }]), [
    { name: "a", fresh: false, counts: true, unseen: true },
  ]);
  assert.deepEqual(changes([known], [folder(2, "a")]), [
    { name: "a", fresh: true, counts: true, unseen: true },
  ]);
  assert.deepEqual(changes([], [folder(2, "new")]), []);
});

test("what one did oneself is as if seen; what others did beside it is not", () => {
  const known = folder(1, "a", { uidNext: 3, messages: 2, highestModseq: 5 });
  const own = withOwn(known, [3, 4]);
  assert.deepEqual([own.uidNext, own.messages, own.highestModseq], [5, 4, 6]);
  assert.equal(withOwn(known, [4]), known);
  assert.equal(withOwn(known, []), known);
});

test("subscriptions and annotations: only what differs", () => {
  const a = folder(1, "a");
  const entry = (folderId: number | null, name: string, digest: string) => ({
    ...{ folderId, entry: name, digest },
  });
  const before = snapshot([a], {
    subscriptions: new Set(["x", "y"]),
    annotations: [entry(1, "/p", "1"), entry(1, "/q", "1"), entry(9, "/p", "1")],
  });
  const after = snapshot([a], {
    subscriptions: new Set(["y", "z"]),
    annotations: [entry(1, "/p", "2"), entry(null, "/p", "1")],
  });
  assert.deepEqual([...subscriptionChanges(before, after)], ["x", "z"]);
  assert.deepEqual(annotationChanges(before, after), [
    { folder: a, entries: ["/p", "/q"] },
    { folder: null, entries: ["/p"] },
  ]);
});
