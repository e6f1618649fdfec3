/** View and operations of a domain's DANE page; the keys are the server's. */
import "server-only";
import { cache } from "react";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import {
  daneState,
  HOST_KEY_STEPS,
  placeOf,
  stepTimes,
  type HostKeyStep,
} from "@/lib/mail/dns/host-key-rail.ts";
import { wantedKeys } from "@/lib/mail/dns/host-key-life.ts";
import { plainValue } from "@/lib/mail/dns/rdata.ts";
import { tlsaOf } from "@/lib/mail/host-key.ts";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import type { PrepareHostKey } from "@/lib/schemas/host-keys.ts";
import { getDane, type SeenZone } from "@/lib/service/dane.ts";
import * as hostKeys from "@/lib/service/host-keys.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

export { HOST_KEY_STEPS };
export type { HostKeyStep, SeenZone };
export type DaneView = NonNullable<Awaited<ReturnType<typeof getDaneView>>>;
export type TlsaKeyView = DaneView["keys"][number];

const LINE_TTL = 3600;

export const getDaneView = cache(async (segment: string) => {
  const actor = await requireActor();
  const name = domainIn(segment);
  const dane = name === null ? null : await getDane(runtime().service, actor, name);
  if (!dane) return null;
  const { domain, names, hostZone, domainZone, checks, publishesItself, mayWrite } = dane;
  const { keys: all, memory, maker, strange, word, hostName } = dane.hostKeys;
  const current = all.find(({ state }) => state === "current");
  const next = all.find(({ state }) => state === "next");
  const keys = wantedKeys(all).map((key) => ({
    ...{ id: key.id, state: key.state, algorithm: key.algorithm, text: tlsaText(key) },
    ...{ visibleSince: key.visibleSince, lastSeenAt: key.lastSeenAt, usedSince: key.usedSince },
  }));
  const lines = names.flatMap((at) => keys.map(({ text }) => `${at}. ${LINE_TTL} IN TLSA ${text}`));
  return {
    ...{ name: domain.name, shown: toUnicodeDomain(domain.name), hostName, names, keys },
    ...{ hostZone, domainZone, publishesItself, mayWrite, maker, strange, word },
    lines: lines.join("\n"),
    state: daneState(current, memory),
    lookedAt: memory?.at ?? null,
    ttl: next ? Math.max(...all.map(({ seenTtl }) => seenTtl ?? 0)) : 0,
    place: placeOf(all, word),
    times: stepTimes(all),
    next: next ? { createdAt: next.createdAt, readyAt: next.readyAt } : null,
    /** Values that are to be taken away. */
    leftOver: all
      .filter(({ releasedAt, lastSeenAt }) => releasedAt !== null && lastSeenAt !== null)
      .map(tlsaText),
    publishError: reasonOf(all.map(({ publishError }) => publishError)),
    seen: checks,
  };
});

const tlsaText = ({ spki }: { spki: Uint8Array }) =>
  plainValue({ type: "TLSA", value: tlsaOf(spki) });

/** As engines keep it: {key, params}. */
function reasonOf(errors: readonly unknown[]) {
  for (const error of errors) {
    if (typeof error !== "object" || error === null) continue;
    const fields = new Map<string, unknown>(Object.entries(error));
    const [key, params] = [fields.get("key"), fields.get("params")];
    if (typeof key !== "string") continue;
    const entries = typeof params === "object" && params !== null ? Object.entries(params) : [];
    const usable = entries.filter(
      (entry): entry is [string, string | number] =>
        typeof entry[1] === "string" || typeof entry[1] === "number",
    );
    return { key, params: Object.fromEntries(usable) };
  }
  return null;
}

export async function prepareHostKey(input: PrepareHostKey) {
  return hostKeys.prepareHostKey(runtime().service, await requireActor(), input);
}

export async function cancelHostKey() {
  return hostKeys.cancelHostKey(runtime().service, await requireActor());
}

export async function switchHostKey() {
  return hostKeys.switchHostKey(runtime().service, await requireActor());
}
