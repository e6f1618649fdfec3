/** The view of what a domain is used for, with what another use would change, and the change. */
import "server-only";
import { cache } from "react";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { DOMAIN_MODES, receivesMail, sendsMail, type DomainMode } from "@/lib/mail/domain-mode.ts";
import type { ExpectedRecord } from "@/lib/mail/dns-records.ts";
import * as dnsTexts from "@/lib/i18n/dns-records.ts";
import type { Translate } from "@/lib/i18n/translate.ts";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import type { SetDomainMode } from "@/lib/schemas/domains.ts";
import * as service from "@/lib/service/domain-mode.ts";
import type { ModePreview } from "@/lib/service/domain-mode.ts";
import { modeOptions } from "./new-domain.ts";
import { getTranslate } from "./preferences.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

/** `asked`: another mode, of which a preview is wanted; other words are no mode. Null: no such domain. */
export const getDomainModeView = cache(async (segment: string, asked: string) => {
  const [actor, t] = await Promise.all([requireActor(), getTranslate()]);
  const domainName = domainIn(segment);
  const mode = DOMAIN_MODES.find((one) => one === asked) ?? null;
  if (domainName === null) return null;
  const input = { domain: domainName, mode };
  const found = await service.previewDomainMode(runtime().service, actor, input);
  if (!found) return null;
  const { domain, may } = found;
  return {
    ...{ name: domain.name, shown: toUnicodeDomain(domain.name), mode: domain.mode, may },
    modes: modeOptions(t),
    preview: mode === null ? null : previewView(t, found, mode),
  };
});
export type ModePreviewView = ReturnType<typeof previewView>;

function previewView(t: Translate, found: ModePreview, to: DomainMode) {
  const { domain, records, dangers, enforced, counts } = found;
  return {
    ...{ to, enforced, isSame: domain.mode === to },
    dangers: dangers.map((danger) => t(`settings.danger.${danger}`)),
    engine: engineSentences(t, { name: domain.name, before: domain.mode, to, counts }),
    added: records.added.map((record) => recordView(t, record)),
    removed: records.removed.map((record) => recordView(t, record)),
    changed: records.changed.map(({ before, after }) => ({
      ...recordView(t, after),
      before: t("settings.records.before", { value: before.text }),
    })),
    weighed: records.weighed.map(({ before, after }) => ({
      ...recordView(t, after),
      before: t("settings.records.before", { value: needWord(t, before) }),
      value: needWord(t, after),
    })),
  };
}

function recordView(t: Translate, { id, kind, name, data, text }: ExpectedRecord) {
  return { id, name, type: data.type, value: text, title: dnsTexts[t.locale][`dns.${kind}.title`] };
}

const needWord = (t: Translate, { need }: ExpectedRecord) =>
  t(`settings.records.need.${need.startsWith("required") ? "required" : plainNeed(need)}`);
const plainNeed = (need: string) => (need === "optional" ? "optional" : "recommended");

interface EngineChange {
  readonly name: string;
  readonly before: DomainMode;
  readonly to: DomainMode;
  readonly counts: ModePreview["counts"];
}

/** What the servers do differently; what they never did and go on not doing needs no word. */
function engineSentences(t: Translate, { name, before, to, counts }: EngineChange): string[] {
  const domain = toUnicodeDomain(name);
  const receive = turn(receivesMail(before), receivesMail(to));
  const send = turn(sendsMail(before), sendsMail(to));
  const { mailboxes, aliases } = counts;
  const isLess = receive === "stop" || send === "stop";
  return [
    ...(receive ? [t(`settings.engine.receive.${receive}`, { domain })] : []),
    ...(send ? [t(`settings.engine.send.${send}`)] : []),
    ...(isLess ? [t("settings.engine.kept", { mailboxes, aliases })] : []),
  ];
}

function turn(before: boolean, after: boolean): "stop" | "start" | "same" | null {
  if (before && after) return "same";
  return before ? "stop" : after ? "start" : null;
}

export async function setDomainMode(input: SetDomainMode) {
  return service.setDomainMode(runtime().service, await requireActor(), input);
}
