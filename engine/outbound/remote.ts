/**
 * One batch to other servers: hosts by MX, their addresses in turn, until every recipient has a verdict
 * (RFC 5321 §5.1). A verdict of one host about a recipient stands; only a host that cannot be used at all
 * sends us to the next.
 */
import { asMailError } from "../../lib/mail/errors.ts";
import type { Attempt, ByteSource, QueueBatch, Resolver } from "../../lib/mail/ports.ts";
import { whyForbidden } from "./forbidden.ts";
import { lookupAddresses, lookupMx, type MailHost, type MailHosts } from "./mx.ts";
import { openSession, type Session, type Target, type Timeouts } from "./session.ts";
import { chooseTlsPolicy, type TlsPolicy } from "./tls-policy.ts";
import { sendBatch } from "./transaction.ts";
import type { Transcript } from "./transcript.ts";
import { HostFailure, passing, type Finding, type Verdict } from "./verdict.ts";

export interface RemoteOptions {
  readonly resolver: Resolver;
  /** 25, except in tests. */
  readonly port: number;
  /** Our name: in EHLO, and what we recognise ourselves by in MX records. */
  readonly hostName: string;
  readonly localAddress?: string | undefined;
  /** Deliver to addresses that are not public; refused unless the operator wants it. */
  readonly privateNetworks?: boolean | undefined;
  readonly timeouts: Timeouts;
  readonly roots: readonly string[] | null;
}

export interface RemoteVerdict extends Verdict {
  /** The server announced DSN: what was asked for was passed on to it. */
  readonly dsnPassedOn: boolean;
}

export interface RemoteResult {
  readonly verdicts: readonly RemoteVerdict[];
  /** About the host that was spoken to last. */
  readonly facts: Pick<Attempt, "mx" | "remoteIp" | "tls">;
  /** What nobody foresaw: to be logged. Verdicts that were certain before it stand. */
  readonly fault?: unknown;
}

export interface Errand {
  readonly batch: QueueBatch;
  readonly source: ByteSource;
  readonly transcript: Transcript;
  readonly signal: AbortSignal;
}

/** Connections that one attempt may try; after that the next attempt begins with new chances. */
const MAX_ADDRESSES = 6;

/** Never throws for what a network may do. */
export async function deliverRemotely(
  errand: Errand,
  options: RemoteOptions,
): Promise<RemoteResult> {
  return new RemoteDelivery(errand, options).run();
}

class RemoteDelivery {
  readonly #errand: Errand;
  readonly #options: RemoteOptions;
  readonly #verdicts = new Map<number, RemoteVerdict>();
  readonly #reasons: Finding[] = [];
  #facts: RemoteResult["facts"] = { mx: null, remoteIp: null, tls: null };
  #tries = 0;

  constructor(errand: Errand, options: RemoteOptions) {
    this.#errand = errand;
    this.#options = options;
  }

  async run(): Promise<RemoteResult> {
    const { batch, signal } = this.#errand;
    const { resolver, hostName } = this.#options;
    let fault: unknown;
    try {
      const found = await lookupMx(resolver, batch.destination, { ownNames: [hostName], signal });
      if (found.kind === "none") this.#give({ ...found, remote: false });
      else await this.#tryHosts(found);
    } catch (error) {
      fault = error;
      this.#give(passing("4.3.0", asMailError(error).message));
    }
    for (const recipient of this.#undecided()) {
      this.#verdicts.set(recipient.id, { ...this.#reason(), recipient, dsnPassedOn: false });
    }
    return { verdicts: [...this.#verdicts.values()], facts: this.#facts, fault };
  }

  async #tryHosts(found: MailHosts): Promise<void> {
    const { batch, transcript } = this.#errand;
    const names = found.hosts.map(({ name, preference }) => `${preference} ${name}`).join(", ");
    transcript.note(`mail servers of ${batch.destination}: ${names}`);
    const policy = chooseTlsPolicy(batch, found);
    if ("outcome" in policy) return this.#give(policy);
    for (const host of found.hosts) {
      if (this.#done()) return;
      await this.#tryHost(host, policy);
    }
  }

  async #tryHost(host: MailHost, policy: TlsPolicy): Promise<void> {
    const { resolver, port, localAddress, privateNetworks } = this.#options;
    const addresses = await lookupAddresses(resolver, host.name, this.#errand.signal);
    if (!Array.isArray(addresses)) return this.#give({ ...addresses, remote: false });
    for (const address of addresses) {
      if (this.#done()) return;
      this.#tries++;
      const target = { host: host.name, address, port, localAddress };
      const forbidden = whyForbidden(target, privateNetworks === true);
      if (forbidden) this.#give(forbidden);
      else await this.#tryAddress(target, policy);
    }
  }

  async #tryAddress(target: Target, policy: TlsPolicy): Promise<void> {
    const { transcript, signal, batch, source } = this.#errand;
    const { hostName: helo, timeouts, roots } = this.#options;
    let session: Session | null = null;
    this.#facts = { mx: target.host, remoteIp: target.address, tls: null };
    try {
      const opened = await openSession(target, {
        ...{ helo, policy, timeouts, roots, signal, transcript },
      });
      session = opened;
      this.#facts = { ...this.#facts, tls: tlsFacts(opened, policy) };
      const dsnPassedOn = opened.extensions.has("DSN");
      await sendBatch(opened, this.#undecided(), {
        ...{ batch, source, transcript },
        decide: (verdict) => this.#verdicts.set(verdict.recipient.id, { ...verdict, dsnPassedOn }),
      });
    } catch (error) {
      if (!(error instanceof HostFailure)) throw error;
      this.#give(error.finding);
    } finally {
      void session?.wire.quit(timeouts.quit); // the verdicts need not wait for a farewell
    }
  }

  /** A reason against a host; it counts when no other host knows better. */
  #give(reason: Finding): void {
    this.#reasons.push(reason);
    this.#errand.transcript.note(reason.text);
  }

  /** Final only when every host was finally out of the question. */
  #reason(): Finding {
    const temporary = this.#reasons.findLast(({ outcome }) => outcome !== "failed");
    return temporary ?? this.#reasons.at(-1) ?? passing("4.4.1", "No server could be reached");
  }

  #undecided() {
    return this.#errand.batch.recipients.filter(({ id }) => !this.#verdicts.has(id));
  }
  #done(): boolean {
    return (
      this.#undecided().length === 0 || this.#tries >= MAX_ADDRESSES || this.#errand.signal.aborted
    );
  }
}

function tlsFacts({ tls }: Session, policy: TlsPolicy): Attempt["tls"] {
  if (!tls) return null;
  const { protocol, cipher, verified } = tls;
  return { protocol, cipher, policy: policy.kind, authenticated: verified };
}
