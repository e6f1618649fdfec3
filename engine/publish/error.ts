/**
 * Why publishing failed, as vocabulary: a code with parameters, whose sentences in both languages are
 * `publish.error.<code>` of lib/i18n/publish.ts; the English one is repeated here for logs and jobs.
 */
import { MailError } from "../../lib/mail/errors.ts";
import type { PublishReason } from "../../lib/mail/dns/reasons.ts";

/** Text, and whether trying the same again later may work. */
const CODES = {
  zoneChanged: ["{name} {type} was changed by somebody else meanwhile", false],
  noCredential: ["The credential is not there any more", false],
  noZone: ["No zone that holds {name} can be changed with this credential", false],
  unreachable: ["{server} does not answer", true],
  noServer: ["No server was found that takes changes of {zone}", false],
  privateAddress: ["{server} has an address that is not public ({address})", false],
  badSecret: ["The secret cannot be used", false],
  badKey: ["{server} does not know the key {key}, or does not take it for this zone", false],
  badSignature: ["{server} has another secret for the key {key}", false],
  badTime: ["The clocks of {server} and this server differ by {seconds} seconds", false],
  unsignedReply: ["The answer of {server} was not signed with the key {key}", false],
  refused: ["{server} refuses: the key {key} may not do this", false],
  notAuth: ["{server} is not the primary server of {zone}", false],
  notZone: ["{server} says that a name lies outside of {zone}", false],
  rcode: ["{server} answered {rcode}", false],
  serverFailed: ["{server} could not make the change ({rcode})", true],
  badAnswer: ["The answer of {server} cannot be read", true],
  tokenRefused: ["{server} does not accept the token", false],
  forbidden: ["{server} says that the token may not do this", false],
  throttled: ["{server} asks for patience: {seconds} seconds", true],
  api: ["{server} answered {status}: {text}", false],
  apiFailed: ["{server} failed with {status}", true],
  insecureUrl: ["The address {url} is not https", false],
} as const satisfies Record<string, readonly [text: string, temporary: boolean]>;

export type PublishCode = keyof typeof CODES;
export const PUBLISH_CODES = Object.keys(CODES) as PublishCode[]; // its own keys

export class PublishError extends MailError {
  readonly code: PublishCode;
  readonly reason: PublishReason;

  constructor(code: PublishCode, params: PublishReason["params"] = {}, options?: ErrorOptions) {
    const [text, temporary] = CODES[code];
    super(temporary ? "unavailable" : "cannot", fill(text, params), options);
    this.code = code;
    this.reason = { key: `publish.error.${code}`, params };
  }
}

const fill = (text: string, params: PublishReason["params"]) =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ""));

/** What is shown of any failure; what nobody threw on purpose stays mute. */
export function reasonOf(error: unknown): PublishReason {
  if (error instanceof PublishError) return error.reason;
  return { key: "publish.error.internal", params: {} };
}
