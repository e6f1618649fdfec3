/** What follows a look that was kept, in this order. Each is safe to run again and logs its own failures. */
import { hurryWaiting } from "../../lib/storage/managed-certificates.ts";
import { advanceHostKeys } from "../host-keys/advance.ts";
import { advanceKeys } from "../keys/advance.ts";
import type { WatchContext } from "./context.ts";
import type { Target } from "./target.ts";

export type AfterLook = (ctx: WatchContext, target: Target) => Promise<void>;

/** Keys that DNS shows now begin to sign. */
const keysMoveOn: AfterLook = async (ctx, { row }) => {
  if (row.domainId === null) return;
  try {
    await advanceKeys(ctx, row.domainId);
  } catch (err) {
    ctx.log.error({ err, domainId: row.domainId }, "signing keys of a domain could not move on");
  }
};

/** Whether the host's zone is signed decides what TLSA is worth. */
const hostKeysMoveOn: AfterLook = async (ctx, { row }) => {
  if (row.domainId !== null) return;
  try {
    await advanceHostKeys(ctx);
  } catch (err) {
    ctx.log.error({ err }, "the host's keys could not move on");
  }
};

/** A name that leads here now gets its certificate. */
const certificatesGoOn: AfterLook = async (ctx, { row }) => {
  try {
    await hurryWaiting(ctx.pool, row.domainId);
  } catch (err) {
    ctx.log.error({ err, domainId: row.domainId }, "certificates that wait were not looked for");
  }
};

export const AFTER_LOOK: readonly AfterLook[] = [keysMoveOn, hostKeysMoveOn, certificatesGoOn];
