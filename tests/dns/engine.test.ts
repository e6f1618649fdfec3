/** The observer as the engine has it: from the settings, closed with it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestEngine } from "../support/engine.ts";
import { delegate, dnsWorld } from "./world.ts";

test("the engine looks where the settings say", async () => {
  const world = await dnsWorld();
  const MX = [{ preference: 10, exchange: "mx.a.test" }];
  delegate(world, "a.test", { records: { "a.test": { MX } } });
  const { root, port } = world.dns;
  const dns = { servers: [world.resolver.address], trusted: true, roots: [root.address] };
  const engine = await startTestEngine({
    settings: { dns: { ...dns, authorityPort: port }, deliverToPrivateNetworks: true },
  });
  const { observer } = engine.engine.ctx;
  const { sights } = await observer.look("a.test", "MX");
  assert.deepEqual(
    sights.map(({ view, records }) => [view, records.length]),
    [
      ["authority", 1],
      ["authority", 1],
      ["resolver", 0],
    ],
  );
  for (const name of ["one", "two"]) world.dns.one(name).mood = "silent";
  const unfinished = observer.look("b.a.test", "MX");
  await engine.stop();
  assert.ok((await unfinished).sights.every(({ rcode }) => rcode !== "NOERROR"));
  await world.close();
});

test("an engine of a test that sets no roots asks its own resolver alone, at once", async () => {
  const engine = await startTestEngine({ zone: { "a.test": { A: ["192.0.2.1"] } } });
  const { sights } = await engine.engine.ctx.observer.look("a.test", "A");
  assert.deepEqual(
    sights.map(({ view, records }) => [view, records]),
    [["resolver", ["192.0.2.1"]]],
  );
  await engine.stop();
});
