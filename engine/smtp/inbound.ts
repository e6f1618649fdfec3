/**
 * Mail from strangers, port 25: authenticated, judged, marked (RFC 8601).
 *
 * Fields that only we may write are taken out first: Authentication-Results that speak in our name
 * (RFC 8601 §5) and any Return-Path (RFC 5321 §4.4).
 */
import { vouchesForUs } from "../../lib/mail/domain-mode.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { Incoming, Prepared } from "./accept.ts";
import { affordable } from "./affordable.ts";
import { askAhead } from "./ask-ahead.ts";
import { authenticateMessage, type SealWith } from "./authenticate.ts";
import type { SmtpSession, Transaction } from "./state.ts";
import type { Verdict } from "./verdict.ts";

export async function prepareInbound({
  source,
  head,
  transaction,
  session,
}: Incoming): Promise<Prepared> {
  askAhead(head, transaction, session.ctx.resolver);
  const seal = await sealFor(transaction, session);
  const { field, arcSet, verdict } = await authenticateMessage(
    affordable(source, head),
    transaction,
    {
      session,
      seal,
    },
  );
  if (verdict.disposition === "refuse") {
    throw new MailError("dmarcRefused", "Refused by the DMARC policy of the domain in From", {
      cause: { reasons: verdict.reasons, results: verdict.results },
    });
  }
  await mayForward(verdict, transaction, session);
  const junk = verdict.disposition === "junk";
  return {
    above: field, // RFC 8601 §5: over the trace field of the hop it speaks of
    below: "",
    drop: (name, value) => isOurs(name, value, session.ctx.settings.mailHostname),
    folder: junk ? "Junk" : "INBOX",
    keywords: junk ? ["$Junk"] : [],
    sign: () => Promise.resolve(Buffer.from(arcSet)),
    senderKnown: verdict.results["spf"] === "pass",
    text: verdict.reasons.join(". "),
    detail: { results: verdict.results, reasons: verdict.reasons },
  };
}

/**
 * A forwarded message leaves under a reverse-path of ours, and SPF will vouch for it. If it claims to be
 * from one of our domains too, that would be DMARC's pass as well: so it must be genuine, or it stays out.
 */
async function mayForward(
  verdict: Verdict,
  transaction: Transaction,
  session: SmtpSession,
): Promise<void> {
  if (!forwarderOf(transaction) || verdict.authentic) return;
  const { author, results } = verdict;
  const own = author === null ? null : await session.ctx.directory.findDomain(author);
  if (author !== null && !(own && vouchesForUs(own.mode))) return;
  const unsure = results["dmarc"] === "temperror" || results["spf"] === "temperror";
  throw new MailError(
    unsure ? "unavailable" : "policyRefused",
    "The author could not be verified, so this cannot be forwarded",
    { cause: { reasons: verdict.reasons, results } },
  );
}

/** The first address of ours that leads elsewhere. */
const forwarderOf = ({ recipients }: Transaction) =>
  recipients.find(({ domainId, elsewhere }) => domainId !== null && elsewhere.length > 0);

/** What only this server may say. */
export function isOurs(name: string, value: () => string, hostname: string): boolean {
  const lower = name.toLowerCase();
  if (lower === "return-path") return true;
  return lower === "authentication-results" && authservId(value()) === hostname.toLowerCase();
}

/** The first word of the value, comments and quotes taken off (RFC 8601 §2.2). */
function authservId(value: string): string {
  let depth = 0;
  let plain = "";
  for (const char of value.replace(/\\./g, "x")) {
    if (char === "(") depth++;
    if (depth === 0) plain += char;
    if (char === ")") depth = Math.max(0, depth - 1);
  }
  const word = /^"([^"]*)"|^[^\s;]+/.exec(plain.trimStart());
  return (word?.[1] ?? word?.[0] ?? "").toLowerCase();
}

/** Mail that goes on to elsewhere is sealed with a key of the domain whose address forwards it. */
async function sealFor(transaction: Transaction, session: SmtpSession): Promise<SealWith | null> {
  const forwarder = forwarderOf(transaction);
  if (!forwarder) return null;
  const { domain } = forwarder.address;
  const signers = await session.ctx.directory.dkimSigners(domain);
  // RFC 8617 knows RSA alone; Ed25519 seals are read by few.
  const signer = signers.find(({ algorithm }) => algorithm === "rsa-sha256") ?? signers[0];
  return signer ? { domain, signer } : null;
}
