/** Reads the authority's directory and makes the account there; twice makes it once. */
import { z } from "zod";
import { defineJob } from "../job.ts";

export const acmeRegister = defineJob({
  kind: "acme.register.v1",
  maxAttempts: 5,
  payload: z.object({}),
});
