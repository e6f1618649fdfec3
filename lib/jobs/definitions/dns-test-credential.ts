/** Asks a DNS host, with a stored credential, which zone holds a name. Changes nothing. */
import { z } from "zod";
import { defineJob } from "../job.ts";

export const dnsTestCredential = defineJob({
  kind: "dns.test-credential.v1",
  maxAttempts: 1,
  payload: z.object({ credentialId: z.uuid(), name: z.string().min(1).max(253) }),
});
