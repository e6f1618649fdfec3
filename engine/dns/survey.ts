/**
 * A look at a domain that is not ours yet (lib/mail/dns/survey.ts). The limits are the observer's: a domain whose
 * servers are silent takes as long as one look.
 */
import { isDmarc } from "../../lib/mail/dns/dmarc-record.ts";
import type { Observer } from "../../lib/mail/dns/observer.ts";
import { namedServers } from "../../lib/mail/dns/providers.ts";
import { evaluateSpf } from "../../lib/mail/dns/spf/evaluate.ts";
import { isSpfRecord } from "../../lib/mail/dns/spf/record.ts";
import { withRecord } from "../../lib/mail/dns/spf/with-record.ts";
import { askedOf, only, type DomainSurvey } from "../../lib/mail/dns/survey.ts";

export interface Surveyor {
  readonly observer: Observer;
  readonly hostName: string;
  /** From which this server sends. */
  readonly addresses: readonly string[];
  readonly signal: AbortSignal;
}

export async function surveyDomain(name: string, by: Surveyor): Promise<DomainSurvey> {
  const { observer, signal } = by;
  const [zone, mx, txt, dmarc] = await Promise.all([
    observer.zoneOf(name, signal),
    observer.look(name, "MX", signal),
    observer.look(name, "TXT", signal),
    observer.look(`_dmarc.${name}`, "TXT", signal),
  ]);
  const spf = only(askedOf(txt), isSpfRecord);
  const [text, second] = spf.answered ? spf.records : [];
  return {
    ...{ name, apex: zone.apex, exists: zone.exists, security: zone.security },
    servers: namedServers(zone),
    ...{ mx: askedOf(mx), spf, dmarc: only(askedOf(dmarc), isDmarc) },
    spfPasses: text === undefined || second !== undefined ? null : await passes(name, text, by),
  };
}

/** With every address of ours; null where one could not be tried, or none is known. */
async function passes(
  name: string,
  text: string,
  { observer, hostName, addresses, signal }: Surveyor,
): Promise<boolean | null> {
  const dns = withRecord(name, text, {
    txt: (asked) => observer.ask(asked, "TXT", signal),
    ask: (asked, type) => observer.ask(asked, type, signal),
  });
  const results = await Promise.all(
    addresses.map((ip) =>
      evaluateSpf({ ip, domain: name, sender: `postmaster@${name}`, helo: hostName }, dns),
    ),
  );
  if (results.length === 0 || results.some(({ result }) => result === "temperror")) return null;
  return results.every(({ result }) => result === "pass");
}
