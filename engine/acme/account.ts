/**
 * Our account at the authority (RFC 8555 §7.3): what its directory says is kept; when a person has agreed to
 * the terms that it names, the account is made, and CAA (RFC 8657) can name it. Twice makes it once: the
 * authority knows the key.
 */
import { MailError } from "../../lib/mail/errors.ts";
import { PROFILE_KEYS } from "../../lib/mail/server-profile.ts";
import { ACME_CHANNEL } from "../../lib/storage/acme-channels.ts";
import {
  noteAccountError,
  noteDirectory,
  noteRegistered,
  readAcmeAccount,
  tellOfAccount,
  type AcmeAccount,
} from "../../lib/storage/acme-accounts.ts";
import { askForLook } from "../../lib/storage/dns-publications.ts";
import { writeSetting } from "../../lib/storage/settings.ts";
import { notifyNow } from "../../lib/storage/sql.ts";
import { clientFor } from "./attempt.ts";
import type { AcmeContext } from "./context.ts";
import { AcmeError, reasonOf } from "./error.ts";

type AccountContext = Omit<AcmeContext, "notifications" | "worker">;

export type Registered = "registered" | "terms" | "none";

/** "terms": somebody has to agree to them first. */
export async function registerAccount(
  ctx: AccountContext,
  { signal, log }: { signal: AbortSignal; log: (text: string) => Promise<void> },
): Promise<Registered> {
  const account = await readAcmeAccount(ctx.pool, ctx.secrets);
  if (!account) return "none";
  try {
    return await register(ctx, account, { signal, log });
  } catch (error) {
    if (error instanceof MailError || !signal.aborted)
      await noteAccountError(ctx.pool, account.id, reasonOf(error));
    throw error;
  } finally {
    await tellOfAccount(ctx.pool);
  }
}

async function register(
  ctx: AccountContext,
  account: AcmeAccount,
  { signal, log }: { signal: AbortSignal; log: (text: string) => Promise<void> },
): Promise<Registered> {
  // §6.2: an account is made, and found, by its key.
  const client = clientFor(ctx, { ...account, accountUrl: null }, { name: "", signal });
  const { meta } = await client.directory();
  await log(`The directory of ${client.server} answers`);
  const termsUrl = meta.termsOfService ?? null;
  const caaIdentities = meta.caaIdentities ?? [];
  await noteDirectory(ctx.pool, account.id, { termsUrl, caaIdentities });
  if (meta.externalAccountRequired === true && account.external === null)
    throw new AcmeError("eab", { server: client.server, text: "an external account is required" });
  const agreed =
    termsUrl === null || (account.termsAgreedAt !== null && account.termsUrl === termsUrl);
  if (!agreed) {
    await log(`Somebody has to agree to its terms: ${termsUrl}`);
    return "terms";
  }
  const { contact, external } = account;
  const accountUrl = await client.register({ contact, termsAgreed: termsUrl !== null, external });
  if (account.accountUrl !== null) await client.setContact(accountUrl, contact);
  await noteRegistered(ctx.pool, account.id, accountUrl);
  await log(`Account ${accountUrl}`);
  const issuer = caaIdentities[0];
  if (issuer !== undefined) {
    const validationMethods = account.methods;
    const value = { issuer, accountUri: accountUrl, validationMethods };
    await writeSetting(ctx.pool, PROFILE_KEYS.issuer, value);
    await askForLook(ctx.pool, null);
  }
  await notifyNow(ctx.pool, ACME_CHANNEL);
  return "registered";
}
