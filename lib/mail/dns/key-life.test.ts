import assert from "node:assert/strict";
import { test } from "node:test";
import {
  moved,
  progressOf,
  RETIRE_MS,
  type LifeInput,
  type LifeKey,
  type LifeRotation,
} from "./key-life.ts";
import type { KeySight } from "./key-sight.ts";
import { stepOf } from "./key-rotation.ts";

const NOW = new Date("2026-11-25T12:00:00Z");
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function key(id: string, more: Partial<LifeKey> = {}): LifeKey {
  return {
    ...{ id, selector: id, state: "publishing", rotationId: null, retiredById: null },
    ...{
      visibleSince: null,
      signingSince: null,
      retiringSince: null,
      safeSince: null,
      revokedAt: null,
    },
    ...{ seenTtl: 3600, ...more },
  };
}
const visible = (id: string, since: number, more: Partial<LifeKey> = {}) =>
  key(id, { state: "visible", visibleSince: ago(since), ...more });
const signing = (id: string, more: Partial<LifeKey> = {}) =>
  key(id, { state: "signing", visibleSince: ago(90 * DAY), signingSince: ago(90 * DAY), ...more });
const rotation = (id: string, more: Partial<LifeRotation> = {}): LifeRotation => ({
  ...{ id, scheduled: false, switchedAt: null, ...more },
});

interface Situation {
  readonly keys: readonly LifeKey[];
  readonly rotations?: readonly LifeRotation[];
  /** Key → what was seen; "gone": no record at all. Seen now, unless told when. */
  readonly seen?: Readonly<Record<string, KeySight["shown"] | "gone">>;
  readonly seenAt?: Date;
  readonly rotateDays?: number;
}

function input({
  keys,
  rotations = [],
  seen = {},
  seenAt = NOW,
  rotateDays,
}: Situation): LifeInput {
  const sights = Object.entries(seen).map(([id, word]): [string, KeySight] => {
    const gone = word === "gone";
    return [id, { at: seenAt, shown: word === "gone" ? "nowhere" : word, gone, ttl: 3600 }];
  });
  return { keys, rotations, sights: new Map(sights), rotateDays: rotateDays ?? null, now: NOW };
}

const movesOf = (situation: Situation) =>
  progressOf(input(situation)).moves.map(({ keyId, to, reason }) => `${keyId} ${to} ${reason}`);

const situations: [what: string, situation: Situation, moves: string[]][] = [
  ["nothing was looked at: nothing happens", { keys: [key("r"), key("e")] }, []],
  [
    "a key that some servers show waits",
    { keys: [key("r"), key("e")], seen: { r: "partly", e: "nowhere" } },
    [],
  ],
  [
    "the first keys sign at once, each as it is seen",
    { keys: [key("r"), key("e")], seen: { r: "everywhere", e: "nowhere" } },
    ["r visible shown", "r signing first"],
  ],
  [
    "both of the first",
    { keys: [key("r"), key("e")], seen: { r: "everywhere", e: "everywhere" } },
    ["r visible shown", "e visible shown", "r signing first", "e signing first"],
  ],
  [
    "one that comes later waits two TTLs",
    { keys: [signing("r"), visible("e", 1.9 * HOUR)], seen: { r: "everywhere", e: "everywhere" } },
    [],
  ],
  [
    "and then signs beside the other",
    { keys: [signing("r"), visible("e", 2 * HOUR)], seen: { r: "everywhere", e: "everywhere" } },
    ["e signing beside"],
  ],
  [
    "a visible key that vanishes is waited for again",
    { keys: [signing("r"), visible("e", DAY)], seen: { r: "everywhere", e: "nowhere" } },
    ["e publishing vanished"],
  ],
  [
    "a signing key that vanishes stops when another one is seen",
    { keys: [signing("r"), signing("e")], seen: { r: "everywhere", e: "nowhere" } },
    ["e publishing vanished"],
  ],
  ["the only one goes on", { keys: [signing("r")], seen: { r: "nowhere" } }, []],
  [
    "and so do all of them when none is seen",
    { keys: [signing("r"), signing("e")], seen: { r: "nowhere", e: "nowhere" } },
    [],
  ],
  [
    "not even when the other could only not be looked at",
    { keys: [signing("r"), signing("e")], seen: { r: "unknown", e: "nowhere" } },
    [],
  ],
  [
    "a signing key that some servers show goes on",
    { keys: [signing("r"), signing("e")], seen: { r: "everywhere", e: "partly" } },
    [],
  ],
  [
    "a rotation waits for all of its keys",
    {
      keys: [signing("o"), visible("r", DAY, { rotationId: "1" }), key("e", { rotationId: "1" })],
      rotations: [rotation("1")],
      seen: { o: "everywhere", r: "everywhere", e: "partly" },
    },
    [],
  ],
  [
    "and until caches have forgotten that they were not there",
    {
      keys: [signing("o"), visible("r", HOUR, { rotationId: "1" })],
      rotations: [rotation("1")],
      seen: { o: "everywhere", r: "everywhere" },
    },
    [],
  ],
  [
    "then the new keys take over and the old ones retire",
    {
      keys: [
        ...[signing("o"), signing("p")],
        ...[visible("r", 2 * HOUR, { rotationId: "1" }), visible("e", DAY, { rotationId: "1" })],
      ],
      rotations: [rotation("1")],
      seen: { o: "everywhere", p: "nowhere", r: "everywhere", e: "everywhere" },
    },
    [
      "p publishing vanished",
      ...["r signing rotation", "e signing rotation"],
      ...["o retiring replaced", "p retiring replaced"],
    ],
  ],
  [
    "where nothing signs a rotation need not wait",
    {
      keys: [key("o"), visible("r", 0, { rotationId: "1" })],
      rotations: [rotation("1")],
      seen: { r: "everywhere" },
    },
    ["r signing rotation"],
  ],
  [
    "a prepared rotation waits for its day",
    {
      keys: [signing("o"), visible("r", 30 * DAY, { rotationId: "1" })],
      rotations: [rotation("1", { scheduled: true })],
      seen: { o: "everywhere", r: "everywhere" },
      rotateDays: 91,
    },
    [],
  ],
  [
    "and its day comes so long after the present keys began to sign",
    {
      keys: [signing("o"), visible("r", 30 * DAY, { rotationId: "1" })],
      rotations: [rotation("1", { scheduled: true })],
      seen: { o: "everywhere", r: "everywhere" },
      rotateDays: 90,
    },
    ["r signing rotation", "o retiring replaced"],
  ],
  [
    "without a schedule it has none",
    {
      keys: [signing("o"), visible("r", 30 * DAY, { rotationId: "1" })],
      rotations: [rotation("1", { scheduled: true })],
      seen: { o: "everywhere", r: "everywhere" },
    },
    [],
  ],
  [
    "a retiring key is kept until nothing on its way carries its signatures",
    { keys: [key("o", { state: "retiring", retiringSince: ago(RETIRE_MS - 1) })] },
    [],
  ],
  [
    "then it is safe to delete",
    { keys: [key("o", { state: "retiring", retiringSince: ago(RETIRE_MS) })] },
    ["o safe_to_delete over"],
  ],
  [
    "and is deleted when its record is gone",
    {
      keys: [key("o", { state: "safe_to_delete", safeSince: ago(HOUR) })],
      seen: { o: "gone" },
    },
    ["o deleted gone"],
  ],
  [
    "what was seen before it was safe does not count",
    {
      keys: [key("o", { state: "safe_to_delete", safeSince: ago(HOUR) })],
      seen: { o: "gone" },
      seenAt: ago(2 * HOUR),
    },
    [],
  ],
  [
    "nor does another record in its place",
    {
      keys: [key("o", { state: "safe_to_delete", safeSince: ago(HOUR) })],
      seen: { o: "nowhere" },
    },
    [],
  ],
  [
    "a revoked key never comes back",
    {
      keys: [
        key("o", { state: "retiring", retiringSince: ago(DAY), revokedAt: ago(DAY) }),
        key("p", { revokedAt: ago(DAY) }),
      ],
      seen: { o: "everywhere", p: "everywhere" },
    },
    [],
  ],
];

for (const [what, situation, moves] of situations)
  test(what, () => assert.deepEqual(movesOf(situation), moves));

test("what was done once is not done again", () => {
  const before = input({
    keys: [signing("o"), visible("r", DAY, { rotationId: "1" })],
    rotations: [rotation("1")],
    seen: { o: "everywhere", r: "everywhere" },
  });
  const { moves, switched } = progressOf(before);
  assert.deepEqual(switched, ["1"]);
  const keys = before.keys.map((one) =>
    moves.filter(({ keyId }) => keyId === one.id).reduce((row, move) => moved(row, move, NOW), one),
  );
  assert.deepEqual(
    keys.map(({ state, retiredById }) => [state, retiredById]),
    [
      ["retiring", "1"],
      ["signing", null],
    ],
  );
  const rotations = [rotation("1", { switchedAt: NOW })];
  assert.deepEqual(progressOf({ ...before, keys, rotations }), { moves: [], switched: [] });
});

test("a TTL of weeks does not hold a rotation up for longer than two days", () => {
  const keys = [signing("o"), visible("r", 2 * DAY, { rotationId: "1", seenTtl: 60 * 86_400 })];
  const seen = { o: "everywhere", r: "everywhere" } as const;
  assert.equal(movesOf({ keys, rotations: [rotation("1")], seen }).length, 2);
});

test("a rotation's step follows from its keys", () => {
  const open = { id: "1", switchedAt: null, finishedAt: null, cancelledAt: null };
  const own = (state: LifeKey["state"]) => ({ state, rotationId: "1", retiredById: null });
  const old = (state: LifeKey["state"]) => ({ state, rotationId: null, retiredById: "1" });
  const after = { ...open, switchedAt: NOW };
  assert.equal(stepOf(open, [own("visible"), own("publishing")]), "publish");
  assert.equal(stepOf(open, [own("visible"), own("visible")]), "wait");
  assert.equal(stepOf(after, [own("signing"), old("retiring"), old("safe_to_delete")]), "keep");
  assert.equal(stepOf(after, [own("signing"), old("safe_to_delete")]), "remove");
  assert.equal(stepOf(after, [own("signing")]), "done");
  assert.equal(stepOf({ ...after, cancelledAt: NOW }, []), "cancelled");
});
