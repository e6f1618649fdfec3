/** What a mechanism sees of the protocol it runs in: challenges out, responses in. */
import { MailError } from "../../lib/mail/errors.ts";
import type { Account } from "../../lib/mail/ports.ts";
import type { Connection } from "../net/types.ts";
import type { Authenticator, Origin } from "./authenticator.ts";

/** No response of ours is longer; RFC 4954 §4 wants 12,288 octets for mechanisms we do not have. */
export const MAX_RESPONSE = 12_288;

export interface Conversation {
  readonly auth: Authenticator;
  readonly origin: Origin;
  readonly connection: Connection;
  /** Sends a challenge and answers what the client said to it. Throws authCancelled and syntax. */
  readonly ask: (challenge: Buffer | string) => Promise<Buffer>;
  /** What came with the command; null when nothing did. */
  readonly initial: Buffer | null;
}

export interface Mechanism {
  readonly name: string;
  /** The password itself travels: not without TLS. */
  readonly plaintext: boolean;
  /** Needs a channel binding, so TLS. */
  readonly binding: boolean;
  readonly run: (conversation: Conversation) => Promise<Account>;
}

/** Strict UTF-8: names and passwords that are not are nobody's (RFC 4616 §2). */
export function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new MailError("syntax", "Not UTF-8", { cause });
  }
}
