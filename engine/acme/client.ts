/**
 * The conversation with an authority: RFC 8555 §7. Directory, nonces (a refused one is a reason to take
 * the next, §6.5), account, orders, authorizations, challenges, certificates. What it refuses is thrown as
 * an AcmeError. Knows nothing of rows.
 */
import type { KeyObject } from "node:crypto";
import { z } from "zod";
import { problemFrom, problemReason, type Problem } from "../../lib/mail/acme/problem.ts";
import { ACME_CODES } from "../../lib/mail/acme/reasons.ts";
import { retryAfterMs } from "../../lib/mail/acme/schedule.ts";
import type { Clock } from "../../lib/mail/ports.ts";
import { AcmeError } from "./error.ts";
import { callHttps, hostOf, type HttpsAnswer } from "./https.ts";
import { externalBinding, signedBody, type ExternalAccount } from "./jws.ts";

/** A busy authority may refuse several in a row; pebble refuses one in twenty on purpose. */
const NONCE_TRIES = 8;

const https = z.url({ protocol: /^https$/ }).max(2048);

const Directory = z.object({
  newNonce: https,
  newAccount: https,
  newOrder: https,
  /** RFC 9773 §4.1. */
  renewalInfo: https.optional(),
  meta: z
    .object({
      termsOfService: z.string().max(2048),
      caaIdentities: z.array(z.string().max(255)).max(20),
      externalAccountRequired: z.boolean(),
    })
    .partial()
    .default({}),
});
export type Directory = z.infer<typeof Directory>;

const Order = z.object({
  status: z.enum(["pending", "ready", "processing", "valid", "invalid"]),
  authorizations: z.array(https).min(1).max(100),
  finalize: https,
  certificate: https.optional(),
  error: z.unknown().optional(),
});
export type Order = z.infer<typeof Order> & {
  readonly url: string;
  readonly retryAfter: number | null;
};

const Challenge = z.object({
  type: z.string().max(100),
  url: https,
  status: z.enum(["pending", "processing", "valid", "invalid"]),
  token: z.string().max(200).optional(),
  error: z.unknown().optional(),
});
export type Challenge = z.infer<typeof Challenge>;

const Authorization = z.object({
  status: z.enum(["pending", "valid", "invalid", "deactivated", "expired", "revoked"]),
  identifier: z.object({ type: z.string(), value: z.string() }),
  challenges: z.array(Challenge).max(20),
});
export type Authorization = z.infer<typeof Authorization> & { readonly retryAfter: number | null };

export interface ClientOptions {
  readonly directoryUrl: string;
  readonly rootsPem: string;
  /** P-256. */
  readonly key: KeyObject;
  readonly accountUrl: string | null;
  /** What problems are about; "" for the account. */
  readonly name: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Answered {
  readonly answer: HttpsAnswer;
  readonly json: unknown;
}

export class AcmeClient {
  readonly #options: ClientOptions;
  #accountUrl: string | null;
  #directory: Directory | null = null;
  #nonces: string[] = [];

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#accountUrl = options.accountUrl;
  }

  /** Host name (and port) of the directory, as people are told. */
  get server(): string {
    return hostOf(this.#options.directoryUrl) ?? "";
  }

  async directory(): Promise<Directory> {
    if (this.#directory) return this.#directory;
    const { answer, json } = await this.#get(this.#options.directoryUrl);
    if (answer.status !== 200) throw this.#refusal(answer, json);
    return (this.#directory = this.#parsed(Directory, json));
  }

  /** §7.3: makes the account, or finds the one of this key. Answers its URL. */
  async register(account: {
    readonly contact: string;
    readonly termsAgreed: boolean;
    readonly external: ExternalAccount | null;
  }): Promise<string> {
    const { newAccount } = await this.directory();
    const { key } = this.#options;
    const { contact, termsAgreed, external } = account;
    const { answer } = await this.#post(newAccount, {
      ...(termsAgreed && { termsOfServiceAgreed: true }),
      ...(contact !== "" && { contact: [`mailto:${contact}`] }),
      ...(external && {
        externalAccountBinding: externalBinding(external, { key, url: newAccount }),
      }),
    });
    return (this.#accountUrl = this.#location(answer));
  }

  /** §7.3.2: one that was there before keeps what it was told then. */
  async setContact(accountUrl: string, contact: string): Promise<void> {
    await this.#post(accountUrl, { contact: contact === "" ? [] : [`mailto:${contact}`] });
  }

  /** §7.4. `replaces`: the certificate that this one follows (RFC 9773 §5). */
  async newOrder(name: string, replaces: string | null): Promise<Order> {
    const { newOrder } = await this.directory();
    const { answer, json } = await this.#post(newOrder, {
      identifiers: [{ type: "dns", value: name }],
      ...(replaces !== null && { replaces }),
    });
    return this.#order(json, this.#location(answer), answer);
  }

  async order(url: string): Promise<Order> {
    const { answer, json } = await this.#post(url, null);
    return this.#order(json, url, answer);
  }

  async authorization(url: string): Promise<Authorization> {
    const { answer, json } = await this.#post(url, null);
    return { ...this.#parsed(Authorization, json), retryAfter: this.#patience(answer) };
  }

  /** §7.5.1: it is there to be looked at. */
  async answer(challenge: Challenge): Promise<void> {
    await this.#post(challenge.url, {});
  }

  /** `csr`: DER. */
  async finalize({ finalize, url }: Order, csr: Buffer): Promise<Order> {
    const { answer, json } = await this.#post(finalize, { csr: csr.toString("base64url") });
    return this.#order(json, url, answer);
  }

  /** PEM, leaf first (§7.4.2). */
  async certificate(url: string): Promise<string> {
    const { answer } = await this.#post(url, null, "application/pem-certificate-chain");
    return answer.body;
  }

  /** RFC 9773 §4.1; null when the authority has none. */
  async renewalInfo(certId: string): Promise<Answered | null> {
    const { renewalInfo } = await this.directory();
    if (renewalInfo === undefined) return null;
    const answered = await this.#get(`${renewalInfo.replace(/\/$/, "")}/${certId}`);
    if (answered.answer.status !== 200) throw this.#refusal(answered.answer, answered.json);
    return answered;
  }

  /** What somebody else than us did not do as promised: an order or challenge that became invalid. */
  failure(error: unknown): AcmeError {
    return this.#errorOf(problemFrom(error), null);
  }

  badAnswer(cause?: unknown): AcmeError {
    return new AcmeError("badAnswer", { server: this.server }, { cause });
  }

  async #get(url: string): Promise<Answered> {
    const answer = await callHttps({ method: "GET", url }, this.#options);
    return { answer, json: parsed(answer.body) };
  }

  async #post(url: string, payload: object | null, accept?: string): Promise<Answered> {
    for (let tries = 1; ; tries++) {
      const nonce = await this.#nonce();
      const signing = { key: this.#options.key, kid: this.#accountUrl, nonce, url };
      const body = signedBody(signing, payload);
      const request = {
        method: "POST",
        url,
        body,
        ...(accept !== undefined && { accept }),
      } as const;
      const answer = await callHttps(request, this.#options);
      this.#keepNonce(answer);
      if (answer.status >= 200 && answer.status < 300)
        return { answer, json: accept === undefined ? parsed(answer.body) : null };
      const json = parsed(answer.body);
      if (problemFrom(json).type === "badNonce" && tries < NONCE_TRIES) continue;
      throw this.#refusal(answer, json);
    }
  }

  async #nonce(): Promise<string> {
    const kept = this.#nonces.pop();
    if (kept !== undefined) return kept;
    const { newNonce } = await this.directory();
    const answer = await callHttps({ method: "HEAD", url: newNonce }, this.#options);
    this.#keepNonce(answer);
    const nonce = this.#nonces.pop();
    if (nonce === undefined) throw this.badAnswer();
    return nonce;
  }

  #keepNonce({ headers }: HttpsAnswer): void {
    const nonce = headers["replay-nonce"];
    if (typeof nonce === "string" && /^[A-Za-z0-9_-]{1,500}$/.test(nonce)) this.#nonces = [nonce];
  }

  #order(json: unknown, url: string, answer: HttpsAnswer): Order {
    return { ...this.#parsed(Order, json), url, retryAfter: this.#patience(answer) };
  }

  #location({ headers }: HttpsAnswer): string {
    const { location } = headers;
    if (location === undefined || hostOf(location) === null) throw this.badAnswer();
    return location;
  }

  #patience({ headers }: HttpsAnswer): number | null {
    return retryAfterMs(headers["retry-after"], this.#options.clock.now());
  }

  #refusal(answer: HttpsAnswer, json: unknown): AcmeError {
    const problem = problemFrom(json);
    const { server } = this;
    const terms = /<([^>]+)>\s*;\s*rel="?terms-of-service"?/.exec(
      String(answer.headers["link"] ?? ""),
    );
    if (problem.type === "" && answer.status >= 500)
      return new AcmeError("serverFailed", { server, text: `HTTP ${answer.status}` });
    if (problem.type === "")
      return new AcmeError("refused", {
        server,
        type: `HTTP ${answer.status}`,
        text: problem.detail,
      });
    return this.#errorOf(problem, this.#patience(answer), terms?.[1]);
  }

  #errorOf(problem: Problem, patience: number | null, termsUrl?: string): AcmeError {
    const { name, clock } = this.#options;
    const until = patience === null ? null : new Date(clock.now().getTime() + patience);
    const about = { server: this.server, name, until, ...(termsUrl !== undefined && { termsUrl }) };
    const { key, params } = problemReason(problem, about);
    const code = ACME_CODES.find((known) => `acme.${known}` === key) ?? "internal";
    return new AcmeError(code, params, { type: problem.type, until });
  }

  #parsed<T>(schema: z.ZodType<T>, value: unknown): T {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw this.badAnswer(result.error);
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
