/** The first signing keys of domains that were added together: making RSA keys takes longer than people wait. */
import { z } from "zod";
import { MAX_LISTED } from "../../mail/domain-input.ts";
import { defineJob } from "../job.ts";

export const domainKeys = defineJob({
  kind: "domain.keys.v1",
  maxAttempts: 5,
  payload: z.object({ domainIds: z.array(z.uuid()).max(MAX_LISTED) }),
});
