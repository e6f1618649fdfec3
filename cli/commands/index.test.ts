import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS } from "./index.ts";

test("a command goes by the name under which it is found", async () => {
  for (const { name, load } of COMMANDS) assert.equal((await load()).name, name);
});
