/** View and operations of a domain's signing keys. Nothing private passes here. */
import "server-only";
import { cache } from "react";
import { toUnicodeDomain } from "@/lib/mail/address.ts";
import { keyBits } from "@/lib/mail/dkim-keys.ts";
import { dkimRecords } from "@/lib/mail/dns/domain-records.ts";
import { dueAt, safeAt, settledAt } from "@/lib/mail/dns/key-life.ts";
import { stepOf, type RotationStep } from "@/lib/mail/dns/key-rotation.ts";
import type { ExpectedRecord } from "@/lib/mail/dns-records.ts";
import { formatZone } from "@/lib/mail/zone-file.ts";
import { domainIn } from "@/lib/schemas/domain-segment.ts";
import type * as forms from "@/lib/schemas/keys.ts";
import { checkNow } from "@/lib/service/dns-checks.ts";
import * as service from "@/lib/service/dkim-keys.ts";
import * as rotation from "@/lib/service/dkim-rotation.ts";
import { runtime } from "./service.ts";
import { requireActor } from "./session.ts";

type Keys = service.SigningKeys;
type Key = Keys["keys"][number];
type State = Key["state"];

const STATES: readonly State[] = ["publishing", "visible", "signing", "retiring", "safe_to_delete"];

export interface StepView {
  readonly state: State;
  readonly is: "done" | "here" | "ahead";
  /** When it was reached; null when that is not kept, or not so yet. */
  readonly at: Date | null;
}

export interface RecordView {
  readonly selector: string;
  readonly name: string;
  readonly relativeName: string;
  readonly type: string;
  readonly value: string;
}

export interface KeyView {
  readonly id: string;
  readonly selector: string;
  readonly algorithm: "RSA" | "Ed25519";
  readonly bits: number | null;
  readonly state: State | "revoked";
  readonly steps: readonly StepView[];
  /** "visible": when it signs, if that is known. "retiring": until when it is kept. */
  readonly until: Date | null;
  /** Of a rotation that waits for its day. */
  readonly isPrepared: boolean;
  readonly isImported: boolean;
  readonly isBehindCname: boolean;
  /** The server puts its record there, and takes it away. */
  readonly isPublishedHere: boolean;
  readonly firstSigned: Date | null;
  readonly lookedAt: Date | null;
  readonly seenAt: Date | null;
  readonly reasons: readonly ReasonView[];
  readonly publishError: ReasonView | null;
  readonly record: RecordView;
  /** What has to be typed before it goes; null: nothing. */
  readonly typeToRevoke: string | null;
  readonly typeToDelete: string | null;
}

export interface ReasonView {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export interface RotationView {
  readonly id: string;
  readonly step: RotationStep;
  readonly startedAt: Date;
  readonly startedBy: string;
  readonly isSwitched: boolean;
  /** When the present step ends, if that is known. */
  readonly until: Date | null;
  readonly isPublishedHere: boolean;
  readonly records: readonly RecordView[];
}

const read = cache(async (segment: string): Promise<Keys | null> => {
  const actor = await requireActor();
  const name = domainIn(segment);
  return name === null ? null : service.getSigningKeys(runtime().service, actor, name);
});

export async function getKeysView(segment: string) {
  const found = await read(segment);
  if (!found) return null;
  const { domain, hostName, settings, mayWrite, rotations, lastRotation, automatic } = found;
  const keys = found.keys.map((key) => keyView(found, key));
  const signing = keys.filter(({ state }) => state === "signing");
  const open = rotations.find((one) => !isPrepared(one));
  const prepared = rotations.find(isPrepared);
  // A CNAME that led to a key before is there already.
  const waiting = keys.filter(
    ({ state, id, isBehindCname, selector }) =>
      state === "publishing" &&
      !isOf(found, open, id) &&
      !(isBehindCname && found.former.includes(selector)),
  );
  const signers = found.keys.filter(({ state }) => state === "signing");
  return {
    ...{ name: domain.name, shown: toUnicodeDomain(domain.name), hostName, keys, mayWrite },
    ...{ settings, automatic },
    signers: signing.map(({ selector }) => selector),
    isDual: new Set(signing.map(({ algorithm }) => algorithm)).size > 1,
    /** To be published, besides those of a rotation. */
    toPublish: waiting.map(({ record }) => record),
    rotation: open ? rotationView(found, open) : null,
    prepared: prepared && {
      selectors: found.keys.flatMap((key) => (isBroughtBy(key, prepared) ? [key.selector] : [])),
    },
    due: dueAt(signers, settings.rotateDays),
    lastReplaced: lastRotation?.finishedAt ?? null,
  };
}

export type KeysView = NonNullable<Awaited<ReturnType<typeof getKeysView>>>;

const isPrepared = (one: Keys["rotations"][number]) => one.scheduled && one.switchedAt === null;
const isBroughtBy = (key: Key, { id }: { id: string }) => key.rotationId === id;
const isOf = ({ keys }: Keys, open: { id: string } | undefined, id: string) =>
  open !== undefined && keys.some((key) => key.id === id && isBroughtBy(key, open));

function keyView(found: Keys, key: Key): KeyView {
  const { id, selector, state, revokedAt } = key;
  const check = found.checks.find((one) => one.key === `dkim:${selector}`);
  const isOnlySigner =
    state === "signing" && found.keys.filter((one) => one.state === "signing").length === 1;
  const isLive = check !== undefined && check.checkedAt >= key.createdAt;
  return {
    ...{ id, selector, until: untilOf(key), firstSigned: key.signingSince },
    algorithm: key.algorithm === "rsa_sha256" ? "RSA" : "Ed25519",
    bits: keyBits(key.algorithm, key.publicKey),
    state: revokedAt !== null && state !== "safe_to_delete" ? "revoked" : state,
    steps: stepsOf(key),
    isPrepared: found.rotations.some((one) => isPrepared(one) && isBroughtBy(key, one)),
    isImported: key.source === "imported",
    isBehindCname: key.target !== null,
    isPublishedHere: isPublishedHere(found, key),
    ...{ lookedAt: key.lookedAt, seenAt: key.lastSeenAt },
    reasons: isLive && state !== "safe_to_delete" ? reasonsOf(check.reasons) : [],
    publishError: reasonsOf([key.publishError])[0] ?? null,
    record: recordOf(found, key),
    typeToRevoke: isOnlySigner ? found.domain.name : null,
    typeToDelete: isOnlySigner ? found.domain.name : service.isSafe(key) ? null : selector,
  };
}

function stepsOf(key: Key): StepView[] {
  const here = STATES.indexOf(key.state);
  const times: Record<State, Date | null> = {
    publishing: key.createdAt,
    visible: key.visibleSince,
    signing: key.signingSince,
    retiring: key.retiringSince,
    safe_to_delete: key.safeSince,
  };
  return STATES.map((state, at) => ({
    state,
    // What was discarded before it signed never signed.
    is: at === here ? "here" : at < here && times[state] !== null ? "done" : "ahead",
    at: at <= here ? times[state] : null,
  }));
}

function untilOf(key: Key): Date | null {
  if (key.state === "visible") return settledAt(key);
  return key.state === "retiring" && key.retiringSince ? safeAt(key.retiringSince) : null;
}

function isPublishedHere({ automatic }: Keys, key: Key): boolean {
  if (key.target !== null) return false; // the CNAME is the domain's; what it leads to is ours anyway
  return automatic.domain && (key.rotationId !== null || key.publishTriedAt !== null);
}

function recordOf({ domain }: Keys, key: Key): RecordView {
  const [record] = recordsOf(domain, key);
  const { name = "", relativeName = "", text = "" } = record ?? {};
  return { selector: key.selector, name, relativeName, type: record?.data.type ?? "", value: text };
}

function recordsOf(domain: Keys["domain"], key: Key): ExpectedRecord[] {
  return dkimRecords(domain, { ...key, revoked: key.revokedAt !== null });
}

function rotationView(found: Keys, one: Keys["rotations"][number]): RotationView {
  const step = stepOf(one, found.keys);
  const own = found.keys.filter((key) => isBroughtBy(key, one) && key.state === "publishing");
  const old = found.keys.filter((key) => key.retiredById === one.id);
  const concerned = step === "publish" ? own : step === "remove" ? old : [];
  return {
    ...{ id: one.id, step, startedAt: one.startedAt, startedBy: one.startedBy },
    isSwitched: one.switchedAt !== null,
    until: endOf(step, found, one),
    isPublishedHere: concerned.every(
      (key) => isPublishedHere(found, key) || (step === "remove" && key.target !== null),
    ),
    records: concerned.map((key) => recordOf(found, key)),
  };
}

function endOf(step: RotationStep, { keys }: Keys, one: { id: string }): Date | null {
  if (step !== "wait" && step !== "keep") return null;
  const concerned = keys.filter((key) =>
    step === "wait" ? isBroughtBy(key, one) : key.retiredById === one.id,
  );
  const times = concerned.flatMap((key) => untilOf(key)?.getTime() ?? []);
  return times.length === 0 ? null : new Date(Math.max(...times));
}

function reasonsOf(value: unknown): ReasonView[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (typeof item !== "object" || item === null) return [];
    const fields = new Map<string, unknown>(Object.entries(item));
    const [key, params] = [fields.get("key"), fields.get("params")];
    if (typeof key !== "string") return [];
    const usable = Object.entries(typeof params === "object" && params ? params : {}).filter(
      (entry): entry is [string, string | number] =>
        typeof entry[1] === "string" || typeof entry[1] === "number",
    );
    return [{ key, params: Object.fromEntries(usable) }];
  });
}

/** The public record of one key as a zone file; null like any key that is not there. */
export async function getKeyFile(segment: string, keyId: string) {
  const found = await read(segment);
  const key = found?.keys.find(({ id }) => id === keyId);
  if (!found || !key) return null;
  const { name } = found.domain;
  return {
    file: `${key.selector}._domainkey.${name}`,
    text: formatZone(name, recordsOf(found.domain, key)),
  };
}

/** "I have added these": a look now, and often for a while. */
export const lookNow = async (subject: string) =>
  checkNow(...(await act()), { subject, published: true });

const act = async () => [runtime().service, await requireActor()] as const;

export const addKeys = async (input: forms.AddKeys) => service.addKeys(...(await act()), input);
export const importKey = async (input: forms.ImportKey) =>
  service.importKey(...(await act()), input);
export const revokeKey = async (input: forms.ConfirmedKey) =>
  service.revokeKey(...(await act()), input);
export const deleteKey = async (input: forms.ConfirmedKey) =>
  service.deleteKey(...(await act()), input);
export const startRotation = async (input: forms.StartRotation) =>
  rotation.startRotation(...(await act()), input);
export const cancelRotation = async (input: forms.RotationRef) =>
  rotation.cancelRotation(...(await act()), input);
export const setKeySettings = async (input: forms.KeySettingsForm) =>
  rotation.setKeySettings(...(await act()), input);
