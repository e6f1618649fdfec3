/** Work of lib/jobs/definitions/dns-test-credential.ts. */
import { dnsTestCredential } from "../../lib/jobs/definitions/dns-test-credential.ts";
import { noteCredentialTest } from "../../lib/storage/dns-credentials.ts";
import { testCredential } from "../publish/publication.ts";
import { handle } from "./handler.ts";

export const dnsTestCredentialHandler = handle(dnsTestCredential, async (payload, job, ctx) => {
  const result = await testCredential(ctx, payload, job);
  await noteCredentialTest(ctx.pool, payload.credentialId);
  return result;
});
