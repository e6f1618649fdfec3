/** The records of one domain, group by group: each function obeys the text that it names. */
import { dkimText } from "../dkim-keys.ts";
import { mtaStsText } from "../mta-sts.ts";
import { dmarcText, mailtoUri, reportDomains, startingDmarc } from "./dmarc.ts";
import { bimiText } from "./bimi.ts";
import { expected, type ExpectedRecord, type Group, type Need } from "./record.ts";
import { receivesMail, sendsMail } from "../domain-mode.ts";
import {
  STANDARD_SERVICES,
  type DomainSettings,
  type Exchange,
  type PublishedKey,
  type ServerSettings,
  type ServicePorts,
} from "./settings.ts";

const DEFAULT_MX_PRIORITY = 10;
const HTTPS_PORT = 443;

/** RFC 5321 §5.1: the hosts themselves and never an alias of them (§5.1, RFC 2181 §10.3). */
export function receiveRecords({ name }: DomainSettings, server: ServerSettings): ExpectedRecord[] {
  return exchangesOf(server).map(({ host, preference }) =>
    expected(name, {
      id: host === server.hostName ? "mx" : `mx:${host}`,
      kind: "mx",
      group: "receive",
      need: "required-receive",
      name,
      data: { type: "MX", value: { preference, exchange: host } },
    }),
  );
}

/** This host, unless the settings name all of them. */
export function exchangesOf(server: ServerSettings): readonly Exchange[] {
  const { hostName, mxPriority = DEFAULT_MX_PRIORITY, exchanges = [] } = server;
  return exchanges.length > 0 ? exchanges : [{ host: hostName, preference: mxPriority }];
}

/** SPF (RFC 7208) and the signing keys (RFC 6376, RFC 8463). */
export function sendRecords(
  domain: DomainSettings,
  server: ServerSettings,
  dkim: readonly PublishedKey[],
): ExpectedRecord[] {
  const { name } = domain;
  const data = { type: "TXT", value: spfText(domain, server) } as const;
  const need = domain.mode === "receive" ? "recommended" : "required-send";
  const spf = expected(name, { kind: "spf", group: groupOf(domain), need, name, data });
  return [spf, ...dkim.flatMap((key) => dkimRecords(domain, key))];
}

/**
 * A domain that only receives still forwards: its aliases send in its name (SRS), which SPF has to allow. Its
 * keys do no more than seal what is forwarded (ARC, RFC 8617): worth having, missed by nobody. For the rest
 * both say that nobody else writes in its name.
 */
const groupOf = ({ mode }: DomainSettings): Group => (mode === "receive" ? "protect" : "send");
const keyNeed = ({ mode }: DomainSettings): Need =>
  mode === "receive" ? "optional" : "required-send";

/**
 * `a:` names the machine that sends, also when MX points elsewhere (a filter in front, a domain
 * that only sends) and whatever addresses it gets. `mx` goes on being true when a second server is
 * added to MX. Two look-ups of the ten (§4.6.4). `-all`: nobody else sends for this domain, which
 * is what its owner has just said by setting it up here; one who uses other services adds them.
 */
function spfText({ mode }: DomainSettings, server: ServerSettings): string {
  const others = exchangesOf(server).filter(({ host }) => host !== server.hostName);
  // Where mail is received elsewhere, MX is theirs: whether they may send is not ours to say.
  const mx = mode === "send" ? others.map(({ host }) => `a:${host}`) : ["mx"];
  return ["v=spf1", `a:${server.hostName}`, ...mx, "-all"].join(" ");
}

/**
 * RSA is what everybody verifies, so that the domain is signed only when it is seen. Ed25519 helps
 * those who know it. A key that is safe to delete is no longer expected, nor missed. A revoked one is to
 * be seen empty: while its record still holds the key, whoever stole it signs.
 */
export function dkimRecords(domain: DomainSettings, key: PublishedKey): ExpectedRecord[] {
  const isActive = key.state !== "retiring" && key.state !== "safe_to_delete";
  const isRequired = key.algorithm === "rsa_sha256" && isActive;
  const isAwaited = isActive || key.revoked === true;
  const awaitedNeed = domain.mode === "receive" ? "optional" : "recommended";
  const need = isRequired ? keyNeed(domain) : isAwaited ? awaitedNeed : "optional";
  const shared = { group: groupOf(domain), need } as const;
  const selector = {
    ...shared,
    id: `dkim:${key.selector}`,
    kind: "dkim",
    name: `${key.selector}._domainkey.${domain.name}`,
  } as const;
  const text = { type: "TXT", value: dkimText(key) } as const;
  if (!key.target) return [expected(domain.name, { ...selector, data: text })];
  const alias = { type: "CNAME", value: key.target } as const;
  return [
    expected(domain.name, { ...selector, data: alias, orText: text.value }),
    expected(domain.name, {
      ...shared,
      id: `dkimTarget:${key.selector}`,
      kind: "dkimTarget",
      scope: "host",
      name: key.target,
      data: text,
    }),
  ];
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
export function encryptRecords(domain: DomainSettings, server: ServerSettings): ExpectedRecord[] {
  const { name, mtaStsMode, mtaStsId } = domain;
  const need = mtaStsMode === "none" ? "optional" : "recommended";
  return [
    alias(name, server, { kind: "mtaStsHost", group: "encrypt", need, label: "mta-sts" }),
    expected(name, {
      kind: "mtaStsPolicy",
      group: "encrypt",
      need,
      name: `_mta-sts.${name}`,
      data: { type: "TXT", value: mtaStsText(mtaStsId) },
    }),
    ...tlsReportRecords(domain),
  ];
}

/** RFC 8460 §3. */
export function tlsReportRecords({ name, tlsReportsTo }: DomainSettings): ExpectedRecord[] {
  const reports = mailtoUri(tlsReportsTo ?? `postmaster@${name}`);
  return [
    expected(name, {
      kind: "tlsReports",
      group: "encrypt",
      need: "recommended",
      name: `_smtp._tls.${name}`,
      data: { type: "TXT", value: `v=TLSRPTv1; rua=${reports}` },
    }),
  ];
}

/** BIMI, for those who set a logo: nothing depends on it. */
export function logoRecords({ name, bimi }: DomainSettings): ExpectedRecord[] {
  if (bimi === undefined) return [];
  return [
    expected(name, {
      kind: "bimi",
      group: "protect",
      need: "optional",
      name: `default._bimi.${name}`,
      data: { type: "TXT", value: bimiText(bimi) },
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
export function deviceRecords(
  { name, mode = "full" }: DomainSettings,
  server: ServerSettings,
): ExpectedRecord[] {
  const { hostName, services = STANDARD_SERVICES } = server;
  // Where mailboxes are elsewhere, how they are read is not ours to say; nor how is sent what is sent elsewhere.
  const own = SERVICES.filter(([service]) =>
    service.startsWith("submission") ? sendsMail(mode) : receivesMail(mode),
  );
  const srv = own.map(([service, priority]) => {
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
  // Their answers begin with a mailbox to read.
  if (!receivesMail(mode)) return srv;
  return [
    ...srv,
    alias(name, server, { ...shared, kind: "autoconfig", label: "autoconfig" }),
    alias(name, server, { ...shared, kind: "autodiscover", label: "autodiscover" }),
    // Outlook's last resort, and the only one that needs no certificate for a name of the domain.
    expected(name, {
      ...shared,
      kind: "autodiscoverService",
      name: `_autodiscover._tcp.${name}`,
      data: { type: "SRV", value: { priority: 0, weight: 1, port: HTTPS_PORT, target: hostName } },
    }),
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
