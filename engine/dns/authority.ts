/**
 * Asking one authoritative server, by address: without RD, at most so many at once, a lost packet asked for
 * once more. Addresses that are not public are not asked (a stranger's NS record must not make us knock at our
 * neighbours), nor those that this machine has no route to: both are facts about the way, not about the server.
 */
import { isIPv6 } from "node:net";
import { isLoopback, isPrivateNetwork } from "../net/networks.ts";
import { within } from "./abort.ts";
import { Limiter } from "./limiter.ts";
import { AUTHORITY_FLAGS, type Question } from "./query.ts";
import { Recent } from "./recent.ts";
import { ask } from "./transport.ts";
import type { DnsMessage } from "./wire.ts";

export type Reply =
  | { readonly kind: "answer"; readonly message: DnsMessage; readonly ms: number }
  /** Nothing came, or nothing that can be read. */
  | { readonly kind: "silent"; readonly ms: number }
  /** The budget was used up before: nobody knows. */
  | { readonly kind: "gaveUp" }
  | { readonly kind: "noRoute" }
  | { readonly kind: "notPublic" };

export interface AuthorityOptions {
  /** 53, except in test set-ups. */
  readonly port: number;
  readonly allowPrivate: boolean;
  /** Root servers of the settings: asked wherever they are. */
  readonly roots: readonly string[];
  readonly tryMs?: number;
  readonly now: () => number;
  /** Ends everything: the engine stops. */
  readonly stopped: AbortSignal;
}

export interface AuthorityErrand {
  /** The budget of the whole errand. */
  readonly signal: AbortSignal;
  /** One for those who have other servers to ask. */
  readonly tries?: number;
}

/** A server that needs longer than this makes mail late; it is called silent. */
const TRY_MS = 2_000;
const TRIES = 2;
/** Sockets open at once: a quarter of the usual limit of files. */
const AT_ONCE = 200;
/** A server that was just silent is not given a second try: it would only make everybody wait. */
const SILENT_MS = 30_000;
/** After its last answer a server is taken to be there. */
const HEARD_MS = 60_000;
/** Remembered as silent, and as heard. */
const ADDRESSES = 2_000;
/** IPv6 is tried out with the roots this often. */
const IPV6_MS = 600_000;
const IPV6_TRIES = 2;

const NO_ROUTE = new Set(["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"]);

export class Authority {
  readonly #options: AuthorityOptions;
  readonly #limiter = new Limiter(AT_ONCE);
  readonly #silent: Recent;
  readonly #heard: Recent;
  #ipv6: { readonly works: Promise<boolean>; readonly until: number } | null = null;

  constructor(options: AuthorityOptions) {
    this.#options = options;
    this.#silent = new Recent({ ms: SILENT_MS, most: ADDRESSES, now: options.now });
    this.#heard = new Recent({ ms: HEARD_MS, most: ADDRESSES, now: options.now });
  }

  get port(): number {
    return this.#options.port;
  }

  /** Never rejects. */
  async ask(address: string, question: Question, errand: AuthorityErrand): Promise<Reply> {
    if (!this.#options.roots.includes(address) && this.#isForbidden(address))
      return { kind: "notPublic" };
    if (isIPv6(address) && !isLoopback(address) && !(await this.worksIpv6())) {
      return { kind: "noRoute" };
    }
    const { signal, tries = TRIES } = errand;
    const most = this.#silent.has(address) ? 1 : tries;
    const reply = await this.#limiter.run(() =>
      this.#try(address, question, { signal, tries: most }),
    );
    if (reply.kind === "silent") this.#silent.note(address);
    if (reply.kind === "answer") {
      this.#silent.forget(address);
      this.#heard.note(address);
    }
    return reply;
  }

  /** Some root server answers over IPv6; where the roots have none, every route is taken at its word. */
  worksIpv6(): Promise<boolean> {
    const now = this.#options.now();
    if (!this.#ipv6 || this.#ipv6.until <= now) {
      this.#ipv6 = { works: this.#tryIpv6(), until: now + IPV6_MS };
    }
    return this.#ipv6.works;
  }

  async #tryIpv6(): Promise<boolean> {
    const roots = this.#options.roots.filter((address) => isIPv6(address));
    if (roots.length === 0) return true;
    const question: Question = { name: ".", type: "NS" };
    const errand = { tries: 1, signal: this.#options.stopped };
    const replies = roots.slice(0, IPV6_TRIES).map((root) => this.#try(root, question, errand));
    return (await Promise.all(replies)).some(({ kind }) => kind === "answer");
  }

  #isForbidden(address: string): boolean {
    if (this.#options.allowPrivate) return false;
    return isLoopback(address) || isPrivateNetwork(address);
  }

  async #try(
    address: string,
    question: Question,
    { tries, signal }: Required<AuthorityErrand>,
  ): Promise<Reply> {
    const { port, stopped, tryMs = TRY_MS } = this.#options;
    const started = performance.now();
    for (let done = 0; done < tries && !signal.aborted && !stopped.aborted; done++) {
      const asked = performance.now();
      // One that answers others but not this may limit its rate (then TCP is what it wants), or a packet was lost.
      const tcp = done > 0 && this.#heard.has(address);
      try {
        const attempt = { server: { address, port }, question, flags: AUTHORITY_FLAGS, tcp };
        const message = await within(tryMs, [signal, stopped], (limit) =>
          ask({ ...attempt, signal: limit }),
        );
        return { kind: "answer", message, ms: performance.now() - asked };
      } catch (error) {
        if (isNoRoute(error, address)) return { kind: "noRoute" };
        if (isRefusal(error)) break; // nobody listens there: asking again changes nothing
      }
    }
    // One who gave up in the middle has not learnt anything about the server.
    const gaveUp = signal.aborted || stopped.aborted;
    return gaveUp ? { kind: "gaveUp" } : { kind: "silent", ms: performance.now() - started };
  }
}

const codeOf = (error: unknown) =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
/** IPv4 hosts that are down are "unreachable" too, to their neighbours; IPv6 is so without any router. */
const isNoRoute = (error: unknown, address: string) =>
  NO_ROUTE.has(codeOf(error)) || (isIPv6(address) && codeOf(error) === "EHOSTUNREACH");
const isRefusal = (error: unknown) => codeOf(error) === "ECONNREFUSED";
