/** Apple's profile for the account that a one-time link gave: made, signed when there is something to sign with. */
import type pg from "pg";
import { signedData } from "../mail/clients/cms.ts";
import { mobileConfig, type ProfileTexts } from "../mail/clients/mobileconfig.ts";
import type { ClientSettings } from "../mail/clients/settings.ts";
import { automaticServers } from "../mail/clients/settings.ts";
import { loadCertificates } from "../storage/certificates.ts";
import { getClientSettings } from "./client-settings.ts";
import type { ServiceContext } from "./context.ts";
import { chooseSigner } from "./device-guide.ts";
import { redeemDeviceLink } from "./device-links.ts";

export type ProfileOutcome =
  | { readonly outcome: "done"; readonly address: string; readonly profile: Buffer }
  | { readonly outcome: "notFound" | "gone" | "tooMany" | "notOffered" };

interface Request {
  readonly token: string;
  readonly remoteIp: string | null;
  readonly textsFor: (address: string) => ProfileTexts;
}

/** Everything that can fail is asked before the link is used up. */
export async function makeDeviceProfile(
  ctx: ServiceContext,
  pool: pg.Pool,
  { token, remoteIp, textsFor }: Request,
): Promise<ProfileOutcome> {
  const settings = await getClientSettings(ctx);
  if (!canHaveProfile(settings)) return { outcome: "notOffered" };
  const certificates = await loadCertificates(pool, ctx.secrets);
  const signer = chooseSigner(certificates, settings.hostName);
  const redeemed = await redeemDeviceLink(ctx, token, remoteIp);
  if (redeemed.outcome !== "done") return redeemed;
  const { account } = redeemed;
  const text = mobileConfig(account, settings, textsFor(account.address));
  if (text === null) return { outcome: "notOffered" };
  const plain = Buffer.from(text);
  const profile = signer ? signedData(plain, signer, new Date()) : plain;
  return { outcome: "done", address: account.address, profile };
}

export function canHaveProfile(settings: ClientSettings): boolean {
  const servers = automaticServers(settings);
  return ["imap", "smtp"].every((wanted) => servers.some(({ protocol }) => protocol === wanted));
}
