/** The checks of a domain as pages show them, and what people do about them. */
import "server-only";
import { cache } from "react";
import type { z } from "zod";
import type { Fix, ShownAnswer, Verdict } from "@/lib/mail/dns/check.ts";
import { differenceOf, isSame, wantedAfter, type Pair } from "@/lib/mail/dns/difference.ts";
import type { ZoneFacts } from "@/lib/mail/dns/observer.ts";
import { entryNames, hostOf, namedServers, type EnteredDomain } from "@/lib/mail/dns/providers.ts";
import { needsWork } from "@/lib/mail/dns/next-step.ts";
import { checkTitle } from "@/lib/i18n/check-title.ts";
import { reasonText } from "@/lib/i18n/reason-text.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import {
  PageRef,
  type AcceptForm,
  type CheckNowForm,
  type WithdrawForm,
} from "@/lib/schemas/dns.ts";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import { checksJson } from "@/lib/service/checks-json.ts";
import * as service from "@/lib/service/dns-checks.ts";
import type { DnsCheckView } from "@/lib/service/dns-checks.ts";
import { getTranslate } from "./preferences.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

export interface CheckView {
  readonly key: string;
  readonly group: DnsCheckView["group"];
  readonly name: string;
  readonly type: string;
  readonly title: string;
  readonly verdict: DnsCheckView["verdict"];
  /** Something is left to do, or to find out. */
  readonly needsWork: boolean;
  readonly reasons: readonly string[];
  readonly found: readonly string[];
  /** What is found beside what is to stand there; empty where nothing can be set against it. */
  readonly pairs: readonly Pair[];
  readonly fix: FixView | null;
  readonly answers: readonly AnswerView[];
  /** When it was right for the last time; null: never. */
  readonly lastOkAt: Date | null;
  readonly accepted: { readonly by: string; readonly note: string } | null;
}

/** The smallest change: what to add, what to put instead, or what to remove. */
export interface FixView {
  readonly action: "add" | "replace" | "remove";
  readonly name: string;
  readonly values: readonly string[];
}

export function toFixView({ action, name, add, remove }: Fix): FixView {
  return { action, name, values: action === "remove" ? remove : add };
}

export interface AnswerView extends Omit<ShownAnswer, "at"> {
  readonly at: Date;
}

export function toCheckView(t: Translate, check: DnsCheckView): CheckView {
  const { key, group, name, type, kind, verdict, reasons, found, fix, answers, ack } = check;
  return {
    ...{ key, group, name, type, verdict, found },
    needsWork: needsWork(check),
    pairs: pairsOf(check),
    answers: answers.map(({ at, ...answer }) => ({
      ...answer,
      at: at === undefined ? check.checkedAt : new Date(at),
    })),
    title: checkTitle(t, kind),
    reasons: reasons.flatMap((reason) => reasonText(t, reason) ?? []),
    fix: fix && toFixView(fix),
    lastOkAt: check.lastOkAt,
    accepted: verdict === "accepted" && ack ? { by: ack.by, note: ack.note } : null,
  };
}

/** Nothing is set against what counts as right, nor where nobody could look. */
const SETTLED: readonly Verdict[] = ["ok", "off", "accepted", "unknown", "partial"];

function pairsOf(check: DnsCheckView): Pair[] {
  const wanted = SETTLED.includes(check.verdict) ? null : wantedAfter(check);
  if (wanted === null || check.found.length === 0) return [];
  const pairs = differenceOf(check.type, check.found, wanted);
  return pairs.every(isSame) ? [] : pairs;
}

/** Where the DNS is. `automation`: this server can publish there. */
export function toHostView({ dnsHost }: Pick<EnteredDomain, "dnsHost">, zone: ZoneFacts | null) {
  const servers = namedServers(zone);
  const host = hostOf(dnsHost, servers);
  return {
    /** Null: servers that nobody knows. */
    name: host?.name ?? null,
    isChosen: dnsHost !== null,
    servers,
    automation: (host?.automation ?? null) !== null,
  };
}
export type HostView = ReturnType<typeof toHostView>;

export const getChecksView = cache(async (segment: string) => {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const name = domainIn(segment);
  const view = name === null ? null : await service.getDomainChecks(runtime().service, actor, name);
  if (!view) return null;
  const { checks, records, capabilities, watch, may, nextStep, domain, alarms } = view;
  const ids = new Set(records.map(({ id }) => id));
  const looked = watch?.checkedAt ?? null;
  return {
    name: domain.name,
    byRecord: new Map(
      checks.filter(({ key }) => ids.has(key)).map((check) => [check.key, toCheckView(t, check)]),
    ),
    /** What was looked at beyond the records. */
    beyond: checks.filter(({ key }) => !ids.has(key)).map((check) => toCheckView(t, check)),
    // Before the first look nothing is claimed.
    tiles:
      looked === null
        ? []
        : capabilities.map(({ group, state, correct, total, sentence }) => ({
            ...{ group, state, correct, total },
            sentence: t(sentence.key, { domain: domain.name, host: "", ...sentence.params }),
          })),
    next: looked !== null && nextStep ? t(nextStep.key, nextStep.params) : null,
    /** Key of the check that `next` is about. */
    nextCheck: nextStep?.check ?? null,
    watch: { checkedAt: looked, running: watch?.running ?? false },
    openAlarms: alarms.length,
    host: toHostView(domain, watch?.zone ?? null),
    names: entryNames(domain, watch?.zone ?? null),
    may,
  };
});

/** For programs; null like any domain that is not there. */
export async function getChecksJson(segment: string) {
  const actor = await requireActor();
  const name = domainIn(segment);
  const view = name === null ? null : await service.getDomainChecks(runtime().service, actor, name);
  return view ? checksJson(view) : null;
}

/** `body`: JSON of {domain}, null for the server. False for nonsense, and for what this person may not know of. */
export async function markPageViewed(body: string): Promise<boolean> {
  const input = PageRef.safeParse(jsonOf(body));
  if (!input.success) return false;
  const actor = await requireActor();
  const { domain } = input.data;
  return (await service.markViewed(runtime().service, actor, domain)) === "done";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export async function checkDomainNow({ domain, published }: z.infer<typeof CheckNowForm>) {
  const look = { subject: domain, published: published === "yes" };
  return service.checkNow(runtime().service, await requireActor(), look);
}

export async function accept({ domain, key, note }: z.infer<typeof AcceptForm>) {
  const acceptance = { subject: domain, key, note };
  return service.acceptDeviation(runtime().service, await requireActor(), acceptance);
}

export async function withdraw({ domain, key }: z.infer<typeof WithdrawForm>) {
  return service.withdrawAcceptance(runtime().service, await requireActor(), {
    subject: domain,
    key,
  });
}
