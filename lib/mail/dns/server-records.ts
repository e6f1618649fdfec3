/**
 * The records that are needed once for the server, whatever domains it serves: the host's addresses,
 * their names in the reverse zone, and what the host says of itself when it greets.
 */
import { isIPv6 } from "node:net";
import { mailtoUri } from "./dmarc.ts";
import { expected, type ExpectedRecord } from "./record.ts";
import type { ServerSettings } from "./settings.ts";

/** Whose zone the host's name is in, we do not know: names are given in full. */
const NO_ORIGIN = "";

/**
 * `mailDomains`: domains whose own records are published. When the host name is one of them, its SPF
 * and TLS reports are theirs: two SPF records at one name are an error (RFC 7208 §3.2).
 */
export function hostRecords(
  { hostName, ipv4 = [], ipv6 = [], tlsa = [] }: ServerSettings,
  mailDomains: readonly string[] = [],
): ExpectedRecord[] {
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
      need: "required-send",
      name: reverseName(address),
      data: { type: "PTR", value: hostName },
    }),
  );
  const own = mailDomains.includes(hostName) ? [] : helloRecords(hostName);
  return [...addresses, ...pointers, ...own, ...tlsaRecords(hostName, tlsa)];
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

/** DANE for SMTP (RFC 7672 §3.1): port 25 of the host that MX names. */
function tlsaRecords(hostName: string, tlsa: ServerSettings["tlsa"] = []): ExpectedRecord[] {
  return tlsa.map((value, at) =>
    expected(NO_ORIGIN, {
      id: `hostTlsa:${at}`,
      kind: "hostTlsa",
      scope: "host",
      group: "encrypt",
      need: "optional",
      name: `_25._tcp.${hostName}`,
      data: { type: "TLSA", value },
    }),
  );
}

/** RFC 1035 §3.5 and RFC 3596 §2.5. */
export function reverseName(address: string): string {
  if (!isIPv6(address)) return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
  return `${ipv6Digits(address).split("").reverse().join(".")}.ip6.arpa`;
}

/** The 32 hexadecimal digits of an IPv6 address. */
function ipv6Digits(address: string): string {
  // The URL parser writes any form (also ::ffff:192.0.2.1) as hexadecimal groups.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => text.split(":").filter((group) => group !== "");
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const all = tail === undefined ? before : [...before, ...zeros, ...after];
  return all.map((group) => group.padStart(4, "0")).join("");
}
