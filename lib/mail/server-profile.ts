/**
 * The server as the world should see it: its name, the addresses that mail comes to and goes out from,
 * the ports that people are told. What a person set wins; else what was found out is taken, and the
 * profile says which, because an address that was only looked up cannot be judged by looking it up again.
 */
import { isIP, isIPv6 } from "node:net";
import { STANDARD_SERVICES, type IssuerSettings, type ServicePorts } from "./dns/settings.ts";
import type { TlsaRecord } from "./ports.ts";

/** Where the addresses come from; in this order of trust. "nowhere": none are known. */
export type AddressSource = "set" | "interfaces" | "name" | "nowhere";

export interface ServerProfile {
  /** Lower-case A-labels. */
  readonly hostName: string;
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  readonly addressSource: AddressSource;
  readonly services: ServicePorts;
  /** TLSA of the host's current key, then of the next one. */
  readonly tlsa: readonly TlsaRecord[];
  /** The certificate authority that we ask; absent: none. */
  readonly issuer?: IssuerSettings;
}

/** Keys of the table `setting` that make the profile. */
export const PROFILE_KEYS = {
  hostName: "server.hostName",
  /** By hand: {ipv4: [], ipv6: []}. */
  addresses: "server.addresses",
  /** Found by engines: {hosts: {"<machine>": {interfaces: [], at}}, resolved: []}. */
  detected: "server.detected",
  /** By hand, where ports are forwarded: `ServicePorts`. */
  services: "server.services",
  /** Written with the host's keys: [{usage, selector, matchingType, data: "<hexadecimal>"}]. */
  tlsa: "server.tlsa",
  /** Written with the account at the authority: `IssuerSettings`. */
  issuer: "server.issuer",
} as const;

/** From the values of PROFILE_KEYS; what does not have the right shape is passed over. */
export function profileFrom(
  values: ReadonlyMap<string, unknown>,
  ownHostName: string,
): ServerProfile {
  const name = values.get(PROFILE_KEYS.hostName);
  const hostName = typeof name === "string" && name !== "" ? name : ownHostName;
  return {
    hostName,
    ...addressesFrom(values),
    services: servicesFrom(values.get(PROFILE_KEYS.services)),
    tlsa: tlsaFrom(values.get(PROFILE_KEYS.tlsa)),
    ...issuerFrom(values.get(PROFILE_KEYS.issuer)),
  };
}

function tlsaFrom(value: unknown): TlsaRecord[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const at = field(item);
    const [usage, selector, matchingType, data] = [
      ...[at("usage"), at("selector"), at("matchingType"), at("data")],
    ];
    const isWhole =
      typeof usage === "number" && typeof selector === "number" && typeof matchingType === "number";
    if (!isWhole || typeof data !== "string" || !/^(?:[0-9a-f]{2})+$/i.test(data)) return [];
    return [{ usage, selector, matchingType, data: Buffer.from(data, "hex") }];
  });
}

function issuerFrom(value: unknown): Pick<ServerProfile, "issuer"> {
  const at = field(value);
  const [issuer, accountUri, methods] = [at("issuer"), at("accountUri"), at("validationMethods")];
  if (typeof issuer !== "string" || issuer === "") return {};
  const validationMethods = Array.isArray(methods)
    ? methods.filter((method) => typeof method === "string")
    : [];
  return {
    issuer: {
      issuer,
      ...(typeof accountUri === "string" && { accountUri }),
      ...(validationMethods.length > 0 && { validationMethods }),
    },
  };
}

type Addresses = Pick<ServerProfile, "ipv4" | "ipv6" | "addressSource">;

function addressesFrom(values: ReadonlyMap<string, unknown>): Addresses {
  const set = field(values.get(PROFILE_KEYS.addresses));
  const detected = field(values.get(PROFILE_KEYS.detected));
  const choices: [AddressSource, string[]][] = [
    ["set", [...ips(set("ipv4")), ...ips(set("ipv6"))]],
    ["interfaces", interfacesOf(detected("hosts"))],
    ["name", ips(detected("resolved"))],
  ];
  const [addressSource, all] = choices.find(([, found]) => found.length > 0) ?? ["nowhere", []];
  return {
    ipv4: all.filter((address) => !isIPv6(address)),
    ipv6: all.filter((address) => isIPv6(address)),
    addressSource,
  };
}

function servicesFrom(value: unknown): ServicePorts {
  const at = field(value);
  const port = (name: keyof ServicePorts) => {
    const given = at(name);
    const usable = given === null || (typeof given === "number" && given > 0 && given < 65_536);
    return usable ? given : STANDARD_SERVICES[name];
  };
  return {
    submissions: port("submissions"),
    submission: port("submission"),
    imaps: port("imaps"),
    imap: port("imap"),
    pop3s: port("pop3s"),
    pop3: port("pop3"),
  };
}

/** Public addresses of all machines that engines run on. */
function interfacesOf(hosts: unknown): string[] {
  const machines: unknown[] =
    typeof hosts === "object" && hosts !== null ? Object.values(hosts) : [];
  return [...new Set(machines.flatMap((machine) => ips(field(machine)("interfaces"))))];
}

/** Fields of what may be an object; undefined for those that are not there. */
function field(value: unknown): (name: string) => unknown {
  const map = new Map<string, unknown>(
    typeof value === "object" && value !== null ? Object.entries(value) : [],
  );
  return (name) => map.get(name);
}

const ips = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string" && isIP(item) !== 0) : [];
