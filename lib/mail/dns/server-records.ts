/**
 * The records that are needed once for the server, whatever domains it serves: the host's addresses,
 * their names in the reverse zone, and what the host says of itself when it greets.
 */
import { isIPv6 } from "node:net";
import { mailtoUri } from "./dmarc.ts";
import { issuerText } from "./caa.ts";
import { reverseName } from "./reverse-name.ts";
import { expected, type ExpectedRecord } from "./record.ts";
import { STANDARD_SERVICES, type ServerSettings } from "./settings.ts";

/** Whose zone the host's name is in, we do not know: names are given in full. */
const NO_ORIGIN = "";

/**
 * `mailDomains`: domains whose own records are published. When the host name is one of them, its SPF
 * and TLS reports are theirs: two SPF records at one name are an error (RFC 7208 §3.2).
 */
export function hostRecords(
  server: ServerSettings,
  mailDomains: readonly string[] = [],
): ExpectedRecord[] {
  const { hostName, ipv4 = [], ipv6 = [] } = server;
  const shared = { scope: "host", name: hostName } as const;
  const addresses = [...ipv4, ...ipv6].map((address) =>
    expected(NO_ORIGIN, {
      ...shared,
      id: `hostAddress:${address}`,
      kind: "hostAddress",
      group: "receive",
      // Over IPv4 alone everybody reaches us; over IPv6 alone many do not.
      need: isIPv6(address) && ipv4.length > 0 ? "recommended" : "required-receive",
      data: { type: isIPv6(address) ? "AAAA" : "A", value: address },
    }),
  );
  const pointers = [...ipv4, ...ipv6].map((address) =>
    expected(NO_ORIGIN, {
      id: `hostPointer:${address}`,
      kind: "hostPointer",
      scope: "reverse",
      group: "send",
      // Over IPv6 some receivers insist, over IPv4 nearly all do.
      need: isIPv6(address) && ipv4.length > 0 ? "recommended" : "required-send",
      name: reverseName(address),
      data: { type: "PTR", value: hostName },
    }),
  );
  const own = mailDomains.includes(hostName) ? [] : helloRecords(hostName);
  return [...addresses, ...pointers, ...own, ...tlsaRecords(server), ...issuerRecords(server)];
}

/** SPF for HELO, which is all that a bounce can be judged by (RFC 7208 §2.3, §2.4); TLS reports. */
function helloRecords(hostName: string): ExpectedRecord[] {
  const shared = { scope: "host", need: "recommended" } as const;
  const reports = mailtoUri(`postmaster@${hostName}`);
  return [
    expected(NO_ORIGIN, {
      ...shared,
      kind: "hostSpf",
      group: "send",
      name: hostName,
      data: { type: "TXT", value: "v=spf1 a -all" },
    }),
    expected(NO_ORIGIN, {
      ...shared,
      kind: "hostTlsReports",
      group: "encrypt",
      need: "optional",
      name: `_smtp._tls.${hostName}`,
      data: { type: "TXT", value: `v=TLSRPTv1; rua=${reports}` },
    }),
  ];
}

const SMTP_PORT = 25;

/**
 * DANE: for SMTP at every host that MX names (RFC 7672 §3.1), and at the ports for people, whose
 * programs may verify as well (RFC 8314 §4.5 names no rule against it). The keys are the installation's.
 */
function tlsaRecords(server: ServerSettings): ExpectedRecord[] {
  const { hostName, tlsa = [], exchanges = [] } = server;
  const others = exchanges.map(({ host }) => host).filter((host) => host !== hostName);
  const places = [
    ...tlsPorts(server).map((port) => ({ host: hostName, port })),
    ...others.map((host) => ({ host, port: SMTP_PORT })),
  ];
  return places.flatMap(({ host, port }) =>
    tlsa.map((value, at) =>
      expected(NO_ORIGIN, {
        id: `hostTlsa:${host === hostName ? "" : `${host}:`}${port}:${at}`,
        kind: "hostTlsa",
        scope: "host",
        group: "encrypt",
        need: "optional",
        name: `_${port}._tcp.${host}`,
        data: { type: "TLSA", value },
      }),
    ),
  );
}

/** Where this host's TLSA are looked for and published, port 25 first. */
export function tlsaNames(server: ServerSettings): string[] {
  return tlsPorts(server).map((port) => `_${port}._tcp.${server.hostName}`);
}

function tlsPorts({ tlsPorts: given, services = STANDARD_SERVICES }: ServerSettings): number[] {
  const announced = Object.values(services).filter((port) => port !== null);
  return [...new Set(given ?? [SMTP_PORT, ...announced])];
}

/**
 * CAA (RFC 8659): only our authority issues for this host, only to our account (RFC 8657). At the host and
 * not at a domain, whose website may have its certificates from elsewhere; aliases to the host share it.
 */
function issuerRecords({ hostName, issuer }: ServerSettings): ExpectedRecord[] {
  if (issuer === undefined) return [];
  const value = { flags: 0, tag: "issue", value: issuerText(issuer) };
  return [
    expected(NO_ORIGIN, {
      kind: "hostCaa",
      scope: "host",
      group: "encrypt",
      need: "optional",
      name: hostName,
      data: { type: "CAA", value },
    }),
  ];
}
