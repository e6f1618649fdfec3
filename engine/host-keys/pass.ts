/** Moves the host's keys on now and then; every engine makes its pass (advance.ts). */
import type { KeysContext } from "../keys/context.ts";
import { about, startPasses } from "../passes.ts";
import { advanceHostKeys } from "./advance.ts";

const EVERY_MS = 30_000;
const FIRST_MS = 8_000;

export const startHostKeys = (ctx: KeysContext): { stop(): Promise<void> } =>
  startPasses({
    firstMs: FIRST_MS,
    everyMs: () => about(EVERY_MS),
    failed: "the host's keys could not move on",
    log: ctx.log,
    run: () => advanceHostKeys(ctx),
  });
