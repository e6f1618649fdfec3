/** The server's own name: what greets, what MX records point to, where the console lives. */
import { getSetting, HOST_NAME_KEY, setSetting } from "../storage/settings.ts";
import type { Db } from "../storage/client.ts";
import type { HostName } from "../schemas/forms.ts";
import type { Actor } from "./actor.ts";
import { audit } from "./audit.ts";
import { transact, type ServiceContext } from "./context.ts";
import { can } from "./permissions.ts";

export async function getHostName(ctx: ServiceContext, db: Db = ctx.prisma): Promise<string> {
  const value = await getSetting(db, HOST_NAME_KEY);
  return typeof value === "string" ? value : ctx.hostName;
}

export async function setHostName(
  ctx: ServiceContext,
  actor: Actor,
  { hostName }: HostName,
): Promise<"done" | "notAllowed"> {
  if (!can(actor, "server.write", null)) return "notAllowed";
  return transact<"done">(ctx, async (tx) => {
    const before = await getHostName(ctx, tx);
    await setSetting(tx, HOST_NAME_KEY, hostName);
    await audit(tx, actor, {
      action: "server.hostName",
      subject: hostName,
      changes: { hostName: [before, hostName] },
    });
    return "done";
  });
}
