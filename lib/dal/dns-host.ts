/** The view of where a domain's DNS is, and the choice of it. */
import "server-only";
import { cache } from "react";
import { DNS_HOSTS } from "@/lib/mail/dns/dns-hosts.ts";
import { detectDnsHost, namedServers, OTHER_HOST } from "@/lib/mail/dns/providers.ts";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import type { SetDnsHost } from "@/lib/schemas/domains.ts";
import * as service from "@/lib/service/dns-host.ts";
import { getTranslate } from "./preferences.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

/** Null: no such domain. */
export const getDnsHostView = cache(async (segment: string) => {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const name = domainIn(segment);
  const found = name === null ? null : await service.getDnsHost(runtime().service, actor, name);
  if (!found) return null;
  const { domain, zone, may } = found;
  const servers = namedServers(zone);
  const { host } = detectDnsHost(servers);
  const byServers = host
    ? t("settings.dns.autoFound", { host: host.name })
    : t("settings.dns.auto");
  return {
    ...{ servers, may, chosen: domain.dnsHost ?? "" },
    options: [
      { value: "", text: byServers },
      ...DNS_HOSTS.map(({ id, name: text }) => ({ value: id, text })).toSorted((a, b) =>
        a.text.localeCompare(b.text, t.locale),
      ),
      { value: OTHER_HOST, text: t("settings.dns.other") },
    ],
  };
});
export type DnsHostView = NonNullable<Awaited<ReturnType<typeof getDnsHostView>>>;

export async function setDnsHost(input: SetDnsHost) {
  return service.setDnsHost(runtime().service, await requireActor(), input);
}
