/** The server as its operators see it, and what they set. */
import "server-only";
import type { Actor } from "@/lib/service/actor.ts";
import * as dnsTexts from "@/lib/i18n/dns-records.ts";
import { formatZone } from "@/lib/mail/zone-file.ts";
import type { HostName } from "@/lib/schemas/forms.ts";
import type { AnnouncedPorts, ServerAddresses } from "@/lib/schemas/server.ts";
import { checkNow, getServerChecks } from "@/lib/service/dns-checks.ts";
import { can } from "@/lib/service/permissions.ts";
import * as service from "@/lib/service/server-identity.ts";
import { toCheckView } from "./dns.ts";
import { toRecordView } from "./domains.ts";
import { getTranslate } from "./preferences.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

/** For the menu: whether there is anything to lead to. */
export const maySeeServer = (actor: Actor): boolean => can(actor, "server.read", null);

export async function getIdentityView() {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const found = await getServerChecks(runtime().service, actor);
  if (!found) return null;
  const { server, records, checks, watch, mayCheck } = found;
  const { hostName, ipv4, ipv6, addressSource, services } = server;
  const ids = new Set(records.map(({ id }) => id));
  const say = (key: keyof typeof dnsTexts.en) => dnsTexts[t.locale][key];
  return {
    ...{ hostName, addressSource, services, mayCheck },
    /** May set things, not only look. */
    mayWrite: can(actor, "server.write", null),
    addresses: [...ipv4, ...ipv6],
    hasIpv6: ipv6.length > 0,
    records: records.map((record) => toRecordView(t.locale, record)),
    byRecord: new Map(
      checks.filter(({ key }) => ids.has(key)).map((check) => [check.key, toCheckView(t, check)]),
    ),
    /** What was looked at beyond the records; with its time, for it may be older than the last look. */
    beyond: checks
      .filter(({ key }) => !ids.has(key))
      .map((check) => ({ ...toCheckView(t, check), checkedAt: check.checkedAt })),
    zoneFile: formatZone(hostName, records, { names: "full", say }),
    watch: { checkedAt: watch?.checkedAt ?? null, running: watch?.running ?? false },
  };
}

export async function checkServerNow() {
  return checkNow(runtime().service, await requireActor(), { subject: null });
}

export async function renameServer(input: HostName) {
  return service.setHostName(runtime().service, await requireActor(), input);
}

export async function setAddresses(input: ServerAddresses) {
  return service.setAddresses(runtime().service, await requireActor(), input);
}

export async function setAnnouncedPorts(input: AnnouncedPorts) {
  return service.setAnnouncedPorts(runtime().service, await requireActor(), input);
}
