/** Alarms, and how the checks of a domain changed, as this person may see them. */
import "server-only";
import { cache } from "react";
import { checkTitle } from "@/lib/i18n/check-title.ts";
import { reasonText } from "@/lib/i18n/reason-text.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { VERDICTS, type Verdict } from "@/lib/mail/dns/check.ts";
import { Id } from "@/lib/schemas/fields.ts";
import { DomainName } from "@/lib/schemas/forms.ts";
import { segment as decoded } from "@/lib/schemas/query.ts";
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

function toAlarm(t: Translate, alarm: service.AlarmView) {
  const { id, domain, key, kind, verdict, openedAt, closedAt, before, after, fix } = alarm;
  return {
    ...{ id, key, openedAt, closedAt, before, after, domain },
    /** Null: the server itself. */
    shown: domain === null ? null : toUnicodeDomain(domain),
    title: checkTitle(t, kind),
    part: partOf(key),
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
  const mayRunServer = can(actor, "server.write", null);
  return { rows: rows.map((alarm) => toAlarm(t, alarm)), next, mayRunServer };
}

interface HistoryPage {
  /** "": all. */
  readonly record: string;
  readonly before: string;
}

/** Null like any domain that is not there. */
export async function getHistoryView(segment: string, { record, before }: HistoryPage) {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const name = DomainName.safeParse(decoded(segment));
  if (!name.success) return null;
  const found = await service.listChanges(runtime().service, actor, {
    name: name.data,
    key: record === "" ? null : record,
    ...(Id.safeParse(before).success && { before }),
  });
  if (!found) return null;
  return {
    name: found.domain,
    shown: toUnicodeDomain(found.domain),
    next: found.next,
    rows: found.rows.map(({ id, key, at, kind, name: of, ...row }) => ({
      ...{ id, key, at },
      title: kind === null ? key : checkTitle(t, kind),
      /** What it is about; null: it is not looked at any more. */
      of,
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
export type HistoryView = NonNullable<Awaited<ReturnType<typeof getHistoryView>>>;

export const getHistoryTitle = cache(async (segment: string): Promise<string | null> => {
  const actor = await requireActor();
  const name = DomainName.safeParse(decoded(segment));
  if (!name.success) return null;
  const found = await service.listChanges(runtime().service, actor, { name: name.data, limit: 1 });
  return found && toUnicodeDomain(found.domain);
});
