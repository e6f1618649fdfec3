/** What can be said of the sources without running them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { suite, test } from "node:test";

/** Passes when the tool of node_modules ends with 0; its output is the failure's message. */
function passes(script: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
}

suite("sources", () => {
  test("types agree", () => passes("node_modules/typescript/bin/tsc", "--noEmit"));
  test("lint finds nothing", () => passes("node_modules/eslint/bin/eslint.js", "."));
  test("are formatted", () => passes("node_modules/prettier/bin/prettier.cjs", "--check", "."));
  test("depend on nothing with a licence that binds users", () => passes("scripts/licences.mjs"));
});
