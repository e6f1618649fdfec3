/**
 * The `Resolver` of lib/mail/ports.ts: a stub that asks recursive resolvers and says what Node's own dns
 * cannot: rcode, TTL, and whether a trusted validating resolver vouched for the answer (AD, RFC 6840 §5.7).
 *
 * Never throws for what DNS may answer; throws only the reason of the caller's signal.
 */
import type { DnsAnswer, Rcode, RecordType, RecordValue, Resolver } from "../../lib/mail/ports.ts";
import { AnswerCache } from "./cache.ts";
import { queryName, type Question } from "./query.ts";
import { readRdata, TYPE_NUMBERS } from "./rdata.ts";
import { parseServer, systemServers, type DnsServer } from "./servers.ts";
import { ask } from "./transport.ts";
import type { DnsMessage, ResourceRecord } from "./wire.ts";

export interface ResolverOptions {
  /** "address", "address:port", "[v6]:port"; empty means those of /etc/resolv.conf. */
  readonly servers?: readonly string[];
  /** Whether their AD bit is believed; null: when they are on loopback. */
  readonly trusted?: boolean | null;
  /** 0: ask every time (checks that must see what is true now). */
  readonly cacheEntries?: number;
  readonly tryMs?: number;
  readonly budgetMs?: number;
  readonly now?: () => number;
}

/** One try: a resolver that must walk the tree itself may need this long. */
const TRY_MS = 3_000;
/** A whole query, however many servers and tries: callers hold a connection open meanwhile. */
const BUDGET_MS = 12_000;
const ROUNDS = 2;
/** Per record type: some megabytes when full. */
const CACHE_ENTRIES = 2_000;
/** A chain longer than this is a loop or an attack (resolvers give up near 10). */
const MAX_CHAIN = 16;
const CLASS_IN = 1;

const RCODES: Readonly<Record<number, Rcode>> = {
  0: "NOERROR",
  2: "SERVFAIL",
  3: "NXDOMAIN",
  5: "REFUSED",
};

export function createResolver(options: ResolverOptions = {}): Resolver {
  const now = options.now ?? Date.now;
  const names = options.servers?.length ? options.servers : systemServers();
  const lookup: Lookup = {
    servers: names.map((name) => parseServer(name, options.trusted)),
    tryMs: options.tryMs ?? TRY_MS,
    budgetMs: options.budgetMs ?? BUDGET_MS,
  };
  const entries = options.cacheEntries ?? CACHE_ENTRIES;
  const cache = entries > 0 ? new AnswerCache(entries, now) : null;

  return {
    async query(text, type, signal) {
      signal?.throwIfAborted();
      const name = queryName(text);
      // No such name can be in the DNS: that is what NXDOMAIN says.
      if (name === null) return failure("NXDOMAIN", "local");
      const run = () => resolveQuestion(lookup, { name, type }, type);
      return orAbort(cache ? cache.through(type, name, run) : run(), signal);
    },
  };
}

interface Lookup {
  readonly servers: readonly DnsServer[];
  readonly tryMs: number;
  readonly budgetMs: number;
}

const failure = (rcode: Rcode, from: string): DnsAnswer<never> => ({
  rcode,
  records: [],
  authenticated: false,
  ttl: 0,
  from,
});

/** Servers in order, twice; the first that knows (NOERROR or NXDOMAIN) is believed. */
async function resolveQuestion<T extends RecordType>(
  { servers, tryMs, budgetMs }: Lookup,
  question: Question,
  type: T,
): Promise<DnsAnswer<RecordValue[T]>> {
  const budget = AbortSignal.timeout(budgetMs);
  let worst: DnsAnswer<never> = failure("TIMEOUT", servers.map(serverText).join(", "));
  for (let round = 0; round < ROUNDS; round++) {
    for (const server of servers) {
      if (budget.aborted) return worst;
      try {
        const signal = AbortSignal.any([budget, AbortSignal.timeout(tryMs)]);
        const answer = readAnswer(await ask({ server, question, signal }), question, type, server);
        if (answer.rcode === "NOERROR" || answer.rcode === "NXDOMAIN") return answer;
        worst = failure(answer.rcode, answer.from);
      } catch {
        // Time-out, unreachable, or nonsense: the next server, the next round.
      }
    }
    // An answer that says "I cannot" is an answer: asking the same servers again would only add load.
    if (worst.rcode !== "TIMEOUT") return worst;
  }
  return worst;
}

/** Throws BadMessage when a record that counts cannot be read. */
function readAnswer<T extends RecordType>(
  message: DnsMessage,
  question: Question,
  type: T,
  server: DnsServer,
): DnsAnswer<RecordValue[T]> {
  const rcode = RCODES[message.rcode] ?? "OTHER";
  const { owner, ttls } = followChain(message.answers, question);
  const found = message.answers.filter((record) => isRecord(record, owner, TYPE_NUMBERS[type]));
  const records = found.map((record) => readRdata(type, record.open()));
  const times = [...ttls, ...found.map(ttlOf)];
  if (records.length === 0) times.push(negativeTtl(message.authorities));
  return {
    rcode,
    records: rcode === "NOERROR" ? records : [],
    authenticated: server.trusted && message.authenticData,
    ttl: Math.min(...times),
    from: serverText(server),
  };
}

/** Where CNAMEs within this answer lead; a question for CNAME itself stays where it is. */
function followChain(
  answers: readonly ResourceRecord[],
  { name, type }: Question,
): { owner: string; ttls: number[] } {
  let owner = name;
  const ttls: number[] = [];
  while (type !== "CNAME" && ttls.length < MAX_CHAIN) {
    const alias = answers.find((record) => isRecord(record, owner, TYPE_NUMBERS.CNAME));
    if (!alias || ttls.length >= answers.length) break;
    ttls.push(ttlOf(alias));
    owner = readRdata("CNAME", alias.open());
  }
  return { owner, ttls };
}

const isRecord = (record: ResourceRecord, owner: string, type: number) =>
  record.class === CLASS_IN && record.type === type && record.name === owner;

/** RFC 2181 §8: the top bit set means zero. */
const ttlOf = ({ ttl }: ResourceRecord) => (ttl > 0x7fffffff ? 0 : ttl);

/** RFC 2308 §5: how long "no" holds. Without an SOA it is not kept. */
function negativeTtl(authorities: readonly ResourceRecord[]): number {
  const soa = authorities.find((record) => record.type === TYPE_NUMBERS.SOA);
  return soa ? Math.min(ttlOf(soa), readRdata("SOA", soa.open()).minimum) : 0;
}

const serverText = ({ address, port }: DnsServer) =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** The caller may leave; the question goes on for the others. */
function orAbort<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason as Error);
    signal.addEventListener("abort", leave, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
