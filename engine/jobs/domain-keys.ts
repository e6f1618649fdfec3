/** Work of lib/jobs/definitions/domain-keys.ts. What has keys by now is left alone. */
import { domainKeys } from "../../lib/jobs/definitions/domain-keys.ts";
import { addFirstKeys, withoutKeys } from "../../lib/storage/first-keys.ts";
import { newSealedKeys } from "../../lib/storage/seal-dkim-keys.ts";
import { handle } from "./handler.ts";

/** A statement's worth: some seconds of work, after which it is told how far it is. */
const BATCH = 10;

export const domainKeysHandler = handle(domainKeys, async ({ domainIds }, job, ctx) => {
  const total = domainIds.length;
  let done = 0;
  for (let at = 0; at < total; at += BATCH) {
    await job.checkCancelled();
    job.signal.throwIfAborted();
    const missing = await withoutKeys(ctx.pool, domainIds.slice(at, at + BATCH));
    const keys = await Promise.all(
      missing.map(async (domainId) => {
        const own = await newSealedKeys(ctx.secrets);
        return own.map((key) => ({ ...key, domainId }));
      }),
    );
    done += await addFirstKeys(ctx.pool, keys.flat());
    await job.progress(Math.min(at + BATCH, total), total);
  }
  return { keys: done };
});
