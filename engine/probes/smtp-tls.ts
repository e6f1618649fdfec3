/**
 * STARTTLS and certificate of every exchange of a domain, as another server sees them (RFC 3207, RFC 8461
 * §4.1, RFC 7672). Mail is delivered without a good certificate too; it is what MTA-STS "enforce" needs.
 * A silent port 25 may be our own way out being closed: that is "could not check", never a fault of theirs.
 */
import type { CheckResult } from "../../lib/mail/dns/check.ts";
import { addressesOf, type Dialable } from "./addresses.ts";
import { judgeCertificate } from "./certificate.ts";
import { greet } from "./greet.ts";
import { dialPeer, NoPeer, secured, type PeerTls } from "./peer.ts";
import type { Probe, ProbeContext, ProbeTarget } from "./probe.ts";
import { because, probed, worst, type Outcome } from "./result.ts";

/** A domain with more exchanges has them for load, not for difference. */
const MAX_EXCHANGES = 5;
/** All domains of a server share its exchange; a person who has just mended it looks again in a minute. */
const SHARED_MS = 60_000;

export const smtpTls: Probe = {
  kinds: ["smtpTls"],
  of: "domain",
  async run(target, ctx) {
    if (target.domain === null) return [];
    const { records } = await ctx.observer.ask(target.domain, "MX", ctx.signal);
    const hosts = [...records]
      .sort((a, b) => a.preference - b.preference)
      .map(({ exchange }) => exchange.replace(/\.$/, "").toLowerCase())
      .filter((host) => host !== "");
    const some = [...new Set(hosts)].slice(0, MAX_EXCHANGES);
    return Promise.all(some.map((host) => checkExchange(host, target, ctx)));
  },
};

async function checkExchange(
  host: string,
  target: ProbeTarget,
  ctx: ProbeContext,
): Promise<CheckResult> {
  const subject = {
    ...({ kind: "smtpTls", of: host, scope: "domain", group: "encrypt" } as const),
    need: "recommended",
    name: host,
  } as const;
  const port = ctx.settings.smtpDeliveryPort;
  const { addresses, silent } = await addressesOf(host, port, { target, ctx });
  if (addresses.length === 0) {
    const reason = because(silent ? "probe.dnsSilent" : "probe.noAddress", { host });
    return probed(subject, { verdict: "unknown", reasons: [reason] });
  }
  const outcomes = await Promise.all(
    addresses.map((address) => checkAddress({ host, port, address }, target, ctx)),
  );
  // An address family that we have no way out to says nothing about the host.
  const said = outcomes.filter(({ verdict }) => verdict !== "unknown");
  return probed(subject, worst(said.length > 0 ? said : outcomes) ?? { verdict: "unknown" });
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly address: Dialable;
}

async function checkAddress(
  { host, port, address: { address, why } }: Place,
  target: ProbeTarget,
  ctx: ProbeContext,
): Promise<Outcome> {
  if (why !== null) {
    return { verdict: "unknown", reasons: [because("probe.private", { host, address })] };
  }
  const key = `smtpTls ${host} ${address} ${port}`;
  const seen = await ctx.memo.through(key, SHARED_MS, () => visit({ host, address, port }, ctx));
  if ("verdict" in seen) return seen;
  return judge(host, judgeCertificate(host, seen, ctx.now()), { target, tls: seen });
}

/** The certificate that is shown, or what came instead. */
async function visit(
  { host, address, port }: { host: string; address: string; port: number },
  { settings, roots, signal }: ProbeContext,
): Promise<PeerTls | Outcome> {
  try {
    const plain = await dialPeer(address, port, signal);
    try {
      const helo = settings.mailHostname;
      const { startTls, banner } = await greet(plain, "smtp", { helo, signal });
      if (!banner.startsWith("220")) return odd(host, port, banner);
      if (!startTls)
        return { verdict: "different", reasons: [because("tls.noStartTls", { host, port })] };
      const { socket, tls } = await secured(plain, { host, roots, signal });
      socket.destroy();
      return tls;
    } finally {
      plain.destroy();
    }
  } catch (error) {
    return failure({ host, address, port }, error);
  }
}

type Seen = { target: ProbeTarget; tls: PeerTls };

/** A certificate that does not verify is a fault as soon as the domain's policy demands one. */
function judge(
  host: string,
  { good, reasons }: ReturnType<typeof judgeCertificate>,
  { target, tls }: Seen,
): Outcome {
  const facts = { ...tls };
  const found = [`${tls.protocol}, ${tls.issuer}, ${tls.notAfter.slice(0, 10)}`];
  if (good) return { verdict: reasons.length > 0 ? "weak" : "ok", reasons, facts, found };
  const enforced = target.mtaSts?.mode === "enforce";
  const all = enforced ? [...reasons, because("tls.enforced", { host })] : reasons;
  return { verdict: enforced ? "different" : "weak", reasons: all, facts, found };
}

const odd = (host: string, port: number, answer: string): Outcome => ({
  verdict: "different",
  reasons: [because("probe.odd", { host, port, answer: answer.slice(0, 200) })],
});

/** What did not come to an answer. Throws what is a fault of ours. */
export function failure(
  where: { host: string; address: string; port: number },
  error: unknown,
): Outcome {
  if (!(error instanceof NoPeer)) throw error;
  const { host, address, port } = where;
  switch (error.kind) {
    case "refused":
      return {
        verdict: "different",
        reasons: [because("probe.refused", { host, address, port })],
      };
    case "tls":
      return {
        verdict: "different",
        reasons: [because("tls.failed", { host, port, problem: error.message })],
      };
    case "silent":
    case "closed":
      return { verdict: "unknown", reasons: [because("probe.silent", { host, address, port })] };
  }
}
