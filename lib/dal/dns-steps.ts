/** The view "Step by step": where one is, and what is to be entered, in the words of the DNS host's own form. */
import "server-only";
import { cache } from "react";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import {
  entryNames,
  hostOf,
  namedServers,
  trapsFor,
  type DnsHost,
  type EntryNames,
} from "@/lib/mail/dns/providers.ts";
import * as order from "@/lib/mail/dns/steps.ts";
import type { Step } from "@/lib/mail/dns/steps.ts";
import * as why from "@/lib/i18n/record-why.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import { getDomainChecks, type DnsCheckView } from "@/lib/service/dns-checks.ts";
import { toCheckView, toHostView } from "./dns.ts";
import { toRecordView } from "./domains.ts";
import { getTranslate } from "./preferences.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

const read = cache(async (segment: string) => {
  const actor = await requireActor();
  const name = domainIn(segment);
  return name === null ? null : getDomainChecks(runtime().service, actor, name);
});

export async function getStepsTitle(segment: string): Promise<string | null> {
  const found = await read(segment);
  return found && toUnicodeDomain(found.domain.name);
}

/** `asked`: id of the step that the address names, or "". */
export async function getStepsView(segment: string, asked: string) {
  const [found, t] = await Promise.all([read(segment), getTranslate()]);
  if (!found) return null;
  const { domain, records, checks, watch, may } = found;
  const zone = watch?.zone ?? null;
  const host = hostOf(domain.dnsHost, namedServers(zone));
  const place: Place = { t, host, names: entryNames(domain, zone) };
  const steps = order.stepsOf(records, checks);
  const current = order.currentStep(steps, asked);
  const zoneCheck = checks.find(({ kind }) => kind === "zone");
  const now = new Date();
  return {
    name: domain.name,
    shown: toUnicodeDomain(domain.name),
    addedAt: domain.createdAt,
    may,
    watch: { checkedAt: watch?.checkedAt ?? null, running: watch?.running ?? false },
    /** It was all right once: the mails that tell of that are sent. */
    wasGreen: (watch?.greenAt ?? null) !== null,
    host: toHostView(domain, zone),
    propagation: host?.propagation ?? null,
    steps: steps.map((step) => lineOf(step, place)),
    done: steps.filter(order.isDone).length,
    seen: order.justSeen(steps, now).map((step) => ({
      ...lineOf(step, place),
      at: step.check?.changedAt ?? now,
    })),
    /** The zone itself, where something is wrong with it: no record can be right before it. */
    zone: zoneCheck && zoneCheck.verdict !== "ok" ? toCheckView(t, zoneCheck) : null,
    current: current && {
      ...cardOf(current, place),
      at: steps.indexOf(current) + 1,
      isOpen: order.isOpen(current),
      next: order.nextStep(steps, current)?.record.id ?? null,
      previous: order.previousStep(steps, current)?.record.id ?? null,
    },
  };
}
export type StepsView = NonNullable<Awaited<ReturnType<typeof getStepsView>>>;
export type StepCardView = NonNullable<StepsView["current"]>;

interface Place {
  readonly t: Translate;
  readonly host: DnsHost | null;
  readonly names: EntryNames;
}

type Own = Step<DnsCheckView>;

function lineOf({ record, check, state }: Own, { t }: Place) {
  const { id, title, type } = toRecordView(t.locale, record);
  return { id, title, type, name: record.name, state, verdict: check?.verdict ?? null };
}

function cardOf({ record, check, state }: Own, place: Place) {
  const { t, host, names } = place;
  const view = toRecordView(t.locale, record);
  const { group, type, title, need, purpose, pass, ttl } = view;
  const text = order.textToEnter(record, check);
  const traps = trapsFor(host, { kind: record.kind, type, text, ttl });
  const texts: Readonly<Record<string, string>> = why[t.locale];
  const words = t.locale === "zh" ? (host?.chineseWords ?? host?.words) : host?.words;
  return {
    ...{ group, type, title, need, purpose, pass, ttl, state },
    id: record.id,
    scope: record.scope,
    zone: names.zone,
    /** Null: the host's form has no word that we know. */
    words: words ?? null,
    nameField: host?.nameField ?? null,
    name: names.entered(record.name),
    fullName: record.name,
    fields: view.fields.map((field) =>
      field.label === "value" && type === "TXT" ? { ...field, value: text } : field,
    ),
    action: check?.fix?.action ?? "add",
    remove: check?.fix?.action === "remove" ? check.fix.remove : [],
    traps: traps.map((trap) => t(`publish.trap.${trap}`)),
    why: texts[`dns.${record.kind}.why`] ?? null,
    check: check && toCheckView(t, check),
  };
}
