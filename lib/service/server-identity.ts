/**
 * The server's own name, addresses and announced ports: what greets, what MX records point to, what mail
 * programs are told. Each is a row that wins over what was found; each change has the world looked at anew.
 */
import { getSetting, HOST_NAME_KEY, setSetting, takeSetting } from "../storage/settings.ts";
import type { Db } from "../storage/client.ts";
import { askForLookNow } from "../storage/dns-checks.ts";
import { getServerProfile } from "../storage/server-profile.ts";
import { PROFILE_KEYS } from "../mail/server-profile.ts";
import type { HostName } from "../schemas/forms.ts";
import type { AnnouncedPorts, ServerAddresses } from "../schemas/server.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { can } from "./permissions.ts";

type Outcome = "done" | "notAllowed";

export async function getHostName(ctx: ServiceContext, db: Db = ctx.prisma): Promise<string> {
  const value = await getSetting(db, HOST_NAME_KEY);
  return typeof value === "string" ? value : ctx.hostName;
}

export async function setHostName(
  ctx: ServiceContext,
  actor: Actor,
  { hostName }: HostName,
): Promise<Outcome> {
  return transact<Outcome>(ctx, async (tx) => {
    if (!can(actor, "server.write", null)) return "notAllowed";
    const before = await getHostName(ctx, tx);
    await setSetting(tx, HOST_NAME_KEY, hostName);
    await audit(tx, actor, {
      action: "server.hostName",
      subject: hostName,
      changes: { hostName: [before, hostName] },
    });
    await lookAnew(tx);
    return "done";
  });
}

/** None: what the engine finds counts again. */
export async function setAddresses(
  ctx: ServiceContext,
  actor: Actor,
  { addresses: { ipv4, ipv6 } }: ServerAddresses,
): Promise<Outcome> {
  return transact<Outcome>(ctx, async (tx) => {
    if (!can(actor, "server.write", null)) return "notAllowed";
    const before = await getServerProfile(tx, ctx.hostName);
    if (ipv4.length + ipv6.length === 0) await takeSetting(tx, PROFILE_KEYS.addresses);
    else await setSetting(tx, PROFILE_KEYS.addresses, { ipv4, ipv6 });
    const after = await getServerProfile(tx, ctx.hostName);
    await audit(tx, actor, {
      action: "server.addresses",
      subject: after.hostName,
      changes: {
        addresses: [
          [...before.ipv4, ...before.ipv6],
          [...after.ipv4, ...after.ipv6],
        ],
        addressSource: [before.addressSource, after.addressSource],
      },
    });
    await lookAnew(tx);
    return "done";
  });
}

export async function setAnnouncedPorts(
  ctx: ServiceContext,
  actor: Actor,
  ports: AnnouncedPorts,
): Promise<Outcome> {
  return transact<Outcome>(ctx, async (tx) => {
    if (!can(actor, "server.write", null)) return "notAllowed";
    const { services, hostName } = await getServerProfile(tx, ctx.hostName);
    await setSetting(tx, PROFILE_KEYS.services, { ...ports });
    await audit(tx, actor, {
      action: "server.services",
      subject: hostName,
      changes: { services: [{ ...services }, { ...ports }] },
    });
    await lookAnew(tx);
    return "done";
  });
}

/** What was seen until now is about what was wanted until now. */
const lookAnew = (tx: Db) => askForLookNow(tx, null, { everySeconds: 0, anew: true });
