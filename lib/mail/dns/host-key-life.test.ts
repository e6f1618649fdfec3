/**
 * When a host key may take over and when TLSA of the one before may go; and that a sender that verifies
 * never meets a key that no TLSA names, over random sequences of events.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { tlsaOf } from "../host-key.ts";
import {
  movedOn,
  releaseAt,
  remember,
  seen,
  switchWord,
  tlsaSight,
  wantedKeys,
  type LifeHostKey,
  type Shown,
  type TlsaAnswer,
  type TlsaMemory,
  type TlsaSight,
} from "./host-key-life.ts";

const NOW = new Date("2026-11-26T12:00:00Z");
const HOUR = 3_600_000;
const at = (ms: number) => new Date(NOW.getTime() + ms);

function key(id: string, more: Partial<LifeHostKey> = {}): LifeHostKey {
  return {
    ...{ id, state: "current", createdAt: at(-90 * 24 * HOUR), visibleSince: null, seenTtl: 3600 },
    ...{ lookedAt: NOW, lastSeenAt: null, readyAt: null, usedSince: null },
    ...{ retiredAt: null, releasedAt: null, ...more },
  };
}
const next = (more: Partial<LifeHostKey> = {}) =>
  key("next", { state: "next", createdAt: at(-24 * HOUR), ...more });
const memory = (more: Partial<TlsaMemory> = {}): TlsaMemory => ({
  ...{ at: NOW, published: "yes", lastPublishedAt: NOW, ttl: 3600, ...more },
});
const word = (one: LifeHostKey, kept: TlsaMemory | null = memory()) =>
  switchWord({ next: one, keys: [key("old"), one], memory: kept, now: NOW });

test("a key that was visible for two TTLs, and still is, may take over", () => {
  const visible = next({ visibleSince: at(-2 * HOUR), lastSeenAt: NOW });
  assert.deepEqual(word(visible), { may: true, why: "visible" });
});

test("a moment earlier it may not", () => {
  const early = next({ visibleSince: at(-2 * HOUR + 1), lastSeenAt: NOW });
  assert.deepEqual(word(early), { may: false, why: "tooEarly", at: at(1) });
});

test("the longest TTL counts, whichever key it was seen beside", () => {
  const one = next({ visibleSince: at(-2 * HOUR), lastSeenAt: NOW, seenTtl: 60 });
  const old = key("old", { seenTtl: 7200 });
  const said = switchWord({ next: one, keys: [old, one], memory: memory(), now: NOW });
  assert.deepEqual(said, { may: false, why: "tooEarly", at: at(2 * HOUR) });
});

test("time alone proves nothing: a look after the wait has to have seen it", () => {
  const unconfirmed = next({ visibleSince: at(-5 * HOUR), lastSeenAt: at(-4 * HOUR) });
  assert.equal(word(unconfirmed).may, false);
});

test("what nobody sees, or nobody looked for, waits", () => {
  assert.deepEqual(word(next()), { may: false, why: "notVisible" });
  assert.deepEqual(word(next(), null), { may: false, why: "notLooked" });
  const before = memory({ published: "no", lastPublishedAt: null });
  assert.deepEqual(word(next({ lookedAt: null }), before), { may: false, why: "notLooked" });
});

test("where no TLSA is, and none can be in a cache, there is nothing to wait for", () => {
  const none = { published: "no", lastPublishedAt: null } as const;
  assert.deepEqual(word(next(), memory(none)), { may: true, why: "unpublished" });
  const long = { published: "no", lastPublishedAt: at(-2 * HOUR) } as const;
  assert.deepEqual(word(next(), memory(long)), { may: true, why: "unpublished" });
  const justGone = { published: "no", lastPublishedAt: at(-2 * HOUR + 1) } as const;
  assert.equal(word(next(), memory(justGone)).may, false);
});

test("a key becomes ready by itself when it is visible, and not where nothing is published", () => {
  const visible = next({ visibleSince: at(-2 * HOUR), lastSeenAt: NOW });
  const facts = { certified: new Set<string>(), now: NOW };
  const ready = movedOn({ ...facts, keys: [key("old"), visible], memory: memory() });
  assert.deepEqual(ready.keys[1]?.readyAt, NOW);
  const none = memory({ published: "no", lastPublishedAt: null });
  const idle = movedOn({ ...facts, keys: [key("old"), next()], memory: none });
  assert.equal(idle.keys[1]?.readyAt, null);
  const told = movedOn({ ...facts, keys: [key("old"), next({ readyAt: NOW })], memory: none });
  assert.deepEqual(told.keys[1]?.readyAt, NOW, "a person's word holds");
});

test("a key that is not seen any more is not ready any more", () => {
  const ready = next({ visibleSince: at(-9 * HOUR), lastSeenAt: at(-1), readyAt: at(-1) });
  const sight = { at: NOW, published: "yes", ttl: 60, shown: new Map([["next", "nowhere"]]) };
  const keys = seen([key("old"), ready], sight as TlsaSight);
  const after = movedOn({ keys, memory: memory(), certified: new Set(), now: NOW });
  assert.deepEqual([after.keys[1]?.visibleSince, after.keys[1]?.readyAt], [null, null]);
});

test("silence takes nothing away", () => {
  const visible = next({ visibleSince: at(-HOUR), lastSeenAt: at(-HOUR) });
  const sight: TlsaSight = { at: NOW, published: "unknown", ttl: 0, shown: new Map() };
  assert.deepEqual(seen([visible], sight)[0]?.visibleSince, at(-HOUR));
  assert.deepEqual(remember(memory({ at: at(-1) }), sight), memory({ at: at(-1) }));
});

test("TLSA of a retired key stays while a process may show it, and while a certificate is kept", () => {
  const retired = key("old", { state: "retired", retiredAt: at(-HOUR - 15 * 60_000) });
  assert.deepEqual(releaseAt(retired), NOW);
  const facts = { keys: [retired], memory: memory(), now: NOW };
  const over = movedOn({ ...facts, certified: new Set() });
  assert.deepEqual(over.keys[0]?.releasedAt, NOW);
  assert.deepEqual(wantedKeys(over.keys), []);
  const kept = movedOn({ ...facts, certified: new Set(["old"]) });
  assert.equal(kept.keys[0]?.releasedAt, null);
  const early = movedOn({ ...facts, now: at(-1), certified: new Set() });
  assert.deepEqual(wantedKeys(early.keys), early.keys);
});

test("a row goes when its TLSA is gone from DNS, not before", () => {
  const released = { state: "retired", retiredAt: at(-9 * HOUR), releasedAt: at(-HOUR) } as const;
  const facts = { memory: memory(), certified: new Set<string>(), now: NOW };
  const gone = key("old", { ...released, lastSeenAt: at(-HOUR) });
  assert.deepEqual(movedOn({ ...facts, keys: [gone] }).gone, ["old"]);
  const there = key("old", { ...released, lastSeenAt: NOW });
  assert.deepEqual(movedOn({ ...facts, keys: [there] }).gone, []);
});

test("the next key's TLSA is asked for only after a look at what caches have now", () => {
  const unseen = next({ lookedAt: null });
  const old = key("retired", { state: "retired", retiredAt: NOW });
  assert.deepEqual(wantedKeys([unseen, old, key("current")]), [key("current"), old]);
  assert.deepEqual(wantedKeys([next(), key("current")]), [key("current"), next()]);
});

// ── What answers say ──────────────────────────────────────────────────────────────────────────────

const SPKI = { a: Buffer.from("a"), b: Buffer.from("b") };
const keysOf = (["a", "b"] as const).map((id) => ({ id, spki: SPKI[id] }));
const answer = (text: string, more: Partial<TlsaAnswer> = {}): TlsaAnswer => ({
  ...{ view: "authority", rcode: "NOERROR", ttl: 300 },
  records: [...text].map((id) => tlsaOf(id === "a" ? SPKI.a : id === "b" ? SPKI.b : Buffer.of(0))),
  ...more,
});
const resolver = (text: string) => answer(text, { view: "resolver", ttl: 20 });
const silent = answer("", { rcode: "TIMEOUT" });
const shown = (...names: TlsaAnswer[][]): Record<string, Shown> =>
  Object.fromEntries(tlsaSight(keysOf, names, NOW).shown);

test("visible is what no server denies and the resolver knows", () => {
  const both = [answer("ab"), answer("ab"), silent, resolver("ab")];
  assert.deepEqual(shown(both), { a: "everywhere", b: "everywhere" });
  assert.deepEqual(shown([answer("ab"), answer("a"), resolver("ab")]), {
    ...{ a: "everywhere", b: "partly" },
  });
  assert.deepEqual(shown([answer("ab"), resolver("a")]), { a: "everywhere", b: "partly" });
  assert.deepEqual(shown([answer("ab")]), { a: "partly", b: "partly" });
  assert.deepEqual(shown([answer("a"), resolver("a")]), { a: "everywhere", b: "nowhere" });
});

test("another port's name counts if anything is published there, that of port 25 always", () => {
  const smtp = [answer("ab"), resolver("ab")];
  assert.deepEqual(shown(smtp, [answer(""), resolver("")]).b, "everywhere");
  assert.deepEqual(shown(smtp, [answer("a"), resolver("a")]).b, "partly");
  assert.deepEqual(shown([answer(""), resolver("")], smtp).b, "partly");
  assert.deepEqual(shown([silent], smtp).b, "unknown");
});

test("silence is not absence", () => {
  assert.equal(tlsaSight(keysOf, [[silent]], NOW).published, "unknown");
  assert.equal(tlsaSight(keysOf, [[answer("")], [silent]], NOW).published, "unknown");
  assert.equal(tlsaSight(keysOf, [[answer("")], [resolver("")]], NOW).published, "no");
  assert.equal(tlsaSight(keysOf, [[answer("x")], [silent]], NOW).published, "yes");
  assert.deepEqual(shown([silent]), { a: "unknown", b: "unknown" });
});

test("a record of another kind with the same data is another record", () => {
  const other = { ...tlsaOf(SPKI.a), usage: 2 };
  assert.equal(shown([answer("", { records: [other] })])["a"], "nowhere");
});
