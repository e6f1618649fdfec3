/**
 * A change set as an update message: RFC 2136 §2.4 (prerequisites) and §2.5 (updates).
 *
 * Each set that changes is asked for as it was read: by all its values (§2.4.2) or by its absence (§2.4.3).
 * A CNAME comes only to a name that is not in use (§2.4.5) or that had a CNAME; other data only where no
 * CNAME is: servers ignore such additions silently (§3.4.2.2), and silence is not success.
 */
import {
  missingIn,
  setKey,
  type RecordSet,
  type SetChange,
  type SetType,
} from "../../../lib/mail/dns/record-sets.ts";
import { TYPE_NUMBERS } from "../../dns/rdata.ts";
import { CLASS, encodeRdata, type Update, type WireRecord } from "./encode.ts";

const TYPE_ANY = 255;
const NOTHING = Buffer.alloc(0);

/** A set with the octets of each value, as the server sent them. */
export interface WireSet extends RecordSet {
  readonly rdata: ReadonlyMap<string, Buffer>;
}

export function updateFor(
  zone: string,
  changes: readonly SetChange[],
  found: readonly WireSet[],
): Update {
  const parts = changes.map((change) => {
    const set = found.find((other) => setKey(other) === setKey(change)) ?? null;
    const others = found.filter(({ name, type }) => name === change.name && type !== change.type);
    return { prerequisites: prerequisites(change, set, others), updates: updates(change, set) };
  });
  return {
    zone,
    prerequisites: parts.flatMap((part) => part.prerequisites),
    // Removals first: a CNAME makes room for addresses in one message.
    updates: [
      ...parts.flatMap((part) => part.updates.filter((record) => record.class !== CLASS.IN)),
      ...parts.flatMap((part) => part.updates.filter((record) => record.class === CLASS.IN)),
    ],
  };
}

/** `others`: what else was read at the name; if it makes room in this message, it was asked for there. */
function prerequisites(
  { name, type }: SetChange,
  set: WireSet | null,
  others: readonly WireSet[],
): WireRecord[] {
  const number = TYPE_NUMBERS[type];
  if (set) {
    return [...set.rdata.values()].map((rdata) => {
      return { name, type: number, class: CLASS.IN, ttl: 0, rdata };
    });
  }
  const absent = { name, class: CLASS.NONE, ttl: 0, rdata: NOTHING };
  if (type === "CNAME") return [{ ...absent, type: others.length > 0 ? number : TYPE_ANY }];
  const hadAlias = others.some((other) => other.type === "CNAME");
  return [
    { ...absent, type: number },
    ...(hadAlias ? [] : [{ ...absent, type: TYPE_NUMBERS.CNAME }]),
  ];
}

function updates({ name, type, before, after }: SetChange, set: WireSet | null): WireRecord[] {
  const octets = (value: string) => set?.rdata.get(value) ?? encodeRdata(type, value);
  const removed = set ? missingIn(after, before) : [];
  const added = missingIn(set, after);
  // One record with another TTL gives it to the whole set (RFC 2181 §5.2).
  const kept = after && before && after.ttl !== before.ttl ? after.values : added;
  return [
    ...removed.map((value) =>
      record(name, type, { class: CLASS.NONE, ttl: 0, rdata: octets(value) }),
    ),
    ...kept.map((value) =>
      record(name, type, { class: CLASS.IN, ttl: after?.ttl ?? 0, rdata: octets(value) }),
    ),
  ];
}

const record = (
  name: string,
  type: SetType,
  rest: Pick<WireRecord, "class" | "ttl" | "rdata">,
): WireRecord => ({ name, type: TYPE_NUMBERS[type], ...rest });
