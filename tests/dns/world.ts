/** Root, top level and name servers of this process, with a resolver that knows the name servers' addresses. */
import { createObserver, type ClosableObserver } from "../../engine/dns/observer.ts";
import { createResolver } from "../../engine/dns/resolver.ts";
import { at, startAuthorities, type Authorities } from "../support/authority.ts";
import { startDnsServer, type DnsServerForTests, type Zone } from "../support/dns-server.ts";

export interface DnsWorld {
  readonly dns: Authorities;
  /** What the resolver answers; it walks nowhere. */
  readonly resolver: DnsServerForTests;
  observer(options?: WorldOptions): ClosableObserver;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly allowPrivate?: boolean;
  readonly roots?: readonly string[];
  readonly trusted?: boolean;
  readonly now?: () => number;
  readonly budgetMs?: number;
  readonly resolver?: string;
}

/** `delegate(zone, ["one"])` puts NS and glue into "test"; servers "one" and "two" hold what they are given. */
export async function dnsWorld(): Promise<DnsWorld> {
  const dns = await startAuthorities({
    root: {
      ".": {
        test: { NS: ["ns.tld.test"] },
        "ns.tld.test": { A: [at("tld")] },
        other: { NS: ["ns.other"] },
        "ns.other": { A: [at("tld")] },
      },
    },
    tld: { test: {}, other: {} },
    one: {},
    two: {},
  });
  const resolver = await startDnsServer();
  const observers: ClosableObserver[] = [];
  return {
    dns,
    resolver,
    observer({ allowPrivate = true, roots, trusted = true, now, budgetMs = 6_000, ...more } = {}) {
      const settings = {
        servers: [more.resolver ?? resolver.address],
        trusted,
        roots: roots ?? [dns.root.address],
        authorityPort: dns.port,
      };
      const observer = createObserver({
        ...{ dns: settings, allowPrivate, tryMs: 300, budgetMs },
        resolver: createResolver({ ...settings, tryMs: 200, budgetMs: 500 }),
        ...(now && { now }),
      });
      observers.push(observer);
      return observer;
    },
    async close() {
      for (const observer of observers) observer.stop();
      await dns.close();
      await resolver.close();
    },
  };
}

/** A zone of "test" with name servers of its own and glue; served by those named. */
export function delegate(
  { dns }: DnsWorld,
  zone: string,
  { servers = ["one", "two"], records = {} }: { servers?: readonly string[]; records?: Zone } = {},
): Zone {
  const hosts = servers.map((name) => `ns-${name}.${zone}`);
  const glue: Zone = Object.fromEntries(
    servers.map((name) => [`ns-${name}.${zone}`, { A: [dns.one(name).address] }]),
  );
  Object.assign(dns.one("tld").zones["test"] ?? {}, glue, { [zone]: { NS: hosts } });
  const own: Zone = { ...glue, ...records, [zone]: { NS: hosts, ...records[zone] } };
  for (const name of servers) dns.one(name).zones[zone] = own;
  return own;
}
