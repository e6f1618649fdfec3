/**
 * Finds out which addresses this server has: the public ones of this machine's interfaces, and where the
 * host name leads. People may set others (behind NAT nothing else is right); lib/mail/server-profile.ts
 * says which count.
 */
import { hostname } from "node:os";
import type { Pool } from "pg";
import type { Logger } from "pino";
import type { Resolver } from "../lib/mail/ports.ts";
import { keepDetected } from "../lib/storage/server-profile.ts";
import { interfaceAddresses } from "./probes/addresses.ts";

const EVERY_MS = 10 * 60_000;

interface Wiring {
  readonly pool: Pool;
  readonly resolver: Resolver;
  /** Asked each time: it may change while we run. */
  readonly hostName: () => string;
  readonly log: Logger;
}

export interface Detection {
  /** At once: the host name has changed. */
  again(): void;
  stop(): Promise<void>;
}

export function startDetection({ pool, resolver, hostName, log }: Wiring): Detection {
  const ending = new AbortController();
  let running = Promise.resolve();
  const look = async () => {
    try {
      const resolved = await addressesOf(resolver, hostName(), ending.signal);
      const interfaces = interfaceAddresses();
      await keepDetected(pool, { machine: hostname(), interfaces, resolved });
    } catch (error) {
      if (!ending.signal.aborted) log.warn({ err: error }, "addresses not looked at");
    }
  };
  const again = () => void (running = running.then(look));
  const timer = setInterval(again, EVERY_MS).unref();
  again();
  return {
    again,
    async stop() {
      clearInterval(timer);
      ending.abort();
      await running;
    },
  };
}

async function addressesOf(
  resolver: Resolver,
  name: string,
  signal: AbortSignal,
): Promise<string[]> {
  const [four, six] = await Promise.all([
    resolver.query(name, "A", signal),
    resolver.query(name, "AAAA", signal),
  ]);
  return [...four.records, ...six.records];
}
