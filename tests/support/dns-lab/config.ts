/** Configuration of the laboratory's programs: each in a folder of its own, nothing of the machine's. */
import { dotted, type PlacedZone, type ServerName, type TsigKey } from "./zone.ts";

export interface Place {
  readonly server: ServerName;
  readonly folder: string;
  readonly address: string;
  readonly port: number;
  readonly addresses: Readonly<Record<ServerName, string>>;
  /** May change everything: the lab's own hand. */
  readonly admin: TsigKey;
}

/** Zone files and keys are named after zones; the root has no name of its own. */
export const fileOf = (zone: string) => (zone === "." ? "root.zone" : `${zone}.zone`);

const keysOf = (zones: readonly PlacedZone[], admin: TsigKey) => [
  admin,
  ...zones.map((zone) => zone.key),
];

export function knotConfig(
  { server, folder, address, port, addresses, admin }: Place,
  all: readonly PlacedZone[],
): string {
  const zones = all.filter((zone) => zone.served.includes(server));
  const others = (["a", "b"] as const).filter((name) => name !== server);
  return `server:
  rundir: "${folder}"
  pidfile: "${folder}/knot.pid"
  listen: ${address}@${port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
control:
  listen: "${folder}/knot.sock"
database:
  storage: "${folder}"
  journal-db-max-size: 20M
  kasp-db-max-size: 20M
  timer-db-max-size: 5M
log:
  - target: stderr
    any: info
key:
${keysOf(zones, admin)
  .map((key) => `  - id: ${key.name}\n    algorithm: ${key.algorithm}\n    secret: ${key.secret}\n`)
  .join("")}remote:
${others.map((name) => `  - id: ${name}\n    address: ${addresses[name]}@${port}\n    via: ${address}\n`).join("")}acl:
  - id: admin
    key: ${admin.name}
    action: [update, transfer, notify]
  - id: lab
    address: 127.0.0.0/8
    action: [transfer, notify]
${zones.map(({ key }) => `  - id: ${key.name}\n    key: ${key.name}\n    action: [update, transfer]\n`).join("")}policy:
  - id: lab
    algorithm: ecdsap256sha256
    single-type-signing: on
    nsec3: off
template:
  - id: default
    storage: "${folder}"
    journal-content: all
    zonefile-load: difference-no-serial
    zonefile-sync: -1
zone:
${zones.map((zone) => knotZone(zone, server)).join("")}`;
}

function knotZone(zone: PlacedZone, server: ServerName): string {
  const head = `  - domain: "${dotted(zone.name)}"\n    file: "${fileOf(zone.name)}"\n`;
  if (zone.primary !== server && zone.independent !== true) {
    return `${head}    zonefile-load: none\n    master: ${zone.primary}\n    acl: [lab]\n`;
  }
  const signing =
    zone.dnssec === "unsigned" ? "" : "    dnssec-signing: on\n    dnssec-policy: lab\n";
  const others = zone.independent ? [] : zone.served.filter((name) => name !== server);
  const notify = others.length > 0 ? `    notify: [${others.join(", ")}]\n` : "";
  return `${head}    acl: [admin, ${zone.key.name}, lab]\n${notify}${signing}`;
}

export function namedConfig(place: Place, all: readonly PlacedZone[]): string {
  const { server, folder, address, port, admin } = place;
  const zones = all.filter((zone) => zone.served.includes(server));
  return `options {
  directory "${folder}";
  pid-file "${folder}/named.pid";
  session-keyfile "${folder}/session.key";
  lock-file none;
  listen-on port ${port} { ${address}; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  allow-query { any; };
  allow-transfer { 127.0.0.0/8; };
  allow-notify { 127.0.0.0/8; };
  notify-delay 0;
  notify-source ${address};
  serial-query-rate 1000;
  startup-notify-rate 1000;
  notify-rate 1000;
  max-cache-size 4m;
  tcp-clients 100;
  transfers-per-ns 50;
  transfers-in 50;
};
controls { };
${keysOf(zones, admin)
  .map((key) => `key "${key.name}" { algorithm ${key.algorithm}; secret "${key.secret}"; };\n`)
  .join("")}${zones.map((zone) => namedZone(zone, place)).join("")}`;
}

function namedZone(zone: PlacedZone, { server, addresses, port, admin }: Place): string {
  const head = `zone "${dotted(zone.name)}" { file "${fileOf(zone.name)}";`;
  if (zone.primary !== server && zone.independent !== true) {
    const from = `primaries { ${addresses[zone.primary]} port ${port}; };`;
    return `${head} type secondary; ${from} notify no; };\n`;
  }
  const others = zone.independent ? [] : zone.served.filter((name) => name !== server);
  const also = others.map((name) => `${addresses[name]} port ${port};`).join(" ");
  const notify = others.length > 0 ? `notify explicit; also-notify { ${also} };` : "notify no;";
  const signing = zone.dnssec === "unsigned" ? "" : "dnssec-policy default; inline-signing yes;";
  return `${head} type primary; allow-update { key "${admin.name}"; key "${zone.key.name}"; }; ${notify} ${signing} };\n`;
}

/**
 * Unbound asks port 53 of whatever a referral names, so each zone of the lab is a stub with its port;
 * the chain of trust is still validated from the root's key down.
 */
export function unboundConfig(
  { folder, address, port, addresses }: Place,
  zones: readonly PlacedZone[],
  trustAnchor: string,
): string {
  const stubs = zones.map((zone) => {
    const at = zone.servers.map((name) => `  stub-addr: ${addresses[name]}@${port}\n`).join("");
    return `stub-zone:\n  name: "${dotted(zone.name)}"\n${at}`;
  });
  const plain = zones
    .filter(({ name }) => name !== ".")
    .map(({ name }) => `  local-zone: "${dotted(name)}" nodefault\n`);
  return `server:
  interface: ${address}@${port}
  port: ${port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  directory: "${folder}"
  chroot: ""
  username: ""
  pidfile: "${folder}/unbound.pid"
  use-syslog: no
  logfile: ""
  do-daemonize: no
  verbosity: 1
  num-threads: 1
  outgoing-range: 200
  module-config: "validator iterator"
  trust-anchor: "${trustAnchor}"
  val-log-level: 1
  unblock-lan-zones: yes
  insecure-lan-zones: no
  infra-host-ttl: 2
  qname-minimisation: no
  root-hints: ""
${plain.join("")}remote-control:
  control-enable: yes
  control-interface: "${folder}/unbound.sock"
${stubs.join("")}`;
}
