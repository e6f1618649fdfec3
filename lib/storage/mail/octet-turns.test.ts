import assert from "node:assert/strict";
import { test } from "node:test";
import { OctetTurns } from "./octet-turns.ts";

const KIB = 1024;

test("the slices are the chunk", async () => {
  const chunk = Buffer.from(Array.from({ length: 150 * KIB }, (_, at) => at % 251));
  const slices: Buffer[] = [];
  for await (const slice of new OctetTurns().slices(chunk)) slices.push(slice);
  assert.ok(slices.every(({ length }) => length <= 64 * KIB));
  assert.deepEqual(Buffer.concat(slices), chunk);
});

test("whoever works at the same time shares one turn, and all come to their end", async () => {
  const turns = new OctetTurns();
  let [turn, most, worked] = [0, 0, 0];
  const perTurn = new Map<number, number>();
  const count = () => {
    turn++;
    if (worked < 20 * 100 * KIB) setImmediate(count);
  };
  setImmediate(count);
  const work = async () => {
    for await (const { length } of turns.slices(Buffer.alloc(100 * KIB))) {
      worked += length;
      perTurn.set(turn, (perTurn.get(turn) ?? 0) + length);
      most = Math.max(most, perTurn.get(turn) ?? 0);
    }
  };
  await Promise.all(Array.from({ length: 20 }, work));
  assert.equal(worked, 20 * 100 * KIB);
  assert.ok(most <= 2 * 192 * KIB, `${most} octets between two rounds`);
  assert.ok(perTurn.size > 5, `${perTurn.size} rounds`);
});
