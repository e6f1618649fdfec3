/** Several engines tell what they found; the console and the engines read the same profile. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { storageFixture } from "../../tests/support/storage.ts";
import { getServerProfile, keepDetected, readServerProfile } from "./server-profile.ts";

const fixture = await storageFixture();
const { pool, prisma } = fixture;
after(() => fixture.close());

test("each machine keeps its own entry, and one that was silent for a day is forgotten", async () => {
  await keepDetected(pool, { machine: "one", interfaces: ["198.51.100.1"], resolved: [] });
  await keepDetected(pool, { machine: "two", interfaces: ["198.51.100.2"], resolved: [] });
  const { ipv4 } = await readServerProfile(pool, "mx.own.example");
  assert.deepEqual(ipv4, ["198.51.100.1", "198.51.100.2"]);
  assert.deepEqual((await getServerProfile(prisma, "mx.own.example")).ipv4, ipv4);

  await pool.query(`UPDATE setting SET value = jsonb_set(value, '{hosts,one,at}',
    to_jsonb(now() - interval '2 days'))`);
  await keepDetected(pool, { machine: "two", interfaces: ["198.51.100.3"], resolved: [] });
  assert.deepEqual((await readServerProfile(pool, "x")).ipv4, ["198.51.100.3"]);
});
