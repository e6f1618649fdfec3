/**
 * "Send to a colleague": the page that makes links, and the page that a link opens. The second has no
 * session: `openShared` is its door, and what leaves it is only what the domain publishes or should publish.
 */
import "server-only";
import { cache } from "react";
import type { Translate } from "@/lib/i18n/translate.ts";
import { formatTime } from "@/lib/i18n/format.ts";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { entryNames } from "@/lib/mail/dns/providers.ts";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import { LinkToken } from "@/lib/schemas/clients.ts";
import type { NewShareLink, ShareLinkRef } from "@/lib/schemas/share.ts";
import type { DnsCheckView } from "@/lib/service/dns-checks.ts";
import * as service from "@/lib/service/share-links.ts";
import { toCheckView } from "./dns.ts";
import { toEntryView, toZoneFile } from "./domains.ts";
import { pictureOf } from "./picture.ts";
import { getTranslate } from "./preferences.ts";
import { origin, visitor } from "./request.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

export const { SHARE_DAYS, MAX_OPEN_LINKS } = service;

export const getShareView = cache(async (segment: string) => {
  const actor = await requireActor();
  const name = domainIn(segment);
  const links = name === null ? null : await service.listShareLinks(runtime().service, actor, name);
  if (!links) return null;
  const { host, onlyHere } = await origin();
  return {
    name: links.name,
    shown: toUnicodeDomain(links.name),
    links: links.rows.map(({ id, createdAt, createdBy, expiresAt, lastUsedAt }) => {
      return { id, createdAt, createdBy, expiresAt, lastUsedAt };
    }),
    /** Where nobody else would find us; null: they would. */
    onlyHere: onlyHere ? host : null,
  };
});

/** The link, its picture, and a mail that brings it (RFC 6068). */
export async function addShareLink({ domain }: NewShareLink) {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const result = await service.createShareLink(runtime().service, actor, domain);
  if (result.outcome !== "done") return result;
  const url = `${(await origin()).url}/share/${result.token}`;
  const words = { domain: toUnicodeDomain(domain), time: formatTime(t.locale, result.expiresAt) };
  const body = t("share.mail.body", { ...words, url }).replaceAll("\n", "\r\n");
  const subject = encodeURIComponent(t("share.mail.subject", { domain: words.domain }));
  return {
    outcome: "done" as const,
    made: {
      url,
      picture: pictureOf(url),
      mail: `mailto:?subject=${subject}&body=${encodeURIComponent(body)}`,
      title: t("share.made", words),
    },
  };
}

export async function endShareLink(input: ShareLinkRef) {
  return service.revokeShareLink(runtime().service, await requireActor(), input);
}

/** Once per request: each is counted. */
const openShared = cache(async (token: string) => {
  const parsed = LinkToken.safeParse(token);
  if (!parsed.success) return { outcome: "notFound" } as const;
  const { remoteIp } = await visitor();
  return service.openShareLink(runtime().service, parsed.data, { remoteIp });
});

/** For whoever holds the link: no session is needed, and none is made. */
export async function getSharedView(token: string) {
  const [t, opened] = await Promise.all([getTranslate(), openShared(token)]);
  if (opened.outcome !== "done") return opened;
  const { domain, records, checks, watch } = opened.checks;
  const names = entryNames(domain, watch?.zone ?? null);
  const byKey = new Map(checks.map((check) => [check.key, check]));
  return {
    outcome: "done" as const,
    name: domain.name,
    shown: toUnicodeDomain(domain.name),
    zone: names.zone,
    expiresAt: opened.expiresAt,
    /** Null: nobody has looked yet. */
    checkedAt: watch?.checkedAt ?? null,
    records: records.map((record) => ({
      ...toEntryView(t.locale, record, names),
      seen: seenOf(t, byKey.get(record.id)),
    })),
  };
}
export type SharedView = Extract<Awaited<ReturnType<typeof getSharedView>>, { outcome: "done" }>;

/** What anybody could find out by asking DNS; not who accepted what, nor which resolver we ask. */
function seenOf(t: Translate, check: DnsCheckView | undefined) {
  if (!check) return null;
  const { verdict, reasons, found, fix } = toCheckView(t, check);
  return { verdict, reasons, found, fix };
}

export async function getSharedZone(token: string) {
  const [t, opened] = await Promise.all([getTranslate(), openShared(token)]);
  if (opened.outcome !== "done") return opened;
  const { domain, records } = opened.checks;
  return { outcome: "done" as const, ...toZoneFile(t.locale, domain.name, records) };
}
