/** A zone of the laboratory: what a test says of it, and the zone file (RFC 1035 §5) that comes of it. */
import { randomBytes } from "node:crypto";
import type { RecordValue } from "../../../lib/mail/ports.ts";
import { quotedChunks } from "../../../lib/mail/dns/rdata.ts";
import type { Zone, ZoneNode } from "../dns-server.ts";

/** Servers of the lab. "a" is knot, "b" is bind9; "silent" takes packets and never answers. */
export type ServerName = "root" | "tld" | "a" | "b" | "silent";

export interface LabZone {
  readonly name: string;
  /** Lines of a zone file; SOA and NS are put before them. $ORIGIN and $TTL are set. */
  readonly text?: string;
  /** The same as values; names in full. */
  readonly records?: Zone;
  /** "bogus": signed, but the parent's DS is of another key. */
  readonly dnssec?: "unsigned" | "signed" | "bogus";
  /** Which servers the parent and the zone itself name; the first that serves it is its primary. */
  readonly servers?: readonly ServerName[];
  /** Which of them really have it (others are lame); all by default. */
  readonly served?: readonly ServerName[];
  /** What the parent says, when it differs. */
  readonly delegatedTo?: readonly ServerName[];
  /** Each server keeps a copy of its own: `update` changes one alone, serials differ. Not with dnssec. */
  readonly independent?: boolean;
  /** Name servers have names in this zone, with glue ("ns-a.<zone>"), instead of "a.dns.test". */
  readonly ownHosts?: boolean;
  /** Seconds that "no" is kept: SOA minimum. */
  readonly negativeTtl?: number;
}

export interface TsigKey {
  readonly name: string;
  readonly algorithm: "hmac-sha256";
  /** Base64. */
  readonly secret: string;
}

/** A zone with everything decided. */
export interface PlacedZone extends LabZone {
  readonly served: readonly ServerName[];
  readonly servers: readonly ServerName[];
  readonly parentNames: readonly ServerName[];
  readonly primary: ServerName;
  readonly dnssec: "unsigned" | "signed" | "bogus";
  /** May update this zone and no other. */
  readonly key: TsigKey;
}

export function placed(zone: LabZone): PlacedZone {
  const servers = zone.servers ?? ["a", "b"];
  const served = zone.served ?? servers.filter((name) => name !== "silent");
  const [primary] = served;
  if (!primary) throw new Error(`no server has ${zone.name}`);
  return {
    ...zone,
    ...{ servers, served, primary },
    parentNames: zone.delegatedTo ?? servers,
    dnssec: zone.dnssec ?? "unsigned",
    key: newKey(`update.${zone.name === "." ? "root" : zone.name}`),
  };
}

export const newKey = (name: string): TsigKey => ({
  name,
  algorithm: "hmac-sha256",
  secret: randomBytes(32).toString("base64"),
});

/** Where name servers are called what. */
export const hostOf = (zone: LabZone, server: ServerName) =>
  zone.ownHosts ? `ns-${server}.${zone.name}` : `${server}.dns.test`;

/** Like "example.test." with its dot; the root is ".". */
export const dotted = (name: string) => (name === "." || name.endsWith(".") ? name : `${name}.`);

/** `delegations`: NS and glue of the zones below, as lines. */
export function zoneFile(
  zone: PlacedZone,
  addresses: Readonly<Record<ServerName, string>>,
  delegations: readonly string[],
): string {
  const [first = "a"] = zone.servers;
  const lines = [
    `$ORIGIN ${dotted(zone.name)}`,
    "$TTL 60",
    `@ SOA ${dotted(hostOf(zone, first))} hostmaster.dns.test. 1 3600 900 604800 ${zone.negativeTtl ?? 30}`,
    ...zone.servers.map((server) => `@ NS ${dotted(hostOf(zone, server))}`),
    ...(zone.ownHosts ? glue(zone, addresses) : []),
    ...delegations,
    ...Object.entries(zone.records ?? {}).flatMap(([name, node]) => nodeLines(name, node)),
    zone.text ?? "",
  ];
  return `${lines.join("\n")}\n`;
}

/** What the parent says of a zone: its NS, and addresses when they are inside it. */
export const delegationOf = (zone: PlacedZone, addresses: Readonly<Record<ServerName, string>>) => [
  ...zone.parentNames.map(
    (server) => `${dotted(zone.name)} 60 IN NS ${dotted(hostOf(zone, server))}`,
  ),
  ...(zone.ownHosts ? glue(zone, addresses) : []),
];

const glue = (zone: PlacedZone, addresses: Readonly<Record<ServerName, string>>) =>
  [...new Set([...zone.servers, ...zone.parentNames])].map(
    (server) => `${dotted(hostOf(zone, server))} 60 IN A ${addresses[server]}`,
  );

/** One name's records as lines of a zone file. */
export function nodeLines(name: string, node: ZoneNode): string[] {
  const line = (type: string, data: string) => `${dotted(name)} 60 IN ${type} ${data}`;
  const each = <T>(type: string, values: readonly T[] | undefined, text: (value: T) => string) =>
    (values ?? []).map((value) => line(type, text(value)));
  const target = (value: string) => (value === "" ? "." : dotted(value));
  return [
    ...each("A", node.A, String),
    ...each("AAAA", node.AAAA, String),
    ...each("NS", node.NS, target),
    ...each("CNAME", node.CNAME, target),
    ...each("PTR", node.PTR, target),
    ...each("TXT", node.TXT, quotedChunks),
    ...each("MX", node.MX, (mx) => `${mx.preference} ${target(mx.exchange)}`),
    ...each("SRV", node.SRV, (srv) => {
      return `${srv.priority} ${srv.weight} ${srv.port} ${target(srv.target)}`;
    }),
    ...each("TLSA", node.TLSA, tlsaText),
    ...each("CAA", node.CAA, (caa) => `${caa.flags} ${caa.tag} "${caa.value}"`),
    ...each("DS", node.DS, dsText),
  ];
}

const tlsaText = ({ usage, selector, matchingType, data }: RecordValue["TLSA"]) =>
  `${usage} ${selector} ${matchingType} ${data.toString("hex")}`;

export const dsText = ({ keyTag, algorithm, digestType, digest }: RecordValue["DS"]) =>
  `${keyTag} ${algorithm} ${digestType} ${digest.toString("hex")}`;
