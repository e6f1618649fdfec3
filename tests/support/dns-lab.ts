/**
 * A laboratory of real name servers on loopback, without the Internet: a signed root and a signed "test"
 * (knot), the servers "a" (knot) and "b" (bind9) that take zones from each other by AXFR and NOTIFY, a
 * "silent" one, and a validating unbound with the root's key. Each has an address of its own in
 * 127.0.0.0/8 (bind9's is 127.0.0.1) and all have one port. Up in a quarter of a second.
 *
 *   const lab = await startDnsLab([
 *     { name: "plain.test", text: "@ MX 10 mail\nmail A 192.0.2.1" },        // on a and b
 *     { name: "signed.test", dnssec: "signed", records: { "signed.test": { TXT: ["v=spf1 -all"] } } },
 *     { name: "bogus.test", dnssec: "bogus" },
 *     { name: "lame.test", servers: ["a", "b"], served: ["a"] },             // b is asked, and refuses
 *     { name: "half.test", servers: ["a", "silent"] },
 *     { name: "split.test", independent: true },                            // a and b may disagree
 *     { name: "bind.test", servers: ["b", "a"] },                           // primary is bind9
 *   ]);
 *   after(() => lab.stop());
 *   startTestEngine({ settings: lab.settings });
 *
 *   await lab.update("plain.test", ["delete mail A", "add mail 60 A 192.0.2.2"]);   // RFC 2136, to the primary;
 *                                                                   // returns when all servers have it
 *   await lab.update("split.test", ["add x 60 TXT hello"], "b");    // b alone: the serials differ
 *   await lab.flush();                                              // unbound forgets what it has kept
 *   await lab.behave("b", "off" | "silent" | "servfail" | "refused" | "on");
 *   await lab.add({ name: "late.test" });                           // a zone more; "off" servers stay off
 *   lab.key("plain.test"), lab.at("a"), lab.port                    // for whoever sends RFC 2136 updates
 *
 * Parents are made as needed: "x.example" makes "example" (signed, on "tld"), "2.0.192.in-addr.arpa" makes
 * "arpa"; a zone below another zone of the lab is delegated from that one. Names of servers are
 * "a.dns.test", "b.dns.test" (no glue: they have to be looked up), or with `ownHosts` "ns-a.<zone>" with glue.
 * Update lines are those of nsupdate(1) without zone: names are relative to it unless they end in a dot.
 * Skip tests with `{ skip: missingDnsLab() }`. Works as root and as an ordinary user.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../../lib/settings/settings.ts";
import { askOnce, dsAt, isUp, serialAt, until } from "./dns-lab/ask.ts";
import { fileOf, knotConfig, namedConfig, unboundConfig, type Place } from "./dns-lab/config.ts";
import { runProgram, startProgram, type Program } from "./dns-lab/program.ts";
import { startStandIn, type StandIn, type StandInMood } from "./dns-lab/stand-in.ts";
import {
  delegationOf,
  dotted,
  dsText,
  newKey,
  placed,
  zoneFile,
  type LabZone,
  type PlacedZone,
  type ServerName,
  type TsigKey,
} from "./dns-lab/zone.ts";
import { findProgram, missing } from "./tools.ts";

export type { LabZone, ServerName, TsigKey } from "./dns-lab/zone.ts";
export type Mood = "on" | "off" | StandInMood;

/** For `{ skip: missingDnsLab() }`. */
export const missingDnsLab = () => missing("knotd", "knsupdate", "named", "unbound");

export interface DnsLab {
  readonly port: number;
  /** Of the validating resolver: "127.x.y.53:port". */
  readonly resolver: string;
  /** For `startTestEngine({ settings })` or `testSettings({ over })`. */
  readonly settings: Pick<Settings, "dns" | "deliverToPrivateNetworks">;
  /** The same as environment, for processes. */
  readonly environment: Readonly<Record<string, string>>;
  /** Address of a server, without port. */
  at(server: ServerName): string;
  /** TSIG key that may update this zone and no other. */
  key(zone: string): TsigKey;
  /** Changes records at the primary, or at `server` alone; waits until every server that should has it. */
  update(zone: string, lines: readonly string[], server?: ServerName): Promise<void>;
  /** Serial of the zone at a server; null when it does not answer. */
  serial(zone: string, server: ServerName): Promise<number | null>;
  add(zone: LabZone): Promise<void>;
  behave(server: ServerName, mood: Mood): Promise<void>;
  /** Empties the resolver's cache. */
  flush(): Promise<void>;
  log(program: ServerName | "resolver"): string;
  stop(): Promise<void>;
}

const SERVERS: readonly ServerName[] = ["root", "tld", "a", "b", "silent"];
const LAST_OCTET: Readonly<Record<ServerName, number>> = {
  root: 1,
  tld: 2,
  a: 11,
  b: 12,
  silent: 13,
};
const RESOLVER_OCTET = 53;

export async function startDnsLab(zones: readonly LabZone[] = []): Promise<DnsLab> {
  const home = mkdtempSync(join(tmpdir(), "dnslab-"));
  const lab = new Lab(home, await freeDnsPort(), withParents(zones));
  try {
    await lab.start();
    return lab;
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

/** With the root, "dns.test" for the servers' names, and a top level for each zone. */
function withParents(zones: readonly LabZone[]): PlacedZone[] {
  const tops = new Set(["test", ...zones.map(({ name }) => topOf(name))]);
  return [
    { name: ".", dnssec: "signed", servers: ["root"] } as const,
    ...[...tops].map(
      (name) => ({ name, dnssec: "signed", servers: ["tld"], ownHosts: true }) as const,
    ),
    { name: "dns.test", dnssec: "signed", ownHosts: true, servers: ["a", "b"] } as const,
    ...zones,
  ].map(placed);
}

const topOf = (name: string) => name.slice(name.lastIndexOf(".") + 1);

class Lab implements DnsLab {
  readonly port: number;
  readonly #home: string;
  readonly #addresses: Readonly<Record<ServerName, string>>;
  readonly #resolverAddress: string;
  readonly #admin = newKey("lab-admin");
  readonly #programs = new Map<ServerName | "resolver", Program>();
  readonly #standIns = new Map<ServerName, StandIn>();
  #zones: readonly PlacedZone[];

  constructor(home: string, port: number, zones: readonly PlacedZone[]) {
    const network = `127.${randomInt(1, 250)}.${randomInt(1, 250)}`;
    // named listens only where an interface has an address of its own: that is 127.0.0.1.
    const address = (server: ServerName) =>
      [server, server === "b" ? "127.0.0.1" : `${network}.${LAST_OCTET[server]}`] as const;
    this.#home = home;
    this.port = port;
    this.#zones = zones;
    this.#addresses = Object.fromEntries(SERVERS.map(address)) as Record<ServerName, string>;
    this.#resolverAddress = `${network}.${RESOLVER_OCTET}`;
    // The names of all servers, for zones that do not have hosts of their own.
    const hosts = SERVERS.map((server) => `${server} A ${this.#addresses[server]}`).join("\n");
    this.#zones = zones.map((zone) => (zone.name === "dns.test" ? { ...zone, text: hosts } : zone));
  }

  get resolver(): string {
    return `${this.#resolverAddress}:${this.port}`;
  }

  get settings(): DnsLab["settings"] {
    return {
      dns: {
        servers: [this.resolver],
        trusted: true,
        roots: [this.#addresses.root],
        authorityPort: this.port,
      },
      deliverToPrivateNetworks: true,
    };
  }

  get environment(): Record<string, string> {
    return {
      DNS_SERVERS: this.resolver,
      DNS_TRUSTED: "yes",
      DNS_ROOTS: this.#addresses.root,
      DNS_AUTHORITY_PORT: String(this.port),
      DELIVER_TO_PRIVATE_NETWORKS: "yes",
    };
  }

  at(server: ServerName): string {
    return this.#addresses[server];
  }

  key(zone: string): TsigKey {
    return this.#zone(zone).key;
  }

  log(program: ServerName | "resolver"): string {
    return this.#programs.get(program)?.log() ?? "";
  }

  serial(zone: string, server: ServerName): Promise<number | null> {
    return serialAt(this.#where(server), zone);
  }

  async start(): Promise<void> {
    for (const zone of this.#zones) this.#writeZone(zone);
    await Promise.all([
      ...(["root", "tld", "a", "b"] as const).map((server) => this.#startServer(server)),
      this.behave("silent", "silent"),
    ]);
    await this.#settle();
    await Promise.all(this.#zones.map((zone) => this.#publishDs(zone)));
    await this.#startResolver();
  }

  async update(zone: string, lines: readonly string[], server?: ServerName): Promise<void> {
    const { primary } = this.#zone(zone);
    await this.#send(zone, lines, server ?? primary);
    if (server !== undefined) return;
    if (primary !== "b") await this.#notify(zone, primary);
    await this.#settle([zone]);
  }

  async add(zone: LabZone): Promise<void> {
    const fresh = withParents([zone]).filter(
      ({ name }) => !this.#zones.some((known) => known.name === name),
    );
    this.#zones = [...this.#zones, ...fresh];
    for (const one of fresh) this.#writeZone(one);
    for (const [server, program] of this.#programs) {
      if (server === "resolver") continue;
      this.#writeConfig(server);
      program.signal("SIGHUP");
    }
    await this.#settle(fresh.map(({ name }) => name));
    for (const one of fresh) {
      const parent = this.#parentOf(one);
      const lines = delegationOf(one, this.#addresses).map((line) => `add ${line}`);
      if (parent) await this.update(parent.name, lines);
      await this.#publishDs(one);
    }
    await this.#programs.get("resolver")?.stop();
    await this.#startResolver();
  }

  async behave(server: ServerName, mood: Mood): Promise<void> {
    await this.#standIns.get(server)?.stop();
    this.#standIns.delete(server);
    if (mood === "on") {
      if (!this.#programs.has(server)) await this.#startServer(server);
      return;
    }
    await this.#programs.get(server)?.stop();
    this.#programs.delete(server);
    if (mood !== "off") this.#standIns.set(server, await startStandIn(this.#where(server), mood));
  }

  async flush(): Promise<void> {
    await this.#control("flush_zone", ".");
    await this.#control("flush_bogus");
    await this.#control("flush_infra", "all");
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#programs.values()].map((program) => program.stop()));
    await Promise.all([...this.#standIns.values()].map((standIn) => standIn.stop()));
    this.#programs.clear();
    this.#standIns.clear();
    rmSync(this.#home, { recursive: true, force: true });
  }

  // ── One server ────────────────────────────────────────────────────────────────────────────────

  async #startServer(server: ServerName): Promise<void> {
    if (server === "silent") return;
    const folder = this.#folder(server);
    this.#writeConfig(server);
    const program =
      server === "b"
        ? startProgram(path("named"), ["-g", "-n", "1", "-c", join(folder, "named.conf")], folder)
        : startProgram(path("knotd"), ["-c", join(folder, "knot.conf")], folder);
    this.#programs.set(server, program);
    await until(`${server} to start`, () => isUp(this.#where(server)), program.ended);
  }

  #writeConfig(server: ServerName): void {
    const place = this.#place(server);
    const [name, text] =
      server === "b"
        ? (["named.conf", namedConfig(place, this.#zones)] as const)
        : (["knot.conf", knotConfig(place, this.#zones)] as const);
    writeFileSync(join(place.folder, name), text, { mode: 0o600 });
  }

  #place(server: ServerName): Place {
    return {
      ...{ server, folder: this.#folder(server), address: this.#addresses[server] },
      ...{ port: this.port, addresses: this.#addresses, admin: this.#admin },
    };
  }

  #folder(server: ServerName | "resolver"): string {
    const folder = join(this.#home, server);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  #where = (server: ServerName) => ({ address: this.#addresses[server], port: this.port });

  // ── Zones ─────────────────────────────────────────────────────────────────────────────────────

  #zone(name: string): PlacedZone {
    const zone = this.#zones.find((one) => one.name === name);
    if (!zone) throw new Error(`no zone ${name} in the lab`);
    return zone;
  }

  #parentOf({ name }: PlacedZone): PlacedZone | undefined {
    const above = (other: PlacedZone) => other.name === "." || name.endsWith(`.${other.name}`);
    return this.#zones
      .filter((other) => other.name !== name && above(other))
      .sort((one, two) => two.name.length - one.name.length)[0];
  }

  #writeZone(zone: PlacedZone): void {
    const below = this.#zones.filter((one) => this.#parentOf(one) === zone);
    const delegations = below.flatMap((one) => delegationOf(one, this.#addresses));
    const text = zoneFile(zone, this.#addresses, delegations);
    const owners = zone.independent ? zone.served : [zone.primary];
    for (const server of owners) writeFileSync(join(this.#folder(server), fileOf(zone.name)), text);
  }

  /** RFC 2136 by knot's program, with the lab's own key. */
  async #send(zone: string, lines: readonly string[], server: ServerName): Promise<void> {
    const { name, algorithm, secret } = this.#admin;
    const input = [
      `server ${this.#addresses[server]} ${this.port}`,
      `key ${algorithm}:${name} ${secret}`,
      `zone ${dotted(zone)}`,
      `origin ${dotted(zone)}`,
      ...lines,
      "send",
      "quit",
    ];
    const said = await runProgram(path("knsupdate"), [], `${input.join("\n")}\n`);
    if (/failed|error/i.test(said)) throw new Error(`update of ${zone} at ${server}: ${said}`);
  }

  /** Knot waits a second before it tells its secondaries; tests do not. */
  async #notify(zone: string, primary: ServerName): Promise<void> {
    const socket = join(this.#folder(primary), "knot.sock");
    await runProgram(path("knotc"), ["-s", socket, "zone-notify", dotted(zone)]);
  }

  /** The parent learns the zone's key; of a bogus zone a wrong one. */
  async #publishDs(zone: PlacedZone): Promise<void> {
    const parent = this.#parentOf(zone);
    if (zone.dnssec === "unsigned" || !parent) return;
    const ds = await dsAt(this.#where(zone.primary), zone.name);
    if (zone.dnssec === "bogus") ds.digest[0] = (ds.digest[0] ?? 0) ^ 0xff;
    await this.update(parent.name, [`add ${dotted(zone.name)} 60 DS ${dsText(ds)}`]);
  }

  /** Waits until every server that should have a zone has the primary's serial. */
  async #settle(names: readonly string[] = this.#zones.map(({ name }) => name)): Promise<void> {
    const settled = async (zone: PlacedZone) => {
      const here = zone.served.filter((server) => this.#programs.has(server));
      const serials = await Promise.all(here.map((server) => this.serial(zone.name, server)));
      if (serials.includes(null)) return false;
      return zone.independent === true || new Set(serials).size === 1;
    };
    const wait = async (name: string) => {
      const { served } = this.#zone(name);
      await until(`${name} everywhere`, () => settled(this.#zone(name))).catch((error: unknown) => {
        const said = served.map((server) => linesOf(this.log(server), name)).join("\n");
        throw new Error(`${String(error)}\n${said}`);
      });
    };
    await Promise.all(names.map(wait));
  }

  // ── The resolver ──────────────────────────────────────────────────────────────────────────────

  async #startResolver(): Promise<void> {
    const folder = this.#folder("resolver");
    const ds = await dsAt(this.#where("root"), ".");
    const place = { ...this.#place("root"), folder, address: this.#resolverAddress };
    const file = join(folder, "unbound.conf");
    writeFileSync(file, unboundConfig(place, this.#zones, `. DS ${dsText(ds)}`));
    const program = startProgram(path("unbound"), ["-d", "-p", "-c", file], folder);
    this.#programs.set("resolver", program);
    const where = { address: this.#resolverAddress, port: this.port };
    const answers = async () => (await askOnce(where, "test", "SOA")) !== null;
    await until("the resolver to start", answers, program.ended);
  }

  async #control(...words: string[]): Promise<void> {
    const config = join(this.#folder("resolver"), "unbound.conf");
    await runProgram(path("unbound-control"), ["-c", config, ...words]);
  }
}

/** What a program said of a zone. */
const linesOf = (log: string, zone: string) =>
  log
    .split("\n")
    .filter((line) => line.includes(zone))
    .slice(-10)
    .join("\n");

const path = (program: string) => findProgram(program) ?? program;

/** A port that nobody has on any address, below those that the kernel gives to clients. */
async function freeDnsPort(): Promise<number> {
  for (let tries = 0; ; tries++) {
    const port = randomInt(12_000, 30_000);
    const tcp = createServer().listen(port);
    const udp = createSocket("udp4").bind(port);
    try {
      await Promise.all([once(tcp, "listening"), once(udp, "listening")]);
      return port;
    } catch (error) {
      if (tries > 20) throw error;
    } finally {
      tcp.close();
      udp.close();
    }
  }
}
