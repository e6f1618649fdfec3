/**
 * From the records that should be there and the sets that are there to the changes that lead from one to
 * the other. Pure; what it never does: delete or overwrite what is not ours.
 *
 * - TXT sets keep foreign values ("google-site-verification=…"); of ours, an outdated one goes.
 * - SPF is merged into the record found (spf-merge.ts).
 * - What somebody else set up for the same purpose (MX, a DMARC policy, where reports go, SRV, where a name
 *   leads) is replaced only when the person ticked it: mail, or a decision of his, moves with it.
 * - A CNAME beside other data cannot be (RFC 1034 §3.6.2): refused with the sentence that says what is there.
 */
import type { ExpectedRecord } from "./record.ts";
import type { PublishReason } from "./reasons.ts";
import {
  canonicalData,
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
  readonly records: readonly ExpectedRecord[];
  /** Every set at the names of `records`. */
  readonly found: readonly RecordSet[];
  /** Ids of records whose foreign predecessors go: ticked by a person. */
  readonly replace: ReadonlySet<string>;
}

export function planPublication({ zone, records, found, replace }: PlanInput): Plan {
  const changes: PlannedChange[] = [];
  const questions: PlannedChange[] = [];
  const kept: KeptSet[] = [];
  const problems: Unplanned[] = [];
  for (const group of groupBySet(records)) {
    const at = found.filter((set) => set.name === group.name);
    const problem = whyImpossible(group, zone, at);
    if (problem) {
      problems.push({ ...headOf(group), reason: problem });
      continue;
    }
    const before = at.find((set) => set.type === group.type) ?? null;
    if (group.type === "CNAME" && !before && at.length > 0) {
      // The name leads to our addresses (`whyImpossible`): as good as an alias.
      kept.push(...at.map((set) => ({ ...set, records: group.ids })));
      continue;
    }
    const { after, reason, asks } = wantedSet(group, before);
    if (before && sameValues(before, after)) {
      kept.push({ ...before, records: group.ids });
      continue;
    }
    const change = { ...headOf(group), before: bare(before), after, reason };
    const ticked = !asks || group.ids.some((id) => replace.has(id));
    (ticked ? changes : questions).push(change);
  }
  return { changes, questions, kept, problems };
}

/** The records that belong to one set. */
interface Group {
  readonly name: string;
  readonly type: SetType;
  readonly ids: readonly string[];
  readonly records: readonly ExpectedRecord[];
  readonly first: ExpectedRecord;
}

function groupBySet(records: readonly ExpectedRecord[]): Group[] {
  const groups = new Map<string, ExpectedRecord[]>();
  for (const record of records) {
    const key = setKey({ name: record.name, type: record.data.type });
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()].flatMap((all) => {
    const first = all[0];
    if (!first) return [];
    const ids = all.map(({ id }) => id);
    return [{ name: first.name, type: first.data.type, ids, records: all, first }];
  });
}

const headOf = ({ name, type, ids }: Group) => ({ name, type, records: ids });
const bare = (set: RecordSet | null) => set && { ttl: set.ttl, values: set.values };

/** What no tick can help. */
function whyImpossible(group: Group, zone: string, at: readonly RecordSet[]): PublishReason | null {
  const { name, type, first } = group;
  if (!isWithin(name, zone)) return { key: "publish.reason.otherZone", params: { name, zone } };
  const others = at.filter((set) => set.type !== type);
  const alias = others.find((set) => set.type === "CNAME");
  if (alias) {
    return { key: "publish.reason.aliasThere", params: { name, target: alias.values.join(", ") } };
  }
  if (type !== "CNAME" || others.length === 0) return null;
  if (reachesUs(first, others)) return null;
  const types = others.map((set) => set.type).join(", ");
  return { key: "publish.reason.dataThere", params: { name, types } };
}

/** A host name that leads to our addresses serves as well as the CNAME. */
function reachesUs({ orAddresses }: ExpectedRecord, others: readonly RecordSet[]): boolean {
  const addresses = others.filter((set) => set.type === "A" || set.type === "AAAA");
  if (addresses.length < others.length || orAddresses.length === 0) return false;
  return addresses.every((set) => set.values.every((value) => orAddresses.includes(value)));
}

interface Wanted {
  readonly after: SetValues | null;
  /** Something of somebody else's would go: only with a tick. */
  readonly asks: boolean;
  readonly reason: PublishReason | null;
}

function wantedSet(group: Group, before: RecordSet | null): Wanted {
  const ours = group.records.map(({ data }) => canonicalData(data));
  const { ttl } = group.first;
  if (!before) return { after: setValues(ttl, ours), asks: false, reason: null };
  if (group.type === "TXT") return wantedTexts(group, before, ours);
  if (group.type === "TLSA" || group.type === "CAA" || group.type === "PTR") {
    // Each value says something of its own: more of them contradict nothing.
    return joined(before, ours);
  }
  if (ours.every((value) => before.values.includes(value)) && before.values.length === ours.length)
    return { after: before, asks: false, reason: null };
  const params = { name: group.name, found: before.values.join("; ") };
  const key = group.type === "MX" ? "publish.reason.mailMoves" : "publish.reason.replaces";
  return { after: setValues(ttl, ours), asks: true, reason: { key, params } };
}

const joined = (before: RecordSet, ours: readonly string[]): Wanted => ({
  after: setValues(before.ttl, [...before.values, ...ours]),
  asks: false,
  reason: null,
});

/** TXT: ours beside what others put there. */
function wantedTexts(group: Group, before: RecordSet, ours: readonly string[]): Wanted {
  const { kind } = group.first;
  const rivals = before.values.filter((value) => !ours.includes(value) && isRival(kind, value));
  const foreign = before.values.filter((value) => !rivals.includes(value));
  const ttl = foreign.some((value) => !ours.includes(value)) ? before.ttl : group.first.ttl;
  const place = (values: readonly string[]) => setValues(ttl, [...foreign, ...values]);
  if (kind === "spf" || kind === "hostSpf") {
    const records = before.values.filter(isSpf);
    const merged = mergeSpf(records, ours[0] ?? "");
    const rest = before.values.filter((value) => !isSpf(value));
    const isMerge = records.length > 0 && !(records.length === 1 && records[0] === merged);
    const params = { name: group.name, found: records.join("; ") };
    return {
      after: setValues(rest.length > 0 ? before.ttl : group.first.ttl, [...rest, merged]),
      asks: false,
      reason: isMerge ? { key: "publish.reason.spfMerged", params } : null,
    };
  }
  if (rivals.length === 0) return { after: place(ours), asks: false, reason: null };
  const params = { name: group.name, found: rivals.join("; ") };
  const isOwn = OUTDATED.has(kind);
  const key = isOwn ? "publish.reason.outdated" : "publish.reason.replaces";
  return { after: place(ours), asks: !isOwn, reason: { key, params } };
}

/** Kinds whose differing predecessor was ours, or cannot work any more: no tick needed. */
const OUTDATED: ReadonlySet<string> = new Set(["dkim", "mtaStsPolicy"]);

/** Texts that may be there only once: another of the same kind has to go for ours. */
const RIVALS: Readonly<Partial<Record<ExpectedRecord["kind"], RegExp>>> = {
  // Selectors are made by us, at random: whatever key is there is a mangled copy of ours.
  dkim: /(?:^|;)\s*(?:v\s*=\s*DKIM1|p\s*=)/i,
  dmarc: /^v\s*=\s*DMARC1\b/i, // RFC 9989 §4.10.1: several are none
  dmarcReports: /^v\s*=\s*DMARC1\b/i,
  mtaStsPolicy: /^v=STSv1\b/, // RFC 8461 §3.1
  tlsReports: /^v=TLSRPTv1\b/, // RFC 8460 §3
  hostTlsReports: /^v=TLSRPTv1\b/,
};

const isRival = (kind: ExpectedRecord["kind"], value: string) => RIVALS[kind]?.test(value) ?? false;
