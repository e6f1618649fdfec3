/**
 * Who does a message come from, as far as DNS and signatures tell: SPF (RFC 7208), DKIM (RFC 6376), DMARC
 * (RFC 9989), ARC (RFC 8617) by mailauth, reverse DNS by iprev.ts. One Authentication-Results field
 * (RFC 8601) says it.
 *
 * DNS that does not answer is "temperror" in the field and never a refusal. All of it has AUTHENTICATE_MS;
 * past it the sender is asked to come again: whoever signs with names whose DNS is silent could else have
 * a forgery let in unchecked. For the same reason nothing here ends when the peer hangs up, and a message
 * that makes the checks fall over goes to Junk.
 */
import { Readable } from "node:stream";
import { authenticate as check, type AuthenticateResult, type DNSResolver } from "mailauth";
import { fieldOctets, splitHeader } from "../../lib/codec/mime/header.ts";
import { formatAddress, type Address } from "../../lib/mail/address.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { ByteSource, DkimSigner } from "../../lib/mail/ports.ts";
import { mailauthResolver } from "../dns/mailauth.ts";
import { checkIprev, type Iprev } from "./iprev.ts";
import { AUTHENTICATE_MS } from "./limits.ts";
import type { SmtpSession, Transaction } from "./state.ts";
import { verdictOf, type Verdict } from "./verdict.ts";

export interface Authenticated {
  /** Authentication-Results with its CRLF. */
  readonly field: string;
  /** ARC set for a copy that we send on (RFC 8617 §5.1); "" when not asked for or not possible. */
  readonly arcSet: string;
  readonly verdict: Verdict;
}

export interface SealWith {
  readonly domain: string;
  readonly signer: DkimSigner;
}

export async function authenticateMessage(
  source: ByteSource,
  transaction: Transaction,
  context: { session: SmtpSession; seal: SealWith | null; budgetMs?: number },
): Promise<Authenticated> {
  const { session, budgetMs = AUTHENTICATE_MS } = context;
  const signal = AbortSignal.timeout(budgetMs);
  try {
    const iprev = checkIprev(session.connection.remoteAddress, session.ctx.resolver, signal);
    const options = { ...optionsOf(transaction, session, signal), ...sealOf(context.seal) };
    const result = check(Readable.from(source.open(), { objectMode: false }), options);
    const done = await beforeAbort(Promise.all([result, iprev]), signal);
    return report(...done, session.connection.remoteAddress);
  } catch (err) {
    if (signal.aborted) {
      const text = "The sender could not be checked in time, try again later";
      throw new MailError("unavailable", text, { cause: err });
    }
    session.log.warn({ err }, "authentication of a message failed");
    return undecided(session.ctx.settings.mailHostname);
  }
}

function optionsOf(transaction: Transaction, session: SmtpSession, signal: AbortSignal) {
  const { connection, ctx } = session;
  return {
    ip: connection.remoteAddress,
    helo: session.helo ?? "",
    sender: transaction.reversePath ? plainSender(transaction.reversePath) : "",
    mta: ctx.settings.mailHostname,
    // Its declared type has no room for MX records, which its SPF reads as objects.
    resolver: mailauthResolver(ctx.resolver, signal) as DNSResolver,
    disableBimi: true,
    rejectRsaSha1: true,
  };
}

/**
 * A quoted local part can hold ";" and parentheses, and readers of Authentication-Results that split at
 * them would find results of the sender's own making. Such a one is checked, and named, as postmaster's.
 */
function plainSender({ local, domain }: Address): string {
  const text = formatAddress({ local, domain });
  return text.startsWith('"') ? `postmaster@${domain}` : text;
}

function sealOf(seal: SealWith | null) {
  if (!seal) return {};
  const { domain, signer } = seal;
  return {
    seal: {
      signingDomain: domain,
      selector: signer.selector,
      privateKey: signer.privateKey,
      algorithm: signer.algorithm,
    },
  };
}

/** mailauth has no signal of its own: what comes too late is not waited for. */
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", onAbort));
}

function report(result: AuthenticateResult, iprev: Iprev, ip: string): Authenticated {
  const bytes = Buffer.from(result.headers);
  const header = splitHeader(bytes);
  const named = (pattern: RegExp) =>
    header.fields
      .filter(({ name }) => pattern.test(name))
      .map((field) => String(fieldOctets(bytes, field)));
  const [field = ""] = named(/^Authentication-Results$/i);
  // An address with colons is no token: it is quoted (RFC 8601 §2.2).
  const known = iprev.name ? ` (${iprev.name.replace(/[^\w.-]/g, "")})` : "";
  return {
    field: `${field.trimEnd()};\r\n iprev=${iprev.result}${known} policy.iprev=${ip.includes(":") ? `"${ip}"` : ip}\r\n`,
    arcSet: named(/^ARC-/i).join(""),
    verdict: verdictOf(result, iprev.result),
  };
}

/** RFC 8601 §2.7: nothing could be said. */
function undecided(hostname: string): Authenticated {
  const methods = ["spf", "dkim", "dmarc"].map((method) => `${method}=temperror`);
  return {
    field: `Authentication-Results: ${hostname};\r\n ${methods.join(";\r\n ")}\r\n`,
    arcSet: "",
    verdict: {
      disposition: "junk",
      author: null,
      authentic: false,
      reasons: ["SPF, DKIM and DMARC could not be checked"],
      results: { spf: "temperror", dkim: "temperror", dmarc: "temperror" },
    },
  };
}
