/** What a mail program needs to know of this server, as it is: name, ports, and what DNS was seen to say. */
import { clientSettings, type ClientSettings } from "../mail/clients/settings.ts";
import { receivesMail } from "../mail/domain-mode.ts";
import { PROFILE_KEYS } from "../mail/server-profile.ts";
import type { Db } from "../storage/client.ts";
import { findDomain } from "../storage/domains.ts";
import { listEngines, type EngineListener } from "../storage/engines.ts";
import { getServerProfile } from "../storage/server-profile.ts";
import { getSetting } from "../storage/settings.ts";
import type { ServiceContext } from "./context.ts";
import { getEngineStatus } from "./engine-status.ts";

export async function getClientSettings(ctx: ServiceContext): Promise<ClientSettings> {
  const { prisma } = ctx;
  const [profile, set, listeners] = await Promise.all([
    getServerProfile(prisma, ctx.hostName),
    getSetting(prisma, PROFILE_KEYS.services),
    knownListeners(ctx),
  ]);
  const announced = set === null ? null : profile.services;
  return clientSettings({ hostName: profile.hostName, announced, listeners });
}

/** Of the engines that report; while all are silent, of the last that did: ports outlive a restart. */
async function knownListeners(ctx: ServiceContext): Promise<EngineListener[]> {
  const { engines } = await getEngineStatus(ctx);
  const all = engines.length > 0 ? engines : await listEngines(ctx.prisma);
  return all.flatMap(({ listeners }) => listeners);
}

/** A domain whose mailboxes are here, by its name in lower-case A-labels; not one that is switched off. */
export async function findServedDomain(db: Db, name: string): Promise<string | null> {
  const domain = await findDomain(db, name);
  return domain && !domain.disabled && receivesMail(domain.mode) ? domain.name : null;
}
