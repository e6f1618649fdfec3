/** What probes are given in tests: a real resolver asking our DNS server, the rest as the settings say. */
import { createResolver } from "../../engine/dns/resolver.ts";
import { Memo } from "../../engine/probes/memo.ts";
import type { ProbeContext, ProbeSettings, ProbeTarget } from "../../engine/probes/probe.ts";
import type { Observer } from "../../lib/mail/dns/observer.ts";
import { STANDARD_SERVICES } from "../../lib/mail/dns/settings.ts";
import type { DnsServerForTests } from "../support/dns-server.ts";

/** Probes ask for the names of others only: the rest of the port is not theirs. */
export function askingObserver(dns: DnsServerForTests): Observer {
  const resolver = createResolver({ servers: [dns.address], cacheEntries: 0, tryMs: 400 });
  const notHere = () => Promise.reject(new Error("a probe asks, it does not walk"));
  return {
    zoneOf: notHere,
    look: notHere,
    ask: (name, type, signal) => resolver.query(name, type, signal),
  };
}

export function probeContext(
  dns: DnsServerForTests,
  over: Partial<Omit<ProbeContext, "settings">> & { settings?: Partial<ProbeSettings> } = {},
): ProbeContext {
  return {
    observer: askingObserver(dns),
    now: () => new Date(),
    signal: AbortSignal.timeout(30_000),
    roots: null,
    memo: new Memo(),
    ...over,
    settings: {
      mailHostname: "mail.ours.example",
      smtpDeliveryPort: 25,
      httpsFetchPort: 443,
      deliverToPrivateNetworks: true,
      ...over.settings,
    },
  };
}

export function probeTarget(over: Partial<ProbeTarget> = {}): ProbeTarget {
  return {
    domain: "ours.example",
    server: {
      hostName: "mail.ours.example",
      ipv4: ["127.0.0.1"],
      ipv6: [],
      addressSource: "set",
      tlsa: [],
      services: { ...STANDARD_SERVICES, submissions: null, imaps: null, pop3s: null },
    },
    mtaSts: null,
    ...over,
  };
}
