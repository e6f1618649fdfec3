/** Work that comes round by itself: first some while after the start, then again and again, never twice at once. */
import type { Logger } from "pino";

export interface Passes {
  /** After a start others are busy too. */
  readonly firstMs: number;
  /** From the end of one to the next; asked each time, so that engines need not march in step. */
  readonly everyMs: () => number;
  /** What the log says when one fails; the next is made all the same. */
  readonly failed: string;
  readonly log: Logger;
  /** `signal`: we stop, and whoever can end early should. */
  run(signal: AbortSignal): Promise<unknown>;
}

export function startPasses({ firstMs, everyMs, failed, log, run }: Passes): {
  stop(): Promise<void>;
} {
  const ending = new AbortController();
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  const plan = (ms: number) => {
    timer = setTimeout(() => (running = once()), ms).unref();
  };
  const once = async () => {
    try {
      await run(ending.signal);
    } catch (err) {
      log.error({ err }, failed);
    }
    if (!ending.signal.aborted) plan(everyMs());
  };
  plan(firstMs);
  return {
    async stop() {
      ending.abort();
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}

/** About so long: engines that started together do not look together. */
export const about = (ms: number): number => ms * (0.8 + 0.4 * Math.random());
