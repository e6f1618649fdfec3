/** Work of lib/jobs/definitions/host-key-advance.ts. */
import { hostKeyAdvance } from "../../lib/jobs/definitions/host-key-advance.ts";
import { advanceHostKeys } from "../host-keys/advance.ts";
import { handle } from "./handler.ts";

export const hostKeyAdvanceHandler = handle(hostKeyAdvance, async (_payload, _job, ctx) => {
  await advanceHostKeys(ctx, { lookNow: true });
  return {};
});
