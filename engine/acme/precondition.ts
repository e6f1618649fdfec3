/**
 * What has to be seen before an authority is asked: the name leads to this server, and CAA (RFC 8659,
 * RFC 8657) lets that authority issue to us. Asking without it costs one of the few tries that it allows.
 */
import { issuesTo } from "../../lib/mail/acme/caa-permits.ts";
import type { Sight } from "../../lib/mail/dns/observer.ts";
import type { AcmeAccount } from "../../lib/storage/acme-accounts.ts";
import { readServerProfile } from "../../lib/storage/server-profile.ts";
import type { AcmeContext } from "./context.ts";
import { AcmeError } from "./error.ts";

/** Throws where the name leads elsewhere or nowhere. Answers what a line of the log says. */
export async function requireLeadsHere(
  ctx: AcmeContext,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const server = await readServerProfile(ctx.pool, ctx.settings.mailHostname);
  const [four, six] = await Promise.all([
    ctx.observer.look(name, "A", signal),
    ctx.observer.look(name, "AAAA", signal),
  ]);
  const [v4, v6] = [heard(four.sights), heard(six.sights)];
  if (v4 === null && v6 === null) throw new AcmeError("dnsSilent", { name });
  // Every server that answers is asked by somebody: the authority may be that one.
  const found = [...(v4 ?? []), ...(v6 ?? [])];
  const all = [...new Set(found.flat())];
  if (all.length === 0) throw new AcmeError("noAddress", { name });
  const ours = new Set([...server.ipv4, ...server.ipv6]);
  const addresses = all.join(", ");
  // Where nobody said which addresses are ours, one that is there has to do.
  if (ours.size === 0) return `${name} leads to ${addresses}`;
  const isSeenByAll = (lists: readonly string[][] | null) =>
    lists !== null && lists.length > 0 && lists.every((list) => list.some((ip) => ours.has(ip)));
  if (!isSeenByAll(v4) && !isSeenByAll(v6)) throw new AcmeError("elsewhere", { name, addresses });
  return `${name} leads to this server (${addresses})`;
}

/** What each server said: authorities, or the resolver where none can be asked. Null: nobody said anything. */
function heard(sights: readonly Sight<string>[]): string[][] | null {
  const said = sights.filter(({ rcode }) => rcode === "NOERROR" || rcode === "NXDOMAIN");
  const authorities = said.filter(({ view }) => view === "authority");
  const those = authorities.length > 0 ? authorities : said;
  return those.length === 0 ? null : those.map(({ records }) => [...records]);
}

/**
 * The first CAA set on the way from the name to the root decides (RFC 8659 §3). Silence forbids nothing here:
 * the authority looks itself, and says so.
 */
export async function requirePermission(
  ctx: AcmeContext,
  account: AcmeAccount,
  { name, signal }: { name: string; signal: AbortSignal },
): Promise<string> {
  if (account.caaIdentities.length === 0) return "The authority names no identity for CAA";
  const labels = name.split(".");
  for (let at = 0; at < labels.length; at++) {
    const owner = labels.slice(at).join(".");
    const { records, rcode } = await ctx.observer.ask(owner, "CAA", signal);
    if (rcode !== "NOERROR" && rcode !== "NXDOMAIN")
      return `CAA of ${owner} could not be looked up (${rcode})`;
    if (records.length === 0) continue;
    const { caaIdentities, accountUrl, methods } = account;
    const refusal = issuesTo(records, { caaIdentities, accountUrl, methods });
    if (refusal === null) return `CAA of ${owner} permits it`;
    const issuer = caaIdentities[0] ?? "";
    if (refusal.kind === "account") throw new AcmeError("caaAccount", { at: owner, issuer });
    if (refusal.kind === "methods")
      throw new AcmeError("caaMethods", { at: owner, found: refusal.found });
    throw new AcmeError("caaForbids", { at: owner, issuer, name });
  }
  return "No CAA record restricts who may issue";
}
