/** Certificates from Debian's pebble, with a real engine and the real web listeners. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { missing } from "../support/tools.ts";
import { acmeWorld, eventually, HOST, portOf, shownAt } from "./acme-world.ts";

const skip = missing("pebble");

describe("certificates by ACME", { skip }, () => {
  test("http-01: the host's name, with the host's key, shown by web and engine without restart", async () => {
    const world = await acmeWorld({ zone: { [HOST]: { A: ["127.0.0.1"] } } });
    const { engine, web } = world;
    const before = await shownAt(engine.ports.imaps, HOST);
    await world.setUp({ methods: "http-01" });
    const row = await world.wait(HOST, ({ state }) => state === "issued");
    assert.equal(row.method, "http-01");
    assert.equal(row.certificate?.source, "acme");
    assert.ok(row.certificate.hostKeyId, "it is made with the host's key");
    const { fingerprint } = row.certificate;
    assert.notEqual(fingerprint, before);
    for (const port of [engine.ports.imaps, portOf(web, "https")])
      await eventually("the new certificate", async () =>
        (await shownAt(port, HOST)) === fingerprint ? true : null,
      );
  });
});
