/**
 * Asking recursive resolvers: in order, twice; the first that knows (NOERROR or NXDOMAIN) is believed.
 * Nothing is kept here. Never throws for what DNS may answer.
 */
import type { DnsAnswer, Rcode, RecordType, RecordValue } from "../../lib/mail/ports.ts";
import { within } from "./abort.ts";
import { rcodeOf, readAnswer } from "./answer.ts";
import type { Question } from "./query.ts";
import { parseServer, serverText, systemServers, type DnsServer } from "./servers.ts";
import { ask } from "./transport.ts";
import type { DnsMessage } from "./wire.ts";

export interface StubOptions {
  /** "address", "address:port", "[v6]:port"; empty means those of /etc/resolv.conf. */
  readonly servers?: readonly string[];
  /** Whether their AD bit is believed; null: when they are on loopback. */
  readonly trusted?: boolean | null;
  readonly tryMs?: number;
  readonly budgetMs?: number;
}

export interface StubAnswer<T> extends DnsAnswer<T> {
  readonly via: readonly string[];
  /** From the question to this server until its answer. */
  readonly ms: number;
}

export interface Stub {
  /** Some server's AD bit is believed. */
  readonly trusted: boolean;
  /** `unchecked`: also what a validating resolver holds back (CD). */
  ask<T extends RecordType>(
    name: string,
    type: T,
    how?: { unchecked?: boolean; signal?: AbortSignal },
  ): Promise<StubAnswer<RecordValue[T]>>;
}

/** One try: a resolver that must walk the tree itself may need this long. */
const TRY_MS = 3_000;
/** A whole query, however many servers and tries: callers hold a connection open meanwhile. */
const BUDGET_MS = 12_000;
const ROUNDS = 2;

export function createStub(options: StubOptions = {}): Stub {
  const names = options.servers?.length ? options.servers : systemServers();
  const servers = names.map((name) => parseServer(name, options.trusted));
  const { tryMs = TRY_MS, budgetMs = BUDGET_MS } = options;
  return {
    trusted: servers.some(({ trusted }) => trusted),
    async ask(name, type, { unchecked = false, signal } = {}) {
      return within(budgetMs, signal ? [signal] : [], (budget) =>
        askServers({ servers, unchecked, tryMs, budget }, { name, type }, type),
      );
    },
  };
}

export const failure = (rcode: Rcode, from: string): StubAnswer<never> => ({
  ...{ rcode, records: [], authenticated: false, ttl: 0, from },
  ...{ via: [], ms: 0 },
});

interface Errand {
  readonly servers: readonly DnsServer[];
  readonly unchecked: boolean;
  readonly tryMs: number;
  readonly budget: AbortSignal;
}

async function askServers<T extends RecordType>(
  { servers, unchecked, tryMs, budget }: Errand,
  question: Question,
  type: T,
): Promise<StubAnswer<RecordValue[T]>> {
  const started = performance.now();
  let worst = failure("TIMEOUT", servers.map(serverText).join(", "));
  for (let round = 0; round < ROUNDS; round++) {
    for (const server of servers) {
      if (budget.aborted) break;
      const asked = performance.now();
      try {
        const flags = { recursion: true, dnssec: server.trusted, unchecked };
        const message = await within(tryMs, [budget], (signal) =>
          ask({ server, question, flags, signal }),
        );
        const ms = performance.now() - asked;
        const rcode = rcodeOf(message);
        if (rcode === "NOERROR" || rcode === "NXDOMAIN") {
          return { ...readStub(message, question, type, server), ms };
        }
        worst = { ...failure(rcode, serverText(server)), ms };
      } catch {
        // Time-out, unreachable, or nonsense: the next server, the next round.
      }
    }
    // An answer that says "I cannot" is an answer: asking the same servers again would only add load.
    if (worst.rcode !== "TIMEOUT" || budget.aborted) break;
  }
  return worst.rcode === "TIMEOUT" ? { ...worst, ms: performance.now() - started } : worst;
}

/** Throws BadMessage when a record that counts cannot be read. */
function readStub<T extends RecordType>(
  message: DnsMessage,
  question: Question,
  type: T,
  server: DnsServer,
): Omit<StubAnswer<RecordValue[T]>, "ms"> {
  const { rcode, records, ttl, via } = readAnswer(message, question, { type });
  const authenticated = server.trusted && message.authenticData;
  return { rcode, records, ttl, via, authenticated, from: serverText(server) };
}
