/** Views and operations of domains. */
import "server-only";
import { cache } from "react";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import type { NewDomain, TestMessage } from "@/lib/schemas/forms.ts";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { sendsMail } from "@/lib/mail/domain-mode.ts";
import { GROUPS } from "@/lib/mail/dns/record.ts";
import { entryNames, type EntryNames } from "@/lib/mail/dns/providers.ts";
import type { ExpectedRecord, Group } from "@/lib/mail/dns-records.ts";
import { formatZone } from "@/lib/mail/zone-file.ts";
import { activityText } from "@/lib/i18n/activity-text.ts";
import * as dnsTexts from "@/lib/i18n/dns-records.ts";
import type { Locale } from "@/lib/i18n/translate.ts";
import { listActivity } from "@/lib/service/activity.ts";
import { capabilityStates, getDomainChecks, type DomainStates } from "@/lib/service/dns-checks.ts";
import * as service from "@/lib/service/domains.ts";
import { requestTestMessage } from "@/lib/service/jobs.ts";
import { can } from "@/lib/service/permissions.ts";
import { getLocale, getTranslate } from "./preferences.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

/** The five in order; "unseen": nobody has looked yet. */
export const toCapabilities = (states: DomainStates["states"]) =>
  GROUPS.map((group) => ({ group, state: states?.[group] ?? ("unseen" as const) }));

export async function getDomainsView(page: { search?: string; after?: string }) {
  const actor = await requireActor();
  const list = await service.listDomains(runtime().service, actor, page);
  const ids = list.rows.map(({ id }) => id);
  const capabilities = await capabilityStates(runtime().service, ids);
  return {
    next: list.next,
    mayCreate: can(actor, "domain.create", null),
    rows: list.rows.map(({ id, name, mode, mailboxes, aliases, usedBytes, createdAt }) => ({
      id,
      mode,
      name,
      shown: toUnicodeDomain(name),
      mailboxes,
      aliases,
      usedBytes,
      createdAt,
      capabilities: toCapabilities(capabilities.get(id) ?? null),
    })),
  };
}

export const getDomainView = cache(async (segment: string) => {
  const actor = await requireActor();
  const name = domainIn(segment);
  const domain = name === null ? null : await service.getDomain(runtime().service, actor, name);
  if (!domain) return null;
  const { id, mailboxes, aliases, usedBytes, createdAt } = domain;
  return {
    id,
    name: domain.name,
    shown: toUnicodeDomain(domain.name),
    mailboxes,
    aliases,
    usedBytes,
    createdAt,
    mode: domain.mode,
    may: {
      createMailbox: can(actor, "mailbox.create", id),
      sendTest: sendsMail(domain.mode) && can(actor, "mail.sendTest", id),
    },
  };
});

/** As many as are read at a glance. */
const ACTIVITY_SHOWN = 10;

/** Null like any domain that is not there. */
export async function getActivityView(segment: string) {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const name = domainIn(segment);
  const of = { domain: name ?? "", limit: ACTIVITY_SHOWN };
  const lines = await listActivity(runtime().service, actor, of);
  return lines && lines.map((line) => ({ id: line.id, at: line.at, text: activityText(t, line) }));
}

/** A field to copy: `label` ends a key of lib/i18n ("dns.name", "dns.port"). */
interface RecordField {
  readonly label: "name" | "value" | "priority" | "weight" | "port" | "target";
  readonly value: string;
}

export interface RecordView {
  readonly id: string;
  readonly group: Group;
  readonly type: string;
  readonly need: "required" | "recommended" | "optional";
  readonly title: string;
  readonly purpose: string;
  /** When it will count as correct. */
  readonly pass: string;
  readonly name: string;
  readonly ttl: number;
  /** What follows the name, as DNS hosts ask for it. */
  readonly fields: readonly RecordField[];
}

async function findRecords(segment: string) {
  const actor = await requireActor();
  const name = domainIn(segment);
  return name === null ? null : service.getDomainRecords(runtime().service, actor, name);
}

export async function getRecordsView(segment: string) {
  const [view, locale] = await Promise.all([findRecords(segment), getLocale()]);
  if (!view) return null;
  const { domain, hostName, records } = view;
  return {
    name: domain.name,
    shown: toUnicodeDomain(domain.name),
    hostName,
    records: records.map((record) => toRecordView(locale, record)),
  };
}

export function toRecordView(locale: Locale, record: ExpectedRecord): RecordView {
  const { id, kind, group, need, data, name, ttl, purposeKey, passKey } = record;
  const texts = dnsTexts[locale];
  return {
    ...{ id, group, name, ttl },
    type: data.type,
    need: need.startsWith("required") ? "required" : need === "optional" ? need : "recommended",
    title: texts[`dns.${kind}.title`],
    purpose: texts[purposeKey],
    pass: texts[passKey],
    fields: fieldsOf(record),
  };
}

/** With its name as it is entered: below the zone, which may be above the domain. */
export function toEntryView(locale: Locale, record: ExpectedRecord, names: EntryNames) {
  return { ...toRecordView(locale, record), entered: names.short(record.name) };
}
export type EntryView = ReturnType<typeof toEntryView>;

/** The records on paper; null like any domain that is not there. */
export async function getSheetView(segment: string) {
  const [actor, locale] = await Promise.all([requireActor(), getLocale()]);
  const name = domainIn(segment);
  const found = name === null ? null : await getDomainChecks(runtime().service, actor, name);
  if (!found) return null;
  const { domain, records, watch } = found;
  const names = entryNames(domain, watch?.zone ?? null);
  return {
    name: domain.name,
    shown: toUnicodeDomain(domain.name),
    zone: names.zone,
    records: records.map((record) => toEntryView(locale, record, names)),
  };
}

/** MX and SRV number by number: forms of DNS hosts have a field for each. */
function fieldsOf({ data, text }: ExpectedRecord): RecordField[] {
  if (data.type === "MX")
    return [
      { label: "value", value: data.value.exchange },
      { label: "priority", value: String(data.value.preference) },
    ];
  if (data.type !== "SRV") return [{ label: "value", value: text }];
  const { priority, weight, port, target } = data.value;
  return [
    { label: "priority", value: String(priority) },
    { label: "weight", value: String(weight) },
    { label: "port", value: String(port) },
    { label: "target", value: target === "" ? "." : target },
  ];
}

/** The records as a zone file; null like any domain that is not there. */
export async function getZoneFile(segment: string) {
  const [view, locale] = await Promise.all([findRecords(segment), getLocale()]);
  if (!view) return null;
  return toZoneFile(locale, view.domain.name, view.records);
}

export function toZoneFile(locale: Locale, name: string, records: readonly ExpectedRecord[]) {
  const text = formatZone(name, records, { say: (key) => dnsTexts[locale][key] });
  return { name, shown: toUnicodeDomain(name), text };
}

export async function addDomain(input: NewDomain) {
  return service.createDomain(runtime().service, await requireActor(), input);
}

export async function sendTest(input: TestMessage) {
  return requestTestMessage(runtime().service, await requireActor(), input);
}
