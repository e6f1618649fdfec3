/**
 * Whether a zone is signed, as a validating resolver sees it: RFC 4035 §4.3, §5.
 *
 * "signed": it vouches (AD) and we may believe it. "bogus": it holds the answer back, and gives it when told
 * not to check; any resolver's word counts for that. "unsigned": a resolver that does validate (it vouches for
 * the root) finds no DS. Everything else is "unknown": a resolver that does not validate never says AD, which
 * proves nothing.
 */
import type { ZoneSecurity } from "../../lib/mail/dns/observer.ts";
import { Kept } from "./kept.ts";
import { upward } from "./names.ts";
import type { Stub } from "./stub.ts";

/** Whether a resolver validates does not change while it runs; that it seems not to may be a lost packet. */
const VALIDATES_MS = 600_000;
const VALIDATES_NOT_MS = 30_000;

export class Security {
  readonly #stub: Stub;
  readonly #validates: Kept<{ readonly yes: boolean }>;

  constructor(stub: Stub, now: () => number) {
    this.#stub = stub;
    this.#validates = new Kept(1, now);
  }

  async of(apex: string, signal: AbortSignal): Promise<ZoneSecurity> {
    const soa = await this.#stub.ask(apex, "SOA", { signal });
    if (soa.authenticated) return "signed";
    if (soa.rcode === "SERVFAIL") return (await this.#isBogus(apex, signal)) ? "bogus" : "unknown";
    if (soa.rcode !== "NOERROR" || !(await this.#resolverValidates())) return "unknown";
    return (await this.#isInsecure(apex, signal)) ? "unsigned" : "unknown";
  }

  /** After SERVFAIL: does it answer when told not to check? */
  async #isBogus(name: string, signal: AbortSignal): Promise<boolean> {
    const { rcode } = await this.#stub.ask(name, "SOA", { unchecked: true, signal });
    return rcode === "NOERROR" || rcode === "NXDOMAIN";
  }

  /** The zone or one above it has no DS. One whose DS is vouched for is not: its algorithm may be unknown. */
  async #isInsecure(apex: string, signal: AbortSignal): Promise<boolean> {
    for (const name of upward(apex)) {
      if (name === ".") return false;
      const { rcode, records, authenticated } = await this.#stub.ask(name, "DS", { signal });
      if (rcode !== "NOERROR") return false;
      if (records.length === 0) return true;
      if (authenticated) return false;
    }
    return false;
  }

  async #resolverValidates(): Promise<boolean> {
    if (!this.#stub.trusted) return false;
    const { yes } = await this.#validates.through(
      ".",
      async () => ({ yes: (await this.#stub.ask(".", "SOA")).authenticated }),
      (known) => (known.yes ? VALIDATES_MS : VALIDATES_NOT_MS),
    );
    return yes;
  }
}
