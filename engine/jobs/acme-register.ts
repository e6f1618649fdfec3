/** Work of lib/jobs/definitions/acme-register.ts. */
import { acmeRegister } from "../../lib/jobs/definitions/acme-register.ts";
import { registerAccount } from "../acme/account.ts";
import { handle } from "./handler.ts";

const REGISTER_MS = 120_000;

export const acmeRegisterHandler = handle(acmeRegister, async (_payload, job, ctx) => {
  const signal = AbortSignal.any([job.signal, AbortSignal.timeout(REGISTER_MS)]);
  const state = await registerAccount(ctx, { signal, log: (text) => job.log(text) });
  return { state };
});
