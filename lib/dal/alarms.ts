/** Alarms, and how the checks of a domain changed, as this person may see them. */
import "server-only";
import { cache } from "react";
import { checkTitle } from "@/lib/i18n/check-title.ts";
import { reasonText } from "@/lib/i18n/reason-text.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { VERDICTS, type Verdict } from "@/lib/mail/dns/check.ts";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import { Id } from "@/lib/schemas/fields.ts";
import * as service from "@/lib/service/dns-checks.ts";
import { can } from "@/lib/service/permissions.ts";
import { toFixView } from "./dns.ts";
import { getTranslate } from "./preferences.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

/** A word from a row that another version may have written. */
const verdictOf = (word: string): Verdict => VERDICTS.find((known) => known === word) ?? "unknown";

/** What follows the kind in a key: a selector, a host. */
const partOf = (key: string) => (key.includes(":") ? key.slice(key.indexOf(":") + 1) : "");

/** The page on which something is seen and mended, for who may see the server or not; null: none for him. */
export function placeOf(
  { domain, key, kind }: Pick<service.AlarmView, "domain" | "key" | "kind">,
  mayReadServer: boolean,
): string | null {
  if (kind === "certificate" && mayReadServer) return "/system/certificates";
  if (domain === null)
    return mayReadServer ? `/system/identity#record-${encodeURIComponent(key)}` : null;
  // Who looks after a domain sees its certificate there.
  if (kind === "certificate") return `/domains/${domain}/policies/mta-sts`;
  return `/domains/${domain}/dns#record-${encodeURIComponent(key)}`;
}

function toAlarm(t: Translate, alarm: service.AlarmView, mayReadServer: boolean) {
  const { id, domain, key, kind, verdict, openedAt, closedAt, before, after, fix } = alarm;
  return {
    ...{ id, key, openedAt, closedAt, before, after, domain },
    /** Null: the server itself. */
    shown: domain === null ? null : toUnicodeDomain(domain),
    title: checkTitle(t, kind),
    part: partOf(key),
    kind,
    href: placeOf(alarm, mayReadServer),
    verdict: verdictOf(verdict),
    reasons: alarm.reasons.flatMap((reason) => reasonText(t, reason) ?? []),
    fix: fix && toFixView(fix),
  };
}
export type AlarmRow = ReturnType<typeof toAlarm>;

interface AlarmPage {
  readonly state: "open" | "closed" | "any";
  readonly search: string;
  readonly before?: string;
  readonly limit?: number;
}

export async function getAlarmsView({ before, ...page }: AlarmPage) {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const after = Id.safeParse(before).success && before ? { before } : {};
  const { rows, next } = await service.listAlarms(runtime().service, actor, { ...page, ...after });
  const mayReadServer = can(actor, "server.read", null);
  return { rows: rows.map((alarm) => toAlarm(t, alarm, mayReadServer)), next };
}

/** One line of what needs attention: an alarm, or something required that was never right. */
export interface AttentionRow {
  readonly id: string;
  readonly title: string;
  readonly part: string;
  /** Null: the server itself. */
  readonly shown: string | null;
  readonly since: Date;
  readonly verdict: Verdict;
  readonly href: string | null;
  /** How many more are wrong at the same place. */
  readonly others: number;
}

/** At most `limit`, alarms first; and whether something is about the server. */
export async function getAttention(
  limit: number,
): Promise<{ rows: AttentionRow[]; server: boolean }> {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const ctx = runtime().service;
  const [{ rows }, broken, server] = await Promise.all([
    service.listAlarms(ctx, actor, { state: "open", limit }),
    service.listBroken(ctx, actor, limit),
    service.serverNeedsAttention(ctx, actor),
  ]);
  const mayReadServer = can(actor, "server.read", null);
  const all = [
    ...rows.map((alarm) => ({ ...alarm, since: alarm.openedAt, others: 0 })),
    ...broken.map((one) => ({ ...one, id: `${one.domain ?? ""} ${one.key}` })),
  ];
  return {
    server,
    rows: all.slice(0, limit).map((one) => ({
      ...{ id: one.id, since: one.since, others: one.others, part: partOf(one.key) },
      title: checkTitle(t, one.kind),
      shown: one.domain === null ? null : toUnicodeDomain(one.domain),
      verdict: verdictOf(one.verdict),
      href: placeOf(one, mayReadServer),
    })),
  };
}

interface HistoryPage {
  /** "": all. */
  readonly record: string;
  readonly before: string;
}

/** Null like any domain that is not there. */
export async function getHistoryView(segment: string, page: HistoryPage) {
  const name = domainIn(segment);
  if (name === null) return null;
  const found = await changesOf(name, page);
  return found && { ...found, name, shown: toUnicodeDomain(name) };
}

/** Of the server itself; null for who may not see it. */
export const getServerHistoryView = (page: HistoryPage) => changesOf(null, page);

async function changesOf(name: string | null, { record, before }: HistoryPage) {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const found = await service.listChanges(runtime().service, actor, {
    name,
    key: record === "" ? null : record,
    ...(Id.safeParse(before).success && { before }),
  });
  if (!found) return null;
  return {
    next: found.next,
    rows: found.rows.map(({ id, key, at, kind, name: of, ...row }) => ({
      ...{ id, key, at },
      title: kind === null ? key : checkTitle(t, kind),
      /** What it is about; null: it is not looked at any more. */
      of,
      /** Where it is seen now; null: nowhere. */
      href: kind === null ? null : placeOf({ domain: found.domain, key, kind }, true),
      verdictBefore: row.verdictBefore === null ? null : verdictOf(row.verdictBefore),
      verdict: verdictOf(row.verdict),
      foundBefore: row.foundBefore,
      found: row.found,
      reasons: row.reasons.flatMap((reason) => reasonText(t, reason) ?? []),
    })),
    options: found.checks.map(({ key, kind, name: of }) => ({
      value: key,
      text: `${checkTitle(t, kind)}: ${of}`,
    })),
  };
}
export type HistoryView = NonNullable<Awaited<ReturnType<typeof changesOf>>>;

export const getHistoryTitle = cache(async (segment: string): Promise<string | null> => {
  const actor = await requireActor();
  const name = domainIn(segment);
  if (name === null) return null;
  const found = await service.listChanges(runtime().service, actor, { name, limit: 1 });
  return found && toUnicodeDomain(name);
});
