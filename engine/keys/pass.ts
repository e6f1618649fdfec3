/**
 * Moves signing keys on that only time moves, or whose domain the checks do not look at just now. Every
 * engine makes its pass; the looks are shared (engine/keys/look.ts), the rest waits for a row's lock.
 */
import { listMoving } from "../../lib/storage/key-life.ts";
import { about, startPasses } from "../passes.ts";
import { advanceKeys } from "./advance.ts";
import type { KeysContext } from "./context.ts";

const EVERY_MS = 30_000;
const FIRST_MS = 5_000;
/** Domains of one pass; those left out are as likely as others to be in the next. */
const MAX_DOMAINS = 100;
/** Looks wait for the network, mostly. */
const AT_ONCE = 4;

export const startKeys = (ctx: KeysContext): { stop(): Promise<void> } =>
  startPasses({
    firstMs: FIRST_MS,
    everyMs: () => about(EVERY_MS),
    failed: "a pass over signing keys failed",
    log: ctx.log,
    run: (signal) => passKeys(ctx, () => signal.aborted),
  });

/** One pass over all domains whose keys may move. */
export async function passKeys(ctx: KeysContext, isOver = () => false): Promise<void> {
  const waiting = await listMoving(ctx.pool, ctx.clock.now(), MAX_DOMAINS);
  const worker = async () => {
    for (let id = waiting.pop(); id !== undefined && !isOver(); id = waiting.pop()) {
      try {
        await advanceKeys(ctx, id);
      } catch (err) {
        ctx.log.error({ err, domainId: id }, "signing keys of a domain could not move on");
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
