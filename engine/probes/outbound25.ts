/**
 * Whether this server reaches port 25 of others: many providers close it, and then no mail leaves. Asked
 * of a few large mail hosts, to the greeting and no further; one that greets is proof enough.
 */
import { addressesOf } from "./addresses.ts";
import { dialPeer } from "./peer.ts";
import type { Probe, ProbeContext, ProbeTarget } from "./probe.ts";
import { because, probed, type Outcome } from "./result.ts";

/** Domains whose exchanges are always there; three owners, so that one's trouble proves nothing. */
const LARGE = ["gmail.com", "outlook.com", "yahoo.com"] as const;

/** A single owner that does not answer may have trouble of its own. */
const ENOUGH = 2;

export const outbound25: Probe = {
  kinds: ["outbound25"],
  of: "server",
  async run(target, ctx) {
    const subject = {
      ...({ kind: "outbound25", scope: "host", group: "send", need: "required-send" } as const),
      name: target.server.hostName,
    };
    return [probed(subject, await look(target, ctx))];
  },
};

async function look(target: ProbeTarget, ctx: ProbeContext): Promise<Outcome> {
  const results = await Promise.all(LARGE.map((domain) => knock(domain, target, ctx)));
  const greeted = results.find((result) => result !== null && result.ok);
  if (greeted) return { verdict: "ok", found: [greeted.host] };
  const tried = results.filter((result) => result !== null);
  if (tried.length < ENOUGH) return { verdict: "unknown", reasons: [because("port25.noDns")] };
  return { verdict: "different", reasons: [because("port25.blocked", { n: tried.length })] };
}

/** Null when DNS does not say where: nothing was tried. */
async function knock(
  domain: string,
  target: ProbeTarget,
  ctx: ProbeContext,
): Promise<{ host: string; ok: boolean } | null> {
  const { records } = await ctx.observer.ask(domain, "MX", ctx.signal);
  const host = [...records].sort((a, b) => a.preference - b.preference)[0]?.exchange;
  if (host === undefined) return null;
  const port = ctx.settings.smtpDeliveryPort;
  const { addresses } = await addressesOf(host, port, { target, ctx });
  const address = addresses.find(({ why }) => why === null)?.address;
  if (address === undefined) return null;
  try {
    const socket = await dialPeer(address, port, ctx.signal);
    socket.on("error", () => {});
    socket.end("QUIT\r\n"); // answered by the handshake of TCP already: the port is not closed to us
    return { host, ok: true };
  } catch {
    return { host, ok: false }; // NoPeer: silent, refused, unreachable are all "not reached"
  }
}
