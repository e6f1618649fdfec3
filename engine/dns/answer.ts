/**
 * What a message answers to a question: rcode, values, TTL, and the names that CNAMEs led through (RFC 1034
 * §3.6.2), as far as the server may speak for them.
 */
import type { Rcode, RecordType, RecordValue } from "../../lib/mail/ports.ts";
import { isWithin } from "./names.ts";
import type { Question } from "./query.ts";
import { readRdata, TYPE_NUMBERS } from "./rdata.ts";
import type { DnsMessage, ResourceRecord } from "./wire.ts";

/** A chain longer than this is a loop or an attack (resolvers give up near 10). */
export const MAX_CHAIN = 16;
const CLASS_IN = 1;

const RCODES: Readonly<Record<number, Rcode>> = {
  0: "NOERROR",
  2: "SERVFAIL",
  3: "NXDOMAIN",
  5: "REFUSED",
};

export const rcodeOf = ({ rcode }: DnsMessage): Rcode => RCODES[rcode] ?? "OTHER";

export interface ReadAnswer<T> {
  readonly rcode: Rcode;
  readonly records: readonly T[];
  /** Seconds: the smallest of all records; of a "no" how long it holds, 0 without SOA. */
  readonly ttl: number;
  /** Where CNAMEs led: the last name is the one that `records` are of. Empty without CNAMEs. */
  readonly via: readonly string[];
  /** CNAMEs led somewhere of which this message says nothing: out of the zone, or around in a circle. */
  readonly open: boolean;
}

/**
 * `zone`: what the server is authoritative for; records of other zones in its answer are not believed.
 * Throws BadMessage when a record that counts cannot be read.
 */
export function readAnswer<T extends RecordType>(
  message: DnsMessage,
  question: Question,
  { type, zone = "." }: { type: T; zone?: string },
): ReadAnswer<RecordValue[T]> {
  const rcode = rcodeOf(message);
  const { via, ttls } = followChain(message.answers, question, zone);
  const owner = via.at(-1) ?? question.name;
  const known = isWithin(owner, zone);
  const found = message.answers.filter(
    (record) => known && isRecord(record, owner, TYPE_NUMBERS[type]),
  );
  const records = found.map((record) => readRdata(type, record.open()));
  const soa = soaOf(message);
  const said = records.length > 0 || (known && (rcode === "NXDOMAIN" || soa !== null));
  const open = via.length > 0 && !said;
  const times = [...ttls, ...found.map(ttlOf)];
  if (records.length === 0 && !open) times.push(soa ? negativeTtl(soa) : 0);
  return {
    ...{ rcode, via, open },
    records: rcode === "NOERROR" ? records : [],
    ttl: Math.min(...times),
  };
}

/** Where CNAMEs within this answer and zone lead; a question for CNAME itself stays where it is. */
function followChain(
  answers: readonly ResourceRecord[],
  { name, type }: Question,
  zone: string,
): { via: string[]; ttls: number[] } {
  const via: string[] = [];
  const ttls: number[] = [];
  let owner = name;
  while (type !== "CNAME" && via.length < MAX_CHAIN && isWithin(owner, zone)) {
    const at = owner;
    const alias = answers.find((record) => isRecord(record, at, TYPE_NUMBERS.CNAME));
    if (!alias || via.length >= answers.length) break;
    ttls.push(ttlOf(alias));
    owner = readRdata("CNAME", alias.open());
    via.push(owner);
  }
  return { via, ttls };
}

export const isRecord = (record: ResourceRecord, owner: string, type: number) =>
  record.class === CLASS_IN && record.type === type && record.name === owner;

/** RFC 2181 §8: the top bit set means zero. */
export const ttlOf = ({ ttl }: ResourceRecord) => (ttl > 0x7fffffff ? 0 : ttl);

export interface FoundSoa {
  /** The apex of the zone. */
  readonly owner: string;
  readonly ttl: number;
  readonly serial: number;
  readonly minimum: number;
}

/** The SOA that comes with "no": RFC 2308 §3. */
export function soaOf({ authorities }: DnsMessage): FoundSoa | null {
  const record = authorities.find((one) => one.class === CLASS_IN && one.type === TYPE_NUMBERS.SOA);
  if (!record) return null;
  const { serial, minimum } = readRdata("SOA", record.open());
  return { owner: record.name, ttl: ttlOf(record), serial, minimum };
}

/** How long "no" holds: RFC 2308 §5. */
export const negativeTtl = ({ ttl, minimum }: Pick<FoundSoa, "ttl" | "minimum">) =>
  Math.min(ttl, minimum);
