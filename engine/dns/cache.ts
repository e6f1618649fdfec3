/**
 * Answers kept for as long as they say, bounded in number and age, and questions on their way shared by
 * all who ask (so one busy domain is one question). Failures are not kept: the next asker tries again.
 */
import type { DnsAnswer, RecordType, RecordValue } from "../../lib/mail/ports.ts";

/** Longest we believe an answer: people change MX records and wait for us to see it. */
const MAX_TTL = 3600;
/** RFC 2308 §5 recommends hours; a person who has just added a record waits for this. */
const MAX_NEGATIVE_TTL = 300;

type Answer<T extends RecordType> = DnsAnswer<RecordValue[T]>;

interface Entry<T extends RecordType> {
  readonly answer: Promise<Answer<T>>;
  /** Infinity while the question is on its way. */
  expires: number;
  storedAt: number;
}

export class AnswerCache {
  readonly #tables: { readonly [K in RecordType]: Map<string, Entry<K>> } = {
    A: new Map(),
    AAAA: new Map(),
    MX: new Map(),
    TXT: new Map(),
    CNAME: new Map(),
    NS: new Map(),
    SOA: new Map(),
    PTR: new Map(),
    TLSA: new Map(),
    SRV: new Map(),
    CAA: new Map(),
    DS: new Map(),
  };
  readonly #entriesPerType: number;
  readonly #now: () => number;

  constructor(entriesPerType: number, now: () => number) {
    this.#entriesPerType = entriesPerType;
    this.#now = now;
  }

  /** The kept answer with its age taken off the TTL, or what `ask` answers. */
  async through<T extends RecordType>(
    type: T,
    name: string,
    ask: () => Promise<Answer<T>>,
  ): Promise<Answer<T>> {
    const table = this.#tables[type];
    const known = table.get(name);
    if (known && known.expires > this.#now()) return this.#aged(known);
    const entry: Entry<T> = { answer: ask(), expires: Infinity, storedAt: Infinity };
    table.delete(name);
    table.set(name, entry);
    try {
      const answer = await entry.answer;
      entry.storedAt = this.#now();
      entry.expires = entry.storedAt + lifetime(answer) * 1000;
      return answer;
    } finally {
      if (entry.expires === Infinity) entry.expires = 0;
      if (entry.expires <= this.#now() && table.get(name) === entry) table.delete(name);
      this.#trim(table);
    }
  }

  async #aged<T extends RecordType>(entry: Entry<T>): Promise<Answer<T>> {
    const answer = await entry.answer;
    const age = Math.max(0, Math.floor((this.#now() - entry.storedAt) / 1000));
    return { ...answer, ttl: Math.max(0, answer.ttl - age) };
  }

  /** Oldest first; a question on its way is never dropped. */
  #trim(table: Map<string, { expires: number }>): void {
    for (const [name, entry] of table) {
      if (table.size <= this.#entriesPerType) return;
      if (entry.expires !== Infinity) table.delete(name);
    }
  }
}

/** Seconds. */
function lifetime({ rcode, records, ttl }: DnsAnswer<unknown>): number {
  if (rcode === "NOERROR" && records.length > 0) return Math.min(ttl, MAX_TTL);
  return rcode === "NOERROR" || rcode === "NXDOMAIN" ? Math.min(ttl, MAX_NEGATIVE_TTL) : 0;
}
