import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Child, ChildFailure } from "./child.ts";

const READY = `process.on("SIGTERM", () => { console.log("draining"); process.exit(0); });
  process.send({ type: "ready", listeners: [{ protocol: "smtp", address: "::", port: 2525, tls: "starttls" }] });
  setInterval(() => {}, 1000);`;

function makeChild(source: string) {
  const lines: string[] = [];
  const crashes: string[] = [];
  let starts = 0;
  const child = new Child({
    name: "toy",
    args: ["-e", source],
    env: { ...process.env, NODE_OPTIONS: "" },
    onLine: (line) => lines.push(line),
    onStart: () => starts++,
    onCrash: (text) => crashes.push(text),
  });
  return { child, lines, crashes, starts: () => starts };
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 25));
  assert.ok(condition(), "did not come true in 10 s");
}

suite("a child of the supervisor", () => {
  test("tells its listeners and drains when asked to stop", async () => {
    const { child, lines, crashes } = makeChild(READY);
    const [listener] = await child.start();
    assert.deepEqual([listener?.protocol, listener?.port], ["smtp", 2525]);
    await child.stop();
    assert.deepEqual(lines, ["draining"]);
    assert.deepEqual(crashes, []);
  });

  test("that ends before it is ready is a failure with its exit code", async () => {
    const { child } = makeChild("process.exit(78)");
    await assert.rejects(child.start(), (error) => {
      assert.ok(error instanceof ChildFailure);
      assert.equal(error.exitCode, 78);
      return true;
    });
  });

  test("that crashes is started again, and again", async () => {
    const { child, crashes, starts } = makeChild(READY);
    await child.start();
    process.kill(child.pid ?? 0, "SIGKILL");
    await until(() => starts() === 2);
    process.kill(child.pid ?? 0, "SIGKILL");
    await until(() => starts() === 3);
    assert.deepEqual(crashes, ["ended by SIGKILL", "ended by SIGKILL"]);
    await child.stop();
  });

  test("is not started again once it is stopped", async () => {
    const { child, starts } = makeChild(READY);
    await child.start();
    process.kill(child.pid ?? 0, "SIGKILL");
    await until(() => child.pid !== null && starts() === 1);
    await child.stop();
    await new Promise((resolve) => setTimeout(resolve, 800));
    assert.equal(starts(), 1);
  });
});
