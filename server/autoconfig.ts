/**
 * Thunderbird's autoconfig (lib/mail/clients/autoconfig.ts), where draft-ietf-mailmaint-autoconfig has
 * programs look: "autoconfig.<domain>/mail/config-v1.1.xml" and the domain's own
 * "/.well-known/autoconfig/mail/config-v1.1.xml", by HTTPS and, because they ask so, in clear: it holds no
 * secret, and who can change it on its way can also change the DNS that led here.
 *
 * Programs that follow MX ask at the server's own name for an address of a domain that it serves: such a
 * question is answered for the domain of the address. Whether there is such an address is never said.
 */
import { AUTOCONFIG_TYPE, autoconfigXml } from "../lib/mail/clients/autoconfig.ts";
import { parseAddress } from "../lib/mail/address.ts";
import { findServedDomain, getClientSettings } from "../lib/service/client-settings.ts";
import type { ServiceContext } from "../lib/service/context.ts";
import { type Answer, NOT_FOUND } from "./answers.ts";

export const AUTOCONFIG_PREFIX = "autoconfig.";
export const AUTOCONFIG_PATH = "/mail/config-v1.1.xml";
export const WELL_KNOWN_PATH = "/.well-known/autoconfig/mail/config-v1.1.xml";

export interface AutoconfigQuestion {
  /** The domain whose name was asked: without "autoconfig.". */
  readonly domain: string;
  readonly query: URLSearchParams;
}

export async function answerAutoconfig(
  ctx: ServiceContext,
  { domain, query }: AutoconfigQuestion,
): Promise<Answer> {
  const settings = await getClientSettings(ctx);
  const asked = parseAddress(query.get("emailaddress") ?? "")?.domain ?? domain;
  const own = await findServedDomain(ctx.prisma, domain);
  if (own === null && !isAbove(domain, settings.hostName)) return NOT_FOUND;
  const served = (asked !== domain && (await findServedDomain(ctx.prisma, asked))) || own;
  if (served === null) return NOT_FOUND;
  return { status: 200, type: AUTOCONFIG_TYPE, body: autoconfigXml(served, settings) };
}

/** The host's name, or a name that it lies under: what programs make of an MX. */
function isAbove(domain: string, hostName: string): boolean {
  return domain !== "" && (hostName === domain || hostName.endsWith(`.${domain}`));
}
