/** From a credential's row to its provider: the secret is opened here, and kept no longer than it is used. */
import { credentialContext, readCredentialSettings } from "../../lib/mail/dns/credential.ts";
import type { CredentialRow } from "../../lib/storage/dns-credentials.ts";
import { openCloudflare } from "./cloudflare.ts";
import { openDesec } from "./desec.ts";
import { PublishError } from "./error.ts";
import type { Provider } from "./provider.ts";
import type { PublishContext } from "./publish.ts";
import { openRfc2136 } from "./rfc2136/provider.ts";

export function openProvider(ctx: PublishContext, row: CredentialRow): Provider {
  const settings = readCredentialSettings(row.provider, row.settings);
  if (!settings) throw new PublishError("badSecret");
  const secret = openSecret(ctx, row);
  const allowPrivate = row.privateNetworks || ctx.settings.deliverToPrivateNetworks;
  switch (settings.provider) {
    case "rfc2136":
      return openRfc2136(ctx, { settings, secret, allowPrivate });
    case "cloudflare":
      return openCloudflare({ token: secret, baseUrl: settings.baseUrl });
    case "desec":
      return openDesec({ token: secret, baseUrl: settings.baseUrl });
  }
}

function openSecret({ secrets }: PublishContext, { id, secret }: CredentialRow): string {
  try {
    return secrets.open(secret, credentialContext(id)).toString("utf8");
  } catch (cause) {
    throw new PublishError("badSecret", {}, { cause });
  }
}
