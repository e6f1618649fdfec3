/**
 * The ports that people's mail programs use (RFC 8314): open at this server's public addresses, TLS, and
 * a certificate that a mail program accepts. Looked at from inside: a connection that comes about proves
 * something, one that does not proves nothing when the address is translated on the way (NAT).
 */
import type { CheckResult } from "../../lib/mail/dns/check.ts";
import type { ServicePorts } from "../../lib/mail/dns/settings.ts";
import { interfaceAddresses, isPublicAddress } from "./addresses.ts";
import { judgeCertificate } from "./certificate.ts";
import { greet, type Dialect } from "./greet.ts";
import { dialPeer, secured } from "./peer.ts";
import type { Probe, ProbeContext, ProbeTarget } from "./probe.ts";
import { because, probed, worst, type Outcome } from "./result.ts";
import { failure } from "./smtp-tls.ts";

interface Service {
  readonly name: keyof ServicePorts;
  readonly implicit: boolean;
  readonly dialect: Dialect;
}

const SERVICES: readonly Service[] = [
  { name: "submissions", implicit: true, dialect: "smtp" },
  { name: "submission", implicit: false, dialect: "smtp" },
  { name: "imaps", implicit: true, dialect: "imap" },
  { name: "imap", implicit: false, dialect: "imap" },
  { name: "pop3s", implicit: true, dialect: "pop3" },
  { name: "pop3", implicit: false, dialect: "pop3" },
];

export const portTls: Probe = {
  kinds: ["portTls"],
  of: "server",
  async run(target, ctx) {
    const offered = SERVICES.flatMap((service) => {
      const port = target.server.services[service.name];
      return port === null ? [] : [{ ...service, port }];
    });
    return Promise.all(offered.map((service) => checkService(service, target, ctx)));
  },
};

type Offered = Service & { readonly port: number };

async function checkService(
  service: Offered,
  { server }: ProbeTarget,
  ctx: ProbeContext,
): Promise<CheckResult> {
  const { hostName, ipv4, ipv6 } = server;
  const subject = {
    ...({ kind: "portTls", of: service.name, scope: "host", group: "devices" } as const),
    need: "recommended",
    name: `${hostName}:${service.port}`,
  } as const;
  const addresses = [...ipv4, ...ipv6];
  if (addresses.length === 0) {
    const reasons = [because("probe.noAddress", { host: hostName })];
    return probed(subject, { verdict: "unknown", reasons });
  }
  const outcomes = await Promise.all(
    addresses.map((address) => checkAddress(service, { hostName, address }, ctx)),
  );
  const said = outcomes.filter(({ verdict }) => verdict !== "unknown");
  return probed(subject, worst(said.length > 0 ? said : outcomes) ?? { verdict: "unknown" });
}

async function checkAddress(
  { port, implicit, dialect }: Offered,
  { hostName: host, address }: { hostName: string; address: string },
  ctx: ProbeContext,
): Promise<Outcome> {
  const { roots, signal } = ctx;
  if (!isPublicAddress(address) && !ctx.settings.deliverToPrivateNetworks) {
    return { verdict: "unknown", reasons: [because("probe.private", { host, address })] };
  }
  try {
    const plain = await dialPeer(address, port, signal);
    try {
      if (!implicit) {
        const helo = ctx.settings.mailHostname;
        const { startTls } = await greet(plain, dialect, { helo, signal });
        if (!startTls)
          return { verdict: "different", reasons: [because("tls.noStartTls", { host, port })] };
      }
      const { socket, tls } = await secured(plain, { host, roots, signal });
      socket.destroy();
      const { good, reasons } = judgeCertificate(host, tls, ctx.now());
      const verdict = good ? (reasons.length > 0 ? "weak" : "ok") : "different";
      const found = [`${tls.protocol}, ${tls.issuer}, ${tls.notAfter.slice(0, 10)}`];
      return { verdict, reasons, facts: { ...tls }, found };
    } finally {
      plain.destroy();
    }
  } catch (error) {
    const outcome = failure({ host, address, port }, error);
    // Refused at an address that is not on this machine: the router in front said it, to us alone.
    const here = interfaceAddresses().includes(address) || ctx.settings.deliverToPrivateNetworks;
    return outcome.verdict === "different" && !here ? { ...outcome, verdict: "unknown" } : outcome;
  }
}
