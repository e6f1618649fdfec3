/**
 * What was found of a domain, as sentences (`found.*` of lib/i18n/domains.ts), and the use that fits it. Nothing
 * is suggested where the question on which it stands was not answered. Pure.
 */
import type { DomainMode } from "../domain-mode.ts";
import type { MxRecord } from "../ports.ts";
import { parseDmarc } from "./dmarc-record.ts";
import { mxProvider } from "./mx-providers.ts";
import { detectDnsHost } from "./providers.ts";
import type { DomainSurvey } from "./survey.ts";

/** Where mail for the domain goes, by MX. */
export type MailGoes =
  | { readonly to: "unknown"; readonly rcode: string }
  | { readonly to: "nowhere" } // no MX: at best the domain's own address (RFC 5321 §5.1)
  | { readonly to: "refused" } // null MX (RFC 7505)
  | { readonly to: "here" }
  | { readonly to: "elsewhere"; readonly host: string; readonly provider: string | null }
  /** Here, and to others. */
  | { readonly to: "both"; readonly host: string };

const bare = (host: string) => host.toLowerCase().replace(/\.$/, "");

export function mailGoes({ mx }: DomainSurvey, ownHosts: readonly string[]): MailGoes {
  if (!mx.answered) return { to: "unknown", rcode: mx.rcode };
  const hosts = [...mx.records].sort(byPreference).map(({ exchange }) => bare(exchange));
  if (hosts.length === 0) return { to: "nowhere" };
  if (hosts.every((host) => host === "")) return { to: "refused" };
  const others = hosts.filter((host) => host !== "" && !ownHosts.includes(host));
  const [host] = others;
  if (host === undefined) return { to: "here" };
  if (others.length < hosts.length) return { to: "both", host };
  return { to: "elsewhere", host, provider: mxProvider(host) };
}

const byPreference = (a: MxRecord, b: MxRecord) => a.preference - b.preference;

export interface Finding {
  readonly key: `found.${string}`;
  readonly params: Readonly<Record<string, string | number>>;
  /** "bad": it stands in the way. "unknown": it was asked and not answered. */
  readonly tone: "plain" | "bad" | "unknown";
}

const plain = (key: Finding["key"], params: Finding["params"] = {}): Finding => ({
  ...{ key, params, tone: "plain" },
});

export interface Findings {
  readonly mail: MailGoes;
  readonly sentences: readonly Finding[];
  /** Seconds for which MX is kept by others; null: it was not answered, or there is none. */
  readonly mxTtl: number | null;
  /** Nothing at all was answered. */
  readonly silent: boolean;
  readonly suggestion: { readonly mode: DomainMode; readonly why: Finding["key"] } | null;
}

export function findingsOf(survey: DomainSurvey, ownHosts: readonly string[]): Findings {
  const mail = mailGoes(survey, ownHosts);
  const { mx, spf, dmarc, exists, servers } = survey;
  const silent = !mx.answered && !spf.answered && !dmarc.answered && servers.length === 0;
  const isGone = exists === false && mail.to === "nowhere" && survey.apex !== survey.name;
  const sentences = silent
    ? []
    : [
        ...(isGone ? [goneFinding(survey)] : [mailFinding(survey, mail)]),
        dnsFinding(survey),
        securityFinding(survey),
        ...(isGone ? [] : [spfFinding(survey), dmarcFinding(survey)]),
      ];
  return {
    ...{ mail, sentences: sentences.flatMap((one) => one ?? []), silent },
    mxTtl: mx.answered && mx.records.length > 0 ? mx.ttl : null,
    suggestion: suggestionOf(survey, mail),
  };
}

/** A name below somebody's zone just has no records yet; below a registry nobody has registered it. */
function goneFinding({ name: domain, apex }: DomainSurvey): Finding {
  const isBelow = apex !== null && apex.includes(".") && domain.endsWith(`.${apex}`);
  return isBelow
    ? plain("found.empty", { domain, zone: apex })
    : { key: "found.gone", params: { domain }, tone: "bad" };
}

function mailFinding({ name: domain }: DomainSurvey, mail: MailGoes): Finding {
  switch (mail.to) {
    case "unknown":
      return { key: "found.mx.unknown", params: { domain, rcode: mail.rcode }, tone: "unknown" };
    case "nowhere":
      return plain("found.mx.none", { domain });
    case "refused":
      return plain("found.mx.null", { domain });
    case "here":
      return plain("found.mx.here", { domain });
    case "both":
      return plain("found.mx.both", { domain, host: mail.host });
    case "elsewhere":
      return mail.provider === null
        ? plain("found.mx.elsewhere", { domain, host: mail.host })
        : plain("found.mx.provider", { domain, provider: mail.provider });
  }
}

function dnsFinding({ servers, name: domain }: DomainSurvey): Finding {
  if (servers.length === 0)
    return { key: "found.dns.unknown", params: { domain }, tone: "unknown" };
  const { host } = detectDnsHost(servers);
  const named = servers.join(", ");
  return host === null
    ? plain("found.dns.servers", { servers: named })
    : plain("found.dns.host", { host: host.name, servers: named });
}

function securityFinding({ security, servers }: DomainSurvey): Finding | null {
  if (security === "unknown")
    return servers.length === 0
      ? null
      : { key: "found.dnssec.unknown", params: {}, tone: "unknown" };
  const tone = security === "bogus" ? "bad" : "plain";
  return { key: `found.dnssec.${security}`, params: {}, tone };
}

function spfFinding({ spf, spfPasses }: DomainSurvey): Finding {
  if (!spf.answered) return { key: "found.spf.unknown", params: {}, tone: "unknown" };
  const [text, second] = spf.records;
  if (text === undefined) return plain("found.spf.none");
  if (second !== undefined)
    return { key: "found.spf.two", params: { n: spf.records.length }, tone: "bad" };
  return plain(spfPasses === true ? "found.spf.passes" : "found.spf", { text });
}

function dmarcFinding({ dmarc, name: domain }: DomainSurvey): Finding {
  if (!dmarc.answered) return { key: "found.dmarc.unknown", params: {}, tone: "unknown" };
  const [text, second] = dmarc.records;
  if (text === undefined) return plain("found.dmarc.none", { name: `_dmarc.${domain}` });
  if (second !== undefined)
    return { key: "found.dmarc.two", params: { n: dmarc.records.length }, tone: "bad" };
  const { record } = parseDmarc(text);
  if (record === null) return { key: "found.dmarc.broken", params: { text }, tone: "bad" };
  return plain(`found.dmarc.p.${record.p}`);
}

/**
 * By where mail goes and who may send: null MX says that the domain has no mail; mail elsewhere and this server
 * already named by SPF is a domain that sends here; mail that arrives here while SPF names others only, one that
 * receives here.
 */
function suggestionOf(survey: DomainSurvey, mail: MailGoes): Findings["suggestion"] {
  const { spf, spfPasses } = survey;
  switch (mail.to) {
    case "unknown":
      return null;
    case "refused":
      return { mode: "reports", why: "found.suggest.noMail" };
    case "elsewhere":
      if (spfPasses === true) return { mode: "send", why: "found.suggest.sends" };
      return { mode: "full", why: "found.suggest.move" };
    case "here":
    case "both": {
      const others = spf.answered && spf.records.length === 1 && spfPasses === false;
      return others
        ? { mode: "receive", why: "found.suggest.receives" }
        : { mode: "full", why: "found.suggest.here" };
    }
    case "nowhere":
      return { mode: "full", why: "found.suggest.new" };
  }
}
