/**
 * Why a certificate is not there, as vocabulary: a key with parameters, whose sentences in both languages
 * are `reason.acme.<code>` of lib/i18n/certificates.ts; the English one here is for logs and jobs. What an
 * authority refuses has a type (RFC 8555 §6.7); each type that asks people for something else is a code.
 */
import type { Reason } from "../dns/reasons.ts";

/** Text, and whether trying the same again later may work. */
export const ACME_REASONS = {
  // It waits
  noAddress: ["{name} has no address in DNS yet", true],
  elsewhere: ["{name} leads to {addresses}, not to this server", true],
  dnsSilent: ["The name servers of {name} do not answer", true],
  noMethod: ["None of the permitted ways to prove {name} can be used", true],
  caaForbids: ["CAA of {at} does not let {issuer} issue for {name}", true],
  caaAccount: ["CAA of {at} lets {issuer} issue to another account", true],
  caaMethods: ["CAA of {at} permits only {found} as proof", true],
  // The authority says no
  rateLimited: ["{server} asks to wait until {until}: {text}", true],
  caa: ["{server} finds that CAA of {name} forbids it: {text}", true],
  dns: ["{server} could not look up {name}: {text}", true],
  connection: ["{server} could not reach {name}: {text}", true],
  unauthorized: ["{server} did not find the answer at {name}: {text}", true],
  tls: ["{server} could not speak TLS with {name}: {text}", true],
  rejectedIdentifier: ["{server} does not issue for {name}: {text}", true],
  // The account
  noAccount: ["The account at {server} is not registered yet", true],
  account: ["{server} does not accept the account: {text}", false],
  eab: ["{server} wants an external account, or does not know the one given: {text}", false],
  contact: ["{server} does not accept the contact address: {text}", false],
  terms: ["{server} asks for agreement to its terms: {url}", false],
  // The conversation
  unreachable: ["{server} cannot be reached: {text}", true],
  badAnswer: ["The answer of {server} cannot be read", true],
  serverFailed: ["{server} failed: {text}", true],
  refused: ["{server} refuses ({type}): {text}", true],
  slow: ["{server} did not come to an end in time", true],
  badCertificate: ["The certificate of {server} does not fit its key or name", true],
  publish: ["The answer could not be published in DNS: {text}", true],
  internal: ["Internal error", true],
} as const satisfies Record<string, readonly [text: string, temporary: boolean]>;

export type AcmeCode = keyof typeof ACME_REASONS;
export const ACME_CODES = Object.keys(ACME_REASONS) as AcmeCode[]; // its own keys

export type AcmeReason = Reason<`acme.${AcmeCode}`>;

export const acmeReason = (code: AcmeCode, params: AcmeReason["params"] = {}): AcmeReason => ({
  key: `acme.${code}`,
  params,
});

export const reasonInEnglish = ({ key, params }: AcmeReason): string => {
  const code = ACME_CODES.find((known) => `acme.${known}` === key) ?? "internal";
  const [text] = ACME_REASONS[code];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ""));
};
