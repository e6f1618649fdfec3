/** The records of one domain, group by group: each function obeys the text that it names. */
import { dkimText } from "../dkim-keys.ts";
import { mtaStsText } from "../mta-sts.ts";
import { dmarcText, mailtoUri, reportDomains, startingDmarc } from "./dmarc.ts";
import { expected, type ExpectedRecord } from "./record.ts";
import {
  STANDARD_SERVICES,
  type DomainSettings,
  type PublishedKey,
  type ServerSettings,
  type ServicePorts,
} from "./settings.ts";

const DEFAULT_MX_PRIORITY = 10;

/** RFC 5321 §5.1: one exchange, the host itself and never an alias of it (§5.1, RFC 2181 §10.3). */
export function receiveRecords(
  { name }: DomainSettings,
  { hostName, mxPriority = DEFAULT_MX_PRIORITY }: ServerSettings,
): ExpectedRecord[] {
  const value = { preference: mxPriority, exchange: hostName };
  const data = { type: "MX", value } as const;
  return [expected(name, { kind: "mx", group: "receive", need: "required-receive", name, data })];
}

/** SPF (RFC 7208) and the signing keys (RFC 6376, RFC 8463). */
export function sendRecords(
  { name }: DomainSettings,
  { hostName }: ServerSettings,
  dkim: readonly PublishedKey[],
): ExpectedRecord[] {
  const data = { type: "TXT", value: spfText(hostName) } as const;
  const spf = expected(name, { kind: "spf", group: "send", need: "required-send", name, data });
  return [spf, ...dkim.map((key) => dkimRecord(name, key))];
}

/**
 * `a:` names the machine that sends, also when MX points elsewhere (a filter in front, a domain
 * that only sends) and whatever addresses it gets. `mx` goes on being true when a second server is
 * added to MX. Two look-ups of the ten (§4.6.4). `-all`: nobody else sends for this domain, which
 * is what its owner has just said by setting it up here; one who uses other services adds them.
 */
function spfText(hostName: string): string {
  return `v=spf1 a:${hostName} mx -all`;
}

/**
 * RSA is what everybody verifies, so that the domain is signed only when it is seen. Ed25519 helps
 * those who know it. A key that is safe to delete is no longer expected, nor missed.
 */
function dkimRecord(domain: string, key: PublishedKey): ExpectedRecord {
  const isActive = key.state !== "retiring" && key.state !== "safe_to_delete";
  const isRequired = key.algorithm === "rsa_sha256" && isActive;
  return expected(domain, {
    id: `dkim:${key.selector}`,
    kind: "dkim",
    group: "send",
    need: isRequired ? "required-send" : isActive ? "recommended" : "optional",
    name: `${key.selector}._domainkey.${domain}`,
    data: { type: "TXT", value: dkimText(key) },
  });
}

/** DMARC (RFC 9989), and the permission that report addresses elsewhere need (RFC 9990 §4). */
export function protectRecords({ name, dmarc }: DomainSettings): ExpectedRecord[] {
  const policy = dmarc ?? startingDmarc(name);
  const record = expected(name, {
    kind: "dmarc",
    group: "protect",
    need: "recommended",
    name: `_dmarc.${name}`,
    data: { type: "TXT", value: dmarcText(policy) },
  });
  const permissions = reportDomains(name, policy).map((host) =>
    expected(name, {
      id: `dmarcReports:${host}`,
      kind: "dmarcReports",
      scope: "elsewhere",
      group: "protect",
      need: "recommended",
      name: `${name}._report._dmarc.${host}`,
      data: { type: "TXT", value: "v=DMARC1" },
    }),
  );
  return [record, ...permissions];
}

/** MTA-STS (RFC 8461 §3.1, §3.3) and TLS reports (RFC 8460 §3). */
export function encryptRecords(
  { name, mtaStsMode, mtaStsId, tlsReportsTo }: DomainSettings,
  server: ServerSettings,
): ExpectedRecord[] {
  const need = mtaStsMode === "none" ? "optional" : "recommended";
  const reports = mailtoUri(tlsReportsTo ?? `postmaster@${name}`);
  return [
    alias(name, server, { kind: "mtaStsHost", group: "encrypt", need, label: "mta-sts" }),
    expected(name, {
      kind: "mtaStsPolicy",
      group: "encrypt",
      need,
      name: `_mta-sts.${name}`,
      data: { type: "TXT", value: mtaStsText(mtaStsId) },
    }),
    expected(name, {
      kind: "tlsReports",
      group: "encrypt",
      need: "recommended",
      name: `_smtp._tls.${name}`,
      data: { type: "TXT", value: `v=TLSRPTv1; rua=${reports}` },
    }),
  ];
}

/** Service, and how much it is preferred to its siblings: IMAP to POP3 (RFC 6186 §3.4). */
const SERVICES: readonly (readonly [service: keyof ServicePorts, priority: number])[] = [
  ["submissions", 0],
  ["submission", 10],
  ["imaps", 0],
  ["imap", 10],
  ["pop3s", 20],
  ["pop3", 30],
];

/** SRV (RFC 6186, RFC 8314 §5.1), and the host names that mail programs ask over HTTP. */
export function deviceRecords({ name }: DomainSettings, server: ServerSettings): ExpectedRecord[] {
  const { hostName, services = STANDARD_SERVICES } = server;
  const srv = SERVICES.map(([service, priority]) => {
    const port = services[service];
    // RFC 2782: the target "." says that the service is decidedly not offered.
    const offered = port !== null;
    return expected(name, {
      id: `srv:${service}`,
      kind: offered ? "service" : "serviceOff",
      group: "devices",
      need: offered ? "recommended" : "optional",
      name: `_${service}._tcp.${name}`,
      data: {
        type: "SRV",
        value: offered
          ? { priority, weight: 1, port, target: hostName }
          : { priority: 0, weight: 0, port: 0, target: "" },
      },
    });
  });
  const shared = { group: "devices", need: "optional" } as const;
  return [
    ...srv,
    alias(name, server, { ...shared, kind: "autoconfig", label: "autoconfig" }),
    alias(name, server, { ...shared, kind: "autodiscover", label: "autodiscover" }),
  ];
}

type AliasOptions = Pick<ExpectedRecord, "kind" | "group" | "need"> & { readonly label: string };

/** A name that has to reach this server: by CNAME, or by the same addresses. */
function alias(
  domain: string,
  { hostName, ipv4 = [], ipv6 = [] }: ServerSettings,
  { label, ...record }: AliasOptions,
): ExpectedRecord {
  return expected(domain, {
    ...record,
    name: `${label}.${domain}`,
    data: { type: "CNAME", value: hostName },
    orAddresses: [...ipv4, ...ipv6],
  });
}
