/**
 * One attempt at a certificate: RFC 8555 §7.4. What has to be seen is looked at first; an order that is
 * open is taken up again; when one kind of proof fails the next is tried with a new order, because a failed
 * authorization ends its order (§7.1.6).
 */
import { acmeRequest } from "../../lib/mail/certificate-request.ts";
import { generateHostKey, privatePemOf } from "../../lib/mail/host-key.ts";
import type { AcmeMethod } from "../../lib/mail/acme/authorities.ts";
import { isToken } from "../../lib/mail/acme/token.ts";
import type { Certificate } from "../../lib/mail/self-signed.ts";
import type { AcmeAccount } from "../../lib/storage/acme-accounts.ts";
import { hostKeyToCertify } from "../../lib/storage/host-keys.ts";
import { noteOrder, type ManagedRow } from "../../lib/storage/managed-certificates.ts";
import { AcmeClient, type Authorization, type Challenge, type Order } from "./client.ts";
import type { AcmeContext } from "./context.ts";
import { certificateFrom, renewalIdOf } from "./issued.ts";
import { AcmeError } from "./error.ts";
import { publicJwk, thumbprint } from "./jws.ts";
import { requireLeadsHere, requirePermission } from "./precondition.ts";
import { offer, usableMethods } from "./proof.ts";

/** Authorities look within seconds; pebble waits up to fifteen on purpose. */
const PROOF_MS = 90_000;
const ISSUE_MS = 120_000;
const FIRST_POLL_MS = 1_000;
const LONGEST_POLL_MS = 10_000;

/** Where another kind of proof may come through. */
const PROOF_FAILURES: ReadonlySet<string> = new Set([
  "connection",
  "dns",
  "unauthorized",
  "tls",
  "publish",
]);
/** That the authority counts. */
const COUNTED: ReadonlySet<string> = new Set(["connection", "dns", "unauthorized", "tls"]);

export interface Attempt {
  readonly ctx: AcmeContext;
  readonly account: AcmeAccount;
  readonly row: ManagedRow;
  /** What it is to follow; null: it is the first. */
  readonly before: (Certificate & { readonly hostKeyId: string | null }) | null;
  readonly signal: AbortSignal;
  log(text: string): Promise<void>;
  /** A proof failed, as the authority counts. */
  failed(): void;
}

export interface Obtained {
  readonly certificate: Certificate;
  readonly hostKeyId: string | null;
  /** Null: the authority still remembered an earlier proof. */
  readonly method: AcmeMethod | null;
}

export function clientFor(
  { clock }: Pick<AcmeContext, "clock">,
  account: AcmeAccount,
  { name, signal }: { name: string; signal: AbortSignal },
): AcmeClient {
  const { directoryUrl, rootsPem, key, accountUrl } = account;
  return new AcmeClient({ directoryUrl, rootsPem, key, accountUrl, name, clock, signal });
}

export async function obtain(attempt: Attempt): Promise<Obtained> {
  const { ctx, account, row, signal, log } = attempt;
  await log(await requireLeadsHere(ctx, row.name, signal));
  await log(await requirePermission(ctx, account, { name: row.name, signal }));
  const methods = inOrder(await usableMethods(ctx, account.methods, row), row.method);
  if (methods.length === 0) throw new AcmeError("noMethod", { name: row.name });
  const client = clientFor(ctx, account, { name: row.name, signal });
  const key = await keyFor(attempt);
  const issuing = new Issuing(attempt, client, key);
  return issuing.run(methods);
}

/** What worked the last time first. */
const inOrder = (methods: readonly AcmeMethod[], last: string | null): AcmeMethod[] =>
  methods.toSorted((a, b) => Number(b === last) - Number(a === last));

interface Key {
  readonly pem: string;
  readonly hostKeyId: string | null;
}

/** The host's is the one that TLSA names; others keep theirs. */
async function keyFor({ ctx, row, before }: Attempt): Promise<Key> {
  if (row.domainId === null) {
    const { id, privateKeyPem } = await hostKeyToCertify(ctx.pool, ctx.secrets);
    return { pem: privateKeyPem, hostKeyId: id };
  }
  if (before) return { pem: before.keyPem, hostKeyId: null };
  const { privateKey } = await generateHostKey("ecdsa-p256");
  return { pem: privatePemOf(privateKey), hostKeyId: null };
}

class Issuing {
  readonly #attempt: Attempt;
  readonly #client: AcmeClient;
  readonly #key: Key;
  #open: Order | null = null;
  #proved: AcmeMethod | null = null;

  constructor(attempt: Attempt, client: AcmeClient, key: Key) {
    this.#attempt = attempt;
    this.#client = client;
    this.#key = key;
  }

  async run(methods: readonly AcmeMethod[]): Promise<Obtained> {
    this.#open = await this.#resume();
    let last: unknown = new AcmeError("noMethod", { name: this.#attempt.row.name });
    for (const method of methods) {
      try {
        return await this.#through(method);
      } catch (error) {
        if (!(error instanceof AcmeError) || !this.#mayTryNext(error)) throw error;
        last = error;
        await this.#attempt.log(`${method}: ${error.message}`);
        if (error.code !== "noMethod") await this.#drop();
      }
    }
    throw last;
  }

  #mayTryNext({ code }: AcmeError): boolean {
    if (COUNTED.has(code)) this.#attempt.failed();
    return PROOF_FAILURES.has(code) || code === "noMethod";
  }

  async #through(method: AcmeMethod): Promise<Obtained> {
    const order = (this.#open ??= await this.#newOrder());
    if (order.status === "pending") {
      for (const url of order.authorizations) await this.#prove(url, method);
      this.#open = await this.#settled(order, ["pending"], PROOF_MS);
    }
    return this.#finish(this.#open);
  }

  /** One that was open when an engine stopped: what was proved for it counts. */
  async #resume(): Promise<Order | null> {
    const { row, log } = this.#attempt;
    if (row.orderUrl === null) return null;
    try {
      const order = await this.#client.order(row.orderUrl);
      if (order.status === "invalid") return await this.#drop();
      await log(`The order that was open is taken up again (${order.status})`);
      return order;
    } catch (error) {
      if (!(error instanceof AcmeError) || error.code === "unreachable") throw error;
      return this.#drop();
    }
  }

  async #drop(): Promise<null> {
    const { ctx, row } = this.#attempt;
    await noteOrder(ctx.pool, { id: row.id, worker: ctx.worker }, null);
    this.#open = null;
    return null;
  }

  async #newOrder(): Promise<Order> {
    const { ctx, row, log } = this.#attempt;
    const order = await this.#ordered();
    await noteOrder(ctx.pool, { id: row.id, worker: ctx.worker }, order.url);
    await log(`Order ${order.url}`);
    return order;
  }

  /** What is replaced is a courtesy (RFC 9773 §5): whoever does not want to hear it is asked without. */
  async #ordered(): Promise<Order> {
    const { row, before } = this.#attempt;
    const { renewalInfo } = await this.#client.directory();
    const replaces = before && renewalInfo ? await renewalIdOf(before.certPem) : null;
    try {
      return await this.#client.newOrder(row.name, replaces);
    } catch (error) {
      if (replaces === null || !(error instanceof AcmeError) || error.code !== "refused")
        throw error;
      return this.#client.newOrder(row.name, null);
    }
  }

  async #prove(url: string, method: AcmeMethod): Promise<void> {
    const { ctx, account, row, signal, log } = this.#attempt;
    const authorization = await this.#client.authorization(url);
    if (authorization.status === "valid") return log(`${row.name} was proved before`);
    const challenge = authorization.challenges.find(({ type }) => type === method);
    if (challenge?.status === "invalid") throw this.#client.failure(challenge.error);
    if (!challenge || challenge.token === undefined || !isToken(challenge.token))
      throw new AcmeError("noMethod", { name: row.name });
    const { token } = challenge;
    const keyAuthorization = `${token}.${thumbprint(publicJwk(account.key))}`;
    const { name, domainId } = row;
    const answering = { name, domainId, method, token, keyAuthorization, signal, log };
    const takeAway = await offer(ctx, answering);
    try {
      await log(`${method}: the authority is asked to look`);
      if (challenge.status === "pending") await this.#client.answer(challenge);
      await this.#waitForProof(url, challenge);
      this.#proved = method;
      await log(`${method}: proved`);
    } finally {
      await takeAway().catch((err: unknown) =>
        ctx.log.warn({ err, name }, "an answer to ACME was not removed"),
      );
    }
  }

  async #waitForProof(url: string, { type }: Challenge): Promise<void> {
    const { ctx, signal } = this.#attempt;
    const end = ctx.clock.now().getTime() + PROOF_MS;
    for (let round = 1; ; round++) {
      const authorization: Authorization = await this.#client.authorization(url);
      if (authorization.status === "valid") return;
      if (authorization.status !== "pending") {
        const failed = authorization.challenges.find((one) => one.type === type);
        throw this.#client.failure(failed?.error);
      }
      if (ctx.clock.now().getTime() >= end) throw this.#slow();
      await ctx.clock.sleep(pause(round, authorization.retryAfter), signal);
    }
  }

  #slow(): AcmeError {
    return new AcmeError("slow", { server: this.#client.server });
  }

  /** Waits while the order is in one of these states. */
  async #settled(order: Order, states: readonly Order["status"][], ms: number): Promise<Order> {
    const { ctx, signal } = this.#attempt;
    const end = ctx.clock.now().getTime() + ms;
    let now = await this.#client.order(order.url);
    for (let round = 1; states.includes(now.status); round++) {
      if (ctx.clock.now().getTime() >= end) throw this.#slow();
      await ctx.clock.sleep(pause(round, now.retryAfter), signal);
      now = await this.#client.order(order.url);
    }
    if (now.status === "invalid") {
      await this.#drop();
      throw this.#client.failure(now.error);
    }
    return now;
  }

  async #finish(order: Order): Promise<Obtained> {
    const { ctx, row, log } = this.#attempt;
    const { pem: keyPem, hostKeyId } = this.#key;
    let now = order;
    if (now.status === "ready") {
      now = await this.#client.finalize(now, await acmeRequest(row.name, keyPem));
      await log("The request is sent");
    }
    if (now.status !== "valid") now = await this.#settled(now, ["ready", "processing"], ISSUE_MS);
    if (now.certificate === undefined) throw this.#client.badAnswer();
    const chain = await this.#client.certificate(now.certificate);
    const certificate = certificateFrom(chain, { name: row.name, keyPem, now: ctx.clock.now() });
    if (!certificate) {
      await this.#drop(); // made with a key that is not there any more
      throw new AcmeError("badCertificate", { server: this.#client.server });
    }
    await log(`Issued, valid until ${certificate.notAfter.toISOString()}`);
    return { certificate, hostKeyId, method: this.#proved };
  }
}

/** As the authority asks; else slower from round to round. */
const pause = (round: number, retryAfter: number | null): number =>
  Math.min(Math.max(retryAfter ?? round * FIRST_POLL_MS, FIRST_POLL_MS), LONGEST_POLL_MS);
