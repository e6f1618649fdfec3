/**
 * The `Resolver` of lib/mail/ports.ts: a stub that asks recursive resolvers and says what Node's own dns
 * cannot: rcode, TTL, and whether a trusted validating resolver vouched for the answer (AD, RFC 6840 §5.7).
 *
 * Never throws for what DNS may answer; throws only the reason of the caller's signal.
 */
import type { Resolver } from "../../lib/mail/ports.ts";
import { orAbort } from "./abort.ts";
import { AnswerCache } from "./cache.ts";
import { queryName } from "./query.ts";
import { createStub, failure, type StubOptions } from "./stub.ts";

export interface ResolverOptions extends StubOptions {
  /** 0: ask every time (checks that must see what is true now). */
  readonly cacheEntries?: number;
  readonly now?: () => number;
}

/** Per record type: some megabytes when full. */
const CACHE_ENTRIES = 2_000;

export function createResolver(options: ResolverOptions = {}): Resolver {
  const stub = createStub(options);
  const entries = options.cacheEntries ?? CACHE_ENTRIES;
  const cache = entries > 0 ? new AnswerCache(entries, options.now ?? Date.now) : null;

  return {
    async query(text, type, signal) {
      signal?.throwIfAborted();
      const name = queryName(text);
      // No such name can be in the DNS: that is what NXDOMAIN says.
      if (name === null) return failure("NXDOMAIN", "local");
      const run = () => stub.ask(name, type);
      return orAbort(cache ? cache.through(type, name, run) : run(), signal);
    },
  };
}
