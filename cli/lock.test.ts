import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, suite, test } from "node:test";
import { testFolder } from "../tests/support/cluster.ts";
import { acquireLock, findHolder, Held, isRunning, processOf } from "./lock.ts";

const folder = testFolder();
const file = join(folder, "lock");
const holder = (change: object) =>
  writeFileSync(
    file,
    JSON.stringify({
      ...processOf(process.pid),
      ...{ role: "start", stopping: false, console: null, children: [] },
      ...change,
    }),
  );

suite("the lock of a data folder", () => {
  afterEach(() => rmSync(file, { force: true }));
  after(() => rmSync(folder, { recursive: true }));

  test("is taken, told, changed and given back", async () => {
    const lock = await acquireLock(folder, "start");
    lock.update({ console: "http://localhost:8080" });
    assert.equal(findHolder(folder)?.console, "http://localhost:8080");
    lock.release();
    assert.equal(findHolder(folder), null);
  });

  test("of a process that lives and stays is refused", async () => {
    holder({});
    await assert.rejects(acquireLock(folder, "start"), Held);
    assert.equal(findHolder(folder)?.pid, process.pid);
  });

  test("of a process that is stopping is waited for", async () => {
    holder({ stopping: true });
    setTimeout(() => rmSync(file), 300);
    const began = Date.now();
    (await acquireLock(folder, "start")).release();
    assert.ok(Date.now() - began >= 250);
  });

  test("of a dead process is taken over", async () => {
    holder({ pid: 2 ** 22 - 1, startedAt: "1" });
    (await acquireLock(folder, "start")).release();
  });

  test("of a dead process whose id was given again is taken over", async () => {
    holder({ startedAt: "1" });
    assert.equal(findHolder(folder), null);
    (await acquireLock(folder, "start")).release();
  });

  test("that was cut off in the middle of writing is taken over", async () => {
    writeFileSync(file, '{"pid":');
    (await acquireLock(folder, "start")).release();
  });

  test("the children of a dead holder are ended first", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const orphan = processOf(child.pid ?? 0);
    holder({ pid: 2 ** 22 - 1, startedAt: "1", children: [orphan] });
    (await acquireLock(folder, "start")).release();
    assert.equal(isRunning(orphan), false);
  });

  test("of two who come at once, one gets it", async () => {
    holder({ pid: 2 ** 22 - 1, startedAt: "1" });
    const script = `import { acquireLock } from ${JSON.stringify(new URL("lock.ts", import.meta.url).href)};
      const lock = await acquireLock(${JSON.stringify(folder)}, "start");
      console.log("got it");
      setTimeout(() => lock.release(), 4000);`;
    const outputs = await Promise.all([1, 2].map(() => runScript(script)));
    assert.equal(outputs.filter((output) => output.includes("got it")).length, 1);
    assert.equal(outputs.filter((output) => output.includes("holds the data folder")).length, 1);
  });

  test("holds no secret and is ours alone to read", async () => {
    const lock = await acquireLock(folder, "command");
    assert.deepEqual(Object.keys(JSON.parse(readFileSync(file, "utf8"))).sort(), [
      ...["children", "console", "pid", "role", "startedAt", "stopping"],
    ]);
    lock.release();
  });
});

function runScript(source: string): Promise<string> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", source]);
  let output = "";
  child.stdout.on("data", (data) => (output += String(data)));
  child.stderr.on("data", (data) => (output += String(data)));
  return new Promise((resolve) => child.once("close", () => resolve(output)));
}
