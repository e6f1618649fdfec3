/**
 * What a server's answer to "SOA of this name?" means for whoever walks down the delegation: RFC 1034 §4.3.2.
 *
 * A referral leads strictly downwards and towards the name, or it is none: a server that refers to itself, to
 * its parent or to a stranger's zone is lame (RFC 8499 §7), and no walk goes round in circles. Addresses beside
 * a referral (glue) are believed only for hosts in the zone of the server that gives them.
 */
import { isRecord, negativeTtl, soaOf, ttlOf } from "./answer.ts";
import { isBelow, isWithin } from "./names.ts";
import { readRdata, TYPE_NUMBERS } from "./rdata.ts";
import { BadMessage, readable, type DnsMessage, type ResourceRecord } from "./wire.ts";

/** A zone, as those who delegate it describe it. */
export interface Cut {
  readonly zone: string;
  /** Names of its servers. */
  readonly hosts: readonly string[];
  readonly glue: ReadonlyMap<string, readonly string[]>;
  /** The parent's words; false: the zone's own, because parent and child share their servers. */
  readonly delegated: boolean;
  /** Seconds. */
  readonly ttl: number;
}

export type Step =
  | { readonly kind: "referral"; readonly cut: Cut }
  /** The name lies in the zone `apex`; the server speaks for it. */
  | {
      readonly kind: "inZone";
      readonly apex: string;
      readonly exists: boolean;
      /** How long "no" holds there; null when it did not say. */
      readonly negativeTtl: number | null;
    }
  /** The name is an alias: its SOA cannot be asked for. */
  | { readonly kind: "alias" }
  | { readonly kind: "lame" };

/** Real zones have 13 at most; a stranger's may have a thousand, and we would knock at each. */
const MAX_HOSTS = 20;
const MAX_GLUE_PER_HOST = 4;

const LAME: Step = { kind: "lame" };

/** `zone` is what the server was asked for as its authority. */
export function readStep(message: DnsMessage, asked: { zone: string; name: string }): Step {
  try {
    return readKnownStep(message, asked);
  } catch (error) {
    if (error instanceof BadMessage) return LAME;
    throw error;
  }
}

function readKnownStep(message: DnsMessage, asked: { zone: string; name: string }): Step {
  const { zone, name } = asked;
  if (message.rcode !== 0 && message.rcode !== 3) return LAME;
  const soa = soaOf(message);
  const cut = soa || message.rcode !== 0 ? null : readReferral(message, asked);
  if (cut) return { kind: "referral", cut };
  if (!message.authoritative) return LAME;
  const has = (type: "SOA" | "CNAME") =>
    message.answers.some((record) => isRecord(record, name, TYPE_NUMBERS[type]));
  if (has("SOA")) return { kind: "inZone", apex: name, exists: true, negativeTtl: null };
  if (has("CNAME")) return { kind: "alias" };
  const fits = soa !== null && isWithin(name, soa.owner) && isWithin(soa.owner, zone);
  return {
    kind: "inZone",
    apex: fits ? soa.owner : zone,
    exists: message.rcode === 0,
    negativeTtl: soa && negativeTtl(soa),
  };
}

/** NS records of a zone between the server's and the name. */
function readReferral(message: DnsMessage, { zone, name }: { zone: string; name: string }) {
  if (message.answers.length > 0) return null;
  const owner = message.authorities.find(
    (record) =>
      isRecord(record, record.name, TYPE_NUMBERS.NS) &&
      isBelow(record.name, zone) &&
      isWithin(name, record.name),
  )?.name;
  return owner === undefined ? null : readCut(message.authorities, message, { owner, zone });
}

/** A zone's own NS set, from a server that speaks for it; null when it names nobody. */
export function readOwnNs(message: DnsMessage, of: { owner: string; zone: string }): Cut | null {
  if (!message.authoritative) return null;
  const cut = readable(() => readCut(message.answers, message, of));
  return cut && cut.hosts.length > 0 ? { ...cut, delegated: false } : null;
}

/** The servers that `records` name for `owner`; addresses for those inside `zone`. */
function readCut(
  records: readonly ResourceRecord[],
  message: DnsMessage,
  { owner, zone }: { owner: string; zone: string },
): Cut {
  const found = records.filter((record) => isRecord(record, owner, TYPE_NUMBERS.NS));
  const hosts = new Set(found.slice(0, MAX_HOSTS).map((record) => readRdata("NS", record.open())));
  const glue = new Map<string, string[]>();
  for (const record of message.additionals) {
    if (!hosts.has(record.name) || !isWithin(record.name, zone)) continue;
    const address = addressOf(record);
    const known = glue.get(record.name) ?? [];
    if (address === null || known.length >= MAX_GLUE_PER_HOST) continue;
    glue.set(record.name, [...known, address]);
  }
  const ttl = Math.min(...found.map(ttlOf));
  return { zone: owner, hosts: [...hosts], glue, delegated: true, ttl };
}

function addressOf(record: ResourceRecord): string | null {
  if (isRecord(record, record.name, TYPE_NUMBERS.A)) return readRdata("A", record.open());
  if (isRecord(record, record.name, TYPE_NUMBERS.AAAA)) return readRdata("AAAA", record.open());
  return null;
}
