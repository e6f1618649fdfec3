/** Our engine beside a program of somebody else, with a folder for its files: neither without the program. */
import { rmSync } from "node:fs";
import { after, before } from "node:test";
import { testFolder } from "../support/cluster.ts";
import { startTestEngine, type TestEngine } from "../support/engine.ts";
import { missing, type InteropProgram } from "../support/tools.ts";

export interface Beside {
  /** For the tests: why they are passed over, or false. */
  readonly skip: ReturnType<typeof missing>;
  readonly engine: TestEngine;
  readonly folder: string;
}

/** For the tests of a file. `prepare` makes what the program needs, when engine and folder are there. */
export function beside(
  program: InteropProgram,
  mailboxes: readonly string[],
  prepare: () => void = () => undefined,
): Beside {
  let engine: TestEngine | undefined;
  let folder: string | undefined;
  const skip = missing(program);
  before(async () => {
    if (skip) return;
    engine = await startTestEngine({ mailboxes });
    folder = testFolder();
    prepare();
  });
  after(async () => {
    await engine?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  return {
    skip,
    get engine() {
      return given(engine);
    },
    get folder() {
      return given(folder);
    },
  };
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Asked for before the tests begin");
  return value;
}
