/**
 * From the records that should be there and the sets that are there to the changes that lead from one to
 * the other. Pure; what it never does: delete or overwrite what is not ours.
 *
 * - TXT sets keep foreign values ("google-site-verification=…"); of ours, an outdated one goes.
 * - SPF is merged into the record found (spf-merge.ts).
 * - What somebody else set up for the same purpose (MX, a DMARC policy, where reports go, SRV, where a name
 *   leads) is replaced only when the person ticked it: mail, or a decision of his, moves with it.
 * - A CNAME beside other data cannot be (RFC 1034 §3.6.2): refused with the sentence that says what is there.
 *   The key that stood where an alias to the key shall be is ours, and makes room.
 */
import type { ExpectedRecord, RecordKind } from "./record.ts";
import type { PublishReason } from "./reasons.ts";
import {
  canonicalData,
  canonicalValue,
  isWithin,
  sameValues,
  setKey,
  setValues,
  type RecordSet,
  type SetChange,
  type SetType,
  type SetValues,
} from "./record-sets.ts";
import { isSpf, mergeSpf } from "./spf-merge.ts";

/** What publishing needs of an expected record; JSON, so that a preview keeps what it was made from. */
export interface WantedRecord {
  readonly id: string;
  readonly kind: RecordKind;
  readonly name: string;
  readonly type: SetType;
  readonly value: string;
  readonly ttl: number;
  readonly orAddresses: readonly string[];
  readonly orText: string | null;
  /** What the checks found there and called right: other words for the same, which stay. */
  readonly right: readonly string[];
}

export function wantedRecord(record: ExpectedRecord, judged: readonly string[] = []): WantedRecord {
  const { id, kind, name, data, ttl, orAddresses, orText } = record;
  const { type } = data;
  const right = judged.map((value) => canonicalValue(type, value));
  return { id, kind, name, type, value: canonicalData(data), ttl, orAddresses, orText, right };
}

export interface PlannedChange extends SetChange {
  /** Ids of the expected records that it makes right. */
  readonly records: readonly string[];
  /** Why a person has to tick it, or what to know about it; null: nothing to say. */
  readonly reason: PublishReason | null;
}

/** A set that stays as it is: it is right, or right enough. */
export interface KeptSet extends RecordSet {
  readonly records: readonly string[];
}

/** A record that cannot be published this way. */
export interface Unplanned {
  readonly name: string;
  readonly type: SetType;
  readonly records: readonly string[];
  readonly reason: PublishReason;
}

export interface Plan {
  readonly changes: readonly PlannedChange[];
  /** Changes that wait for a tick; once ticked they are in `changes`. */
  readonly questions: readonly PlannedChange[];
  readonly kept: readonly KeptSet[];
  readonly problems: readonly Unplanned[];
}

export interface PlanInput {
  /** Apex of the zone that the provider edits. */
  readonly zone: string;
  readonly records: readonly WantedRecord[];
  /** Every set at the names of `records`. */
  readonly found: readonly RecordSet[];
  /** Ids of records whose foreign predecessors go: ticked by a person. */
  readonly replace: ReadonlySet<string>;
}

export function planPublication({ zone, records, found, replace }: PlanInput): Plan {
  const plan: { [Part in keyof Plan]: Plan[Part][number][] } = {
    ...{ changes: [], questions: [], kept: [], problems: [] },
  };
  for (const group of groupBySet(records)) {
    const at = found.filter((set) => set.name === group.name);
    const step = isWithin(group.name, zone)
      ? planSet(group, at)
      : { problem: say("otherZone", { name: group.name, zone }) };
    if ("problem" in step) plan.problems.push({ ...headOf(group), reason: step.problem });
    if ("kept" in step) plan.kept.push(...step.kept.map((set) => ({ ...set, records: group.ids })));
    if (!("changes" in step)) continue;
    const ticked = !step.asks || group.ids.some((id) => replace.has(id));
    const { reason } = step;
    const planned = step.changes.map((change) => ({ ...change, records: group.ids, reason }));
    (ticked ? plan.changes : plan.questions).push(...planned);
  }
  return plan;
}

/** The records that belong to one set. */
interface Group {
  readonly name: string;
  readonly type: SetType;
  readonly ids: readonly string[];
  readonly values: readonly string[];
  readonly first: WantedRecord;
}

function groupBySet(records: readonly WantedRecord[]): Group[] {
  const groups = new Map<string, WantedRecord[]>();
  for (const record of records) {
    groups.set(setKey(record), [...(groups.get(setKey(record)) ?? []), record]);
  }
  return [...groups.values()].flatMap((all) => {
    const [first] = all;
    if (!first) return [];
    const [ids, values] = [all.map(({ id }) => id), all.map(({ value }) => value)];
    return [{ name: first.name, type: first.type, ids, values, first }];
  });
}

const headOf = ({ name, type, ids }: Group) => ({ name, type, records: ids });

const say = (key: string, params: PublishReason["params"]): PublishReason => ({
  key: `publish.reason.${key}`,
  params,
});

type Step =
  | { readonly problem: PublishReason }
  | { readonly kept: readonly RecordSet[] }
  | {
      readonly changes: readonly SetChange[];
      /** Something of somebody else's would go: only with a tick. */
      readonly asks: boolean;
      readonly reason: PublishReason | null;
    };

function planSet(group: Group, at: readonly RecordSet[]): Step {
  const { name, type } = group;
  const others = at.filter((set) => set.type !== type);
  const before = at.find((set) => set.type === type) ?? null;
  const alias = others.find((set) => set.type === "CNAME");
  if (alias) return { problem: say("aliasThere", { name, target: alias.values.join(", ") }) };
  if (type === "CNAME" && others.length > 0) return beforeAlias(group, others);
  const { after, asks, reason } = wantedSet(group, before);
  if (before && (sameValues(before, after) || isRightEnough(group, before))) {
    return { kept: [before] };
  }
  return { changes: [{ name, type, before: bare(before), after }], asks, reason };
}

/** An alias is wanted where there is data: as good, in the way, or the key that it shall lead to. */
function beforeAlias(group: Group, others: readonly RecordSet[]): Step {
  const { name, type, first } = group;
  if (others.every((set) => isAsGood(first, set))) return { kept: others };
  const isOwnKey = (set: RecordSet) =>
    first.kind === "dkim" &&
    set.type === "TXT" &&
    set.values.every((text) => isRival("dkim", text));
  if (!others.every(isOwnKey)) {
    return { problem: say("dataThere", { name, types: others.map((set) => set.type).join(", ") }) };
  }
  const added = { name, type, before: null, after: setValues(first.ttl, group.values) };
  const removed = others.map((set) => ({ name, type: set.type, before: bare(set), after: null }));
  const found = others.flatMap(({ values }) => values).join("; ");
  return { changes: [...removed, added], asks: false, reason: say("outdated", { name, found }) };
}

/** A name that leads to our addresses serves as well as the CNAME; so does the key itself. */
function isAsGood({ orAddresses, orText }: WantedRecord, { type, values }: RecordSet): boolean {
  if (type === "TXT") return orText !== null && values.includes(orText);
  const isAddress = type === "A" || type === "AAAA";
  return isAddress && values.every((value) => orAddresses.includes(value));
}

/**
 * The checks called it right, by its meaning, and it is still what they saw. Consent to reports is any DMARC
 * record (RFC 9990 §4).
 */
function isRightEnough({ type, ids, first }: Group, { values }: RecordSet): boolean {
  const { kind, right } = first;
  if (kind === "dmarcReports") return values.some((value) => isRival(kind, value));
  if (right.length === 0 || ids.length > 1) return false;
  const counted = type === "TXT" ? values.filter((value) => isOfKind(kind, value)) : values;
  return sameValues({ ttl: 0, values: counted }, { ttl: 0, values: right });
}

const isOfKind = (kind: RecordKind, value: string) =>
  kind === "spf" || kind === "hostSpf" ? isSpf(value) : isRival(kind, value);

const bare = (set: RecordSet | null) => set && { ttl: set.ttl, values: set.values };

interface Wanted {
  readonly after: SetValues | null;
  readonly asks: boolean;
  readonly reason: PublishReason | null;
}

function wantedSet(group: Group, before: RecordSet | null): Wanted {
  const { name, type, values: ours, first } = group;
  if (!before) return { after: setValues(first.ttl, ours), asks: false, reason: null };
  if (type === "TXT") return wantedTexts(group, before);
  if (type === "TLSA" || type === "CAA" || type === "PTR") {
    // Each value says something of its own: more of them contradict nothing.
    const after = setValues(before.ttl, [...before.values, ...ours]);
    return { after, asks: false, reason: null };
  }
  if (sameValues(before, setValues(0, ours))) return { after: before, asks: false, reason: null };
  const found = before.values.map((value) =>
    type === "MX" ? value.slice(value.indexOf(" ") + 1) : value,
  );
  const params = { name, found: found.join("; ") };
  const reason = say(type === "MX" ? "mailMoves" : "replaces", params);
  return { after: setValues(first.ttl, ours), asks: true, reason };
}

/** TXT: ours beside what others put there. */
function wantedTexts(group: Group, before: RecordSet): Wanted {
  const { name, values: ours, first } = group;
  const { kind } = first;
  if (kind === "spf" || kind === "hostSpf") return wantedSpf(group, before);
  const rivals = before.values.filter((value) => !ours.includes(value) && isRival(kind, value));
  const others = before.values.filter((value) => !rivals.includes(value) && !ours.includes(value));
  const after = setValues(others.length > 0 ? before.ttl : first.ttl, [...others, ...ours]);
  if (rivals.length === 0) return { after, asks: false, reason: null };
  const isOwn = OUTDATED.has(kind);
  const found = rivals.join("; ");
  return { after, asks: !isOwn, reason: say(isOwn ? "outdated" : "replaces", { name, found }) };
}

function wantedSpf({ name, values, first }: Group, before: RecordSet): Wanted {
  const records = before.values.filter(isSpf);
  const others = before.values.filter((value) => !isSpf(value));
  const merged = mergeSpf(records, values[0] ?? "");
  const ttl = others.length > 0 ? before.ttl : first.ttl;
  const isMerge = records.length > 0 && !(records.length === 1 && records[0] === merged);
  return {
    after: setValues(ttl, [...others, merged]),
    asks: false,
    reason: isMerge ? say("spfMerged", { name, found: records.join("; ") }) : null,
  };
}

/** Kinds whose differing predecessor was ours, or cannot work any more: no tick needed. */
const OUTDATED: ReadonlySet<RecordKind> = new Set(["dkim", "dkimTarget", "mtaStsPolicy"]);

/** Texts that may be there only once: another of the same kind has to go for ours. */
const RIVALS: Readonly<Partial<Record<RecordKind, RegExp>>> = {
  // Selectors are made by us, at random: whatever key is there is a mangled copy of ours.
  dkim: /(?:^|;)\s*(?:v\s*=\s*DKIM1|p\s*=)/i,
  dkimTarget: /(?:^|;)\s*(?:v\s*=\s*DKIM1|p\s*=)/i,
  dmarc: /^v\s*=\s*DMARC1\b/i, // RFC 9989 §4.10.1: several are none
  dmarcReports: /^v\s*=\s*DMARC1\b/i,
  mtaStsPolicy: /^v=STSv1\b/, // RFC 8461 §3.1
  tlsReports: /^v=TLSRPTv1\b/, // RFC 8460 §3
  hostTlsReports: /^v=TLSRPTv1\b/,
  bimi: /^v=BIMI1\b/,
};

const isRival = (kind: RecordKind, value: string) => RIVALS[kind]?.test(value) ?? false;
