/**
 * The life of the mail host's keys: next → current → retired → gone. A sender that verifies (RFC 7672)
 * must never meet a key that no TLSA names, whatever age the TLSA in its cache has. So TLSA 3 1 1 of the
 * next key is published beside that of the current one (RFC 7671 §5.1, RFC 7672 §3.1), the key is used
 * only after it has been visible at every name server for two TTLs (RFC 7671 §8.1), and the old key's
 * TLSA stays until no process can show it any more.
 *
 * Pure: what was seen and what time it is go in, the keys as they become come out.
 */
import { tlsaOf } from "../host-key.ts";
import type { TlsaRecord } from "../ports.ts";

export type HostKeyState = "next" | "current" | "retired";

export interface LifeHostKey {
  readonly id: string;
  readonly state: HostKeyState;
  readonly createdAt: Date;
  /** Since when every name server that answers shows TLSA of it. */
  readonly visibleSince: Date | null;
  /** The longest TTL seen beside it, seconds. */
  readonly seenTtl: number | null;
  /** When its names were last looked at, and somebody answered. */
  readonly lookedAt: Date | null;
  readonly lastSeenAt: Date | null;
  /** It takes over with the next certificate. */
  readonly readyAt: Date | null;
  readonly usedSince: Date | null;
  readonly retiredAt: Date | null;
  /** No TLSA of it is needed any more. */
  readonly releasedAt: Date | null;
}

export type Shown = "everywhere" | "partly" | "nowhere" | "unknown";

/** One look at all names that have TLSA of this host. */
export interface TlsaSight {
  readonly at: Date;
  /** Whether there is any TLSA at these names, of whatever key. */
  readonly published: "yes" | "no" | "unknown";
  /** The longest TTL among answers that have records; seconds. */
  readonly ttl: number;
  /** By key. */
  readonly shown: ReadonlyMap<string, Shown>;
}

/** What is remembered of the looks; null: nobody has seen anything. */
export interface TlsaMemory {
  readonly at: Date;
  readonly published: "yes" | "no";
  /** When any TLSA was last seen, and the longest TTL that one had then; null: never. */
  readonly lastPublishedAt: Date | null;
  readonly ttl: number;
}

/**
 * Engines read certificates again when they are told, and every ten minutes in case they were not
 * (engine/certificates.ts); a handshake may be under way.
 */
const SHOWN_AFTER_MS = 15 * 60_000;

/** Silence adds nothing to what is known. */
export function remember(before: TlsaMemory | null, sight: TlsaSight): TlsaMemory | null {
  const { at, published, ttl } = sight;
  if (published === "unknown") return before;
  if (published === "yes") {
    const longest = before?.published === "yes" ? Math.max(before.ttl, ttl) : ttl;
    return { at, published, lastPublishedAt: at, ttl: longest };
  }
  return { at, published, lastPublishedAt: before?.lastPublishedAt ?? null, ttl: before?.ttl ?? 0 };
}

/** Keys after a look. `at`: when it had ended, for what was seen may have come at its very end. */
export function seen(
  keys: readonly LifeHostKey[],
  sight: TlsaSight,
  at: Date = sight.at,
): LifeHostKey[] {
  return keys.map((key) => {
    const shown = sight.shown.get(key.id) ?? "unknown";
    const isSeen = shown === "everywhere" || shown === "partly";
    return {
      ...key,
      lookedAt: sight.published === "unknown" ? key.lookedAt : sight.at,
      lastSeenAt: isSeen ? sight.at : key.lastSeenAt,
      seenTtl: sight.published === "yes" ? Math.max(key.seenTtl ?? 0, sight.ttl) : key.seenTtl,
      visibleSince: visibleSince(key, shown, at),
    };
  });
}

/** Silence changes nothing; a single "no" does, for it may be kept. */
function visibleSince(key: LifeHostKey, shown: Shown, at: Date): Date | null {
  if (shown === "unknown") return key.visibleSince;
  return shown === "everywhere" ? (key.visibleSince ?? at) : null;
}

/** When every cache that has TLSA without this key has forgotten it; null while it is not visible. */
export function settledAt(next: LifeHostKey, keys: readonly LifeHostKey[]): Date | null {
  if (next.visibleSince === null) return null;
  const ttl = Math.max(...keys.filter(isWanted).map(({ seenTtl }) => seenTtl ?? 0));
  return new Date(next.visibleSince.getTime() + 2 * ttl * 1000);
}

/** Why a next key may take over, or may not yet. */
export type SwitchWord =
  | { readonly may: true; readonly why: "visible" }
  /** There is no TLSA, and no cache can have one: no sender verifies, so there is nothing to wait for. */
  | { readonly may: true; readonly why: "unpublished" }
  | { readonly may: false; readonly why: "notLooked" | "notVisible" }
  | { readonly may: false; readonly why: "tooEarly"; readonly at: Date };

export interface SwitchFacts {
  readonly next: LifeHostKey;
  readonly keys: readonly LifeHostKey[];
  readonly memory: TlsaMemory | null;
  readonly now: Date;
}

export function switchWord({ next, keys, memory, now }: SwitchFacts): SwitchWord {
  if (memory === null || next.lookedAt === null) return { may: false, why: "notLooked" };
  const settled = settledAt(next, keys);
  // A look at its end has to confirm it: time alone proves nothing.
  if (settled !== null)
    return settled <= now && next.lastSeenAt !== null && next.lastSeenAt >= settled
      ? { may: true, why: "visible" }
      : { may: false, why: "tooEarly", at: settled };
  return isForgotten(memory, now)
    ? { may: true, why: "unpublished" }
    : { may: false, why: "notVisible" };
}

/** No TLSA is there, and none was long enough ago that no cache has one. */
export function isForgotten({ published, lastPublishedAt, ttl }: TlsaMemory, now: Date): boolean {
  if (published !== "no") return false;
  return lastPublishedAt === null || lastPublishedAt.getTime() + 2 * ttl * 1000 <= now.getTime();
}

export interface LifeFacts {
  readonly keys: readonly LifeHostKey[];
  readonly memory: TlsaMemory | null;
  /** Ids of keys that a certificate is kept with. */
  readonly certified: ReadonlySet<string>;
  readonly now: Date;
}

export interface LifeAfter {
  /** Those that stay. */
  readonly keys: readonly LifeHostKey[];
  /** Nothing names them and nothing shows them: their rows go. */
  readonly gone: readonly string[];
}

/** Who becomes ready, who is not ready any more, whose TLSA is not needed any more. */
export function movedOn({ keys, memory, certified, now }: LifeFacts): LifeAfter {
  const after = keys.map((key) => {
    if (key.state === "next") return { ...key, readyAt: readyAt({ next: key, keys, memory, now }) };
    if (key.state === "retired" && key.releasedAt === null)
      return { ...key, releasedAt: isOver(key, certified, now) ? now : null };
    return key;
  });
  const gone = after.filter((key) => isGone(key) && !certified.has(key.id)).map(({ id }) => id);
  return { keys: after.filter(({ id }) => !gone.includes(id)), gone };
}

/** Where no TLSA is published a person decides; that word holds as long as it is so. */
function readyAt(facts: SwitchFacts): Date | null {
  const { next, now } = facts;
  const word = switchWord(facts);
  if (!word.may) return word.why === "notLooked" ? next.readyAt : null;
  return word.why === "visible" ? (next.readyAt ?? now) : next.readyAt;
}

/** RFC 7671 §8.1: the old one goes after the change; by then no process shows it. */
export function releaseAt({ retiredAt, seenTtl }: LifeHostKey): Date | null {
  if (retiredAt === null) return null;
  return new Date(retiredAt.getTime() + (seenTtl ?? 0) * 1000 + SHOWN_AFTER_MS);
}

function isOver(key: LifeHostKey, certified: ReadonlySet<string>, now: Date): boolean {
  const at = releaseAt(key);
  return at !== null && at <= now && !certified.has(key.id);
}

/** Looked for after it was released, and not found. */
function isGone({ state, releasedAt, lookedAt, lastSeenAt }: LifeHostKey): boolean {
  if (state !== "retired" || releasedAt === null || lookedAt === null) return false;
  return lookedAt > releasedAt && (lastSeenAt === null || lastSeenAt < lookedAt);
}

const ORDER: readonly HostKeyState[] = ["current", "next", "retired"];
const isWanted = ({ releasedAt }: LifeHostKey) => releasedAt === null;

/**
 * Keys whose TLSA is to be published: the current one first. A next key is not asked for before its names
 * were looked at: the TTL of what caches have now says how long they will keep it.
 */
export function wantedKeys<Key extends LifeHostKey>(keys: readonly Key[]): Key[] {
  return keys
    .filter((key) => isWanted(key) && (key.state !== "next" || key.lookedAt !== null))
    .toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

/** An answer to a question for TLSA. */
export interface TlsaAnswer {
  readonly view: "authority" | "resolver";
  readonly rcode: string;
  readonly ttl: number;
  readonly records: readonly TlsaRecord[];
}

/**
 * What looks at all names together say. Names without any TLSA do not count, except the first, which is
 * that of port 25: a sender asks for its own port alone.
 */
export function tlsaSight(
  keys: readonly { readonly id: string; readonly spki: Uint8Array }[],
  names: readonly (readonly TlsaAnswer[])[],
  at: Date,
): TlsaSight {
  const usable = names.map((answers) => answers.filter(isUsable));
  const withRecords = usable.flat().filter(({ records }) => records.length > 0);
  const counted = usable.filter((answers, index) => index === 0 || answers.some(hasRecords));
  const word = (spki: Uint8Array) => worst(counted.map((answers) => shownIn(answers, spki)));
  return {
    at,
    published: publishedWord(usable, withRecords.length),
    ttl: Math.max(0, ...withRecords.map(({ ttl }) => ttl)),
    shown: new Map(keys.map(({ id, spki }) => [id, word(spki)])),
  };
}

const isUsable = ({ rcode }: TlsaAnswer) => rcode === "NOERROR" || rcode === "NXDOMAIN";
const hasRecords = ({ records }: TlsaAnswer) => records.length > 0;

function publishedWord(usable: readonly (readonly TlsaAnswer[])[], n: number) {
  if (n > 0) return "yes";
  return usable.every((answers) => answers.length > 0) ? "no" : "unknown";
}

function shownIn(answers: readonly TlsaAnswer[], spki: Uint8Array): Shown {
  const wanted = tlsaOf(spki);
  const says = ({ records }: TlsaAnswer) => records.some((record) => isSame(record, wanted));
  const [yes, no] = [answers.filter(says), answers.filter((answer) => !says(answer))];
  if (answers.length === 0) return "unknown";
  if (yes.length === 0)
    // A cache that has it from before, or the only voice that is heard.
    return no.some(({ view }) => view === "authority") ? "nowhere" : "unknown";
  // The resolver has to know it as well: it stands for the caches of the world.
  const isHeard = yes.some(({ view }) => view === "resolver");
  return no.length === 0 && isHeard ? "everywhere" : "partly";
}

function isSame(a: TlsaRecord, b: TlsaRecord): boolean {
  const { usage, selector, matchingType } = a;
  const isKind = usage === b.usage && selector === b.selector && matchingType === b.matchingType;
  return isKind && a.data.equals(b.data);
}

/** At one name missing is missing; a key that is somewhere is not nowhere. */
function worst(words: readonly Shown[]): Shown {
  const [isSome, isNot] = [
    ["everywhere", "partly"],
    ["nowhere", "partly"],
  ].map((list) => words.some((word) => list.includes(word)));
  if (isNot) return isSome ? "partly" : "nowhere";
  return words.every((word) => word === "everywhere") ? "everywhere" : "unknown";
}
