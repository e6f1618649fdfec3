/** Moves the host's keys on now and then; every engine makes its pass (advance.ts). */
import type { KeysContext } from "../keys/context.ts";
import { advanceHostKeys } from "./advance.ts";

const EVERY_MS = 30_000;
/** After a start others are busy too. */
const FIRST_MS = 8_000;

export function startHostKeys(ctx: KeysContext): { stop(): Promise<void> } {
  let isOver = false;
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  const plan = (ms: number) => {
    timer = setTimeout(() => (running = once()), ms).unref();
  };
  const once = async () => {
    try {
      await advanceHostKeys(ctx);
    } catch (err) {
      ctx.log.error({ err }, "the host's keys could not move on");
    }
    if (!isOver) plan(EVERY_MS * (0.8 + 0.4 * Math.random())); // engines do not march in step
  };
  plan(FIRST_MS);
  return {
    async stop() {
      isOver = true;
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}
