/** Whether the world's name servers already answer a change: each authoritative server, as the checks look. */
import type { Observer } from "../../lib/mail/dns/observer.ts";
import { plainValue } from "../../lib/mail/dns/rdata.ts";
import type { RecordData } from "../../lib/mail/dns/record.ts";
import { canonicalValue, sameValues, type SetChange } from "../../lib/mail/dns/record-sets.ts";

/** "unknown": no authoritative server could be asked, so that nobody can say. */
export type Seen = "everywhere" | "notYet" | "unknown";

export async function lookFor(
  observer: Observer,
  { name, type, after }: SetChange,
  signal: AbortSignal,
): Promise<Seen> {
  const { sights } = await observer.look(name, type, signal);
  const authorities = sights.filter((sight) => sight.view === "authority");
  if (authorities.every(({ rcode }) => rcode === "TIMEOUT")) return "unknown";
  const all = authorities.every(({ rcode, records, via }) => {
    if (rcode !== "NOERROR" && rcode !== "NXDOMAIN") return false;
    // What a CNAME led to is not in the set itself.
    const own = via.length > 0 && type !== "CNAME" ? [] : records;
    const values = own.map((value) => canonicalValue(type, plainValue(dataOf(type, value))));
    return sameValues(values.length === 0 ? null : { ttl: 0, values }, after);
  });
  return all ? "everywhere" : "notYet";
}

/** The observer answers values of the type that was asked for. */
const dataOf = (type: SetChange["type"], value: unknown) => ({ type, value }) as RecordData;
