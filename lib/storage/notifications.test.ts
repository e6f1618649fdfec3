import assert from "node:assert/strict";
import { after, test } from "node:test";
import pg from "pg";
import { testDatabase } from "../../tests/support/database.ts";
import { eventually } from "../../tests/support/storage.ts";
import { Notifications, type Notice } from "./notifications.ts";

const { url } = await testDatabase();
const here = new Notifications({ databaseUrl: url });
const there = new Notifications({ databaseUrl: url });
await Promise.all([here.start(), there.start()]);
after(() => Promise.all([here.close(), there.close()]));

test("a notice reaches every process once, and its sender knows it as its own", async () => {
  const heard: [string, Notice][] = [];
  here.listen("test_a", (notice) => heard.push(["here", notice]));
  there.listen("test_a", (notice) => heard.push(["there", notice]));
  await there.listening();
  await here.listening();
  here.publish("test_a", ["x", "y"]);
  here.publish("test_a", ["y", "z"]);
  await eventually(() => heard.length >= 2, "both hear");
  assert.deepEqual(
    heard.toSorted(([a], [b]) => a.localeCompare(b)),
    [
      ["here", { words: ["x", "y", "z"], own: true }],
      ["there", { words: ["x", "y", "z"], own: false }],
    ],
  );
});

test("what does not fit in one notice goes in several", async () => {
  const words = new Set<string>();
  there.listen("test_b", (notice) => notice.words.forEach((word) => words.add(word)));
  await there.listening();
  here.publish(
    "test_b",
    Array.from({ length: 3_000 }, (_, n) => `word${n}`),
  );
  await eventually(() => words.size === 3_000, "all words arrive");
});

test("a connection that was cut is opened again, and listeners are told", async () => {
  let again = 0;
  let heard = 0;
  there.onReconnect(() => again++);
  there.listen("test_c", () => heard++);
  await there.listening();
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'posthorn notices' AND datname = current_database()`,
  );
  await eventually(() => again === 1, "it is connected again");
  await admin.query("NOTIFY test_c");
  await eventually(() => heard === 1, "it listens again");
  await admin.end();
});
