/**
 * SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, the server's side: RFC 5802 §5 to §7, RFC 7677.
 *
 * Wrong proof, unknown user and suspended user end alike, after the same messages. Refused: extensions
 * we do not know ("m="), acting as somebody else, a client that was talked out of channel binding
 * (§6: "y" although we offer it).
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { MailError } from "../../lib/mail/errors.ts";
import type { Account } from "../../lib/mail/ports.ts";
import { proofFits, serverSignature } from "../../lib/mail/scram.ts";
import { bindingOffered, channelBinding } from "./channel-binding.ts";
import { type Conversation, type Mechanism, utf8 } from "./conversation.ts";

/** RFC 5802 §5.1: printable ASCII without comma. */
const NONCE = /^[\x21-\x2b\x2d-\x7e]{1,512}$/;
const OUR_NONCE_BYTES = 18;

export const scramSha256 = scram({ plus: false });
export const scramSha256Plus = scram({ plus: true });

function scram({ plus }: { plus: boolean }): Mechanism {
  return {
    name: plus ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256",
    plaintext: false,
    binding: plus,
    run: (conversation) => converse(conversation, plus),
  };
}

async function converse(conversation: Conversation, plus: boolean): Promise<Account> {
  const { auth, origin, initial, ask, connection } = conversation;
  const first = readFirst(utf8(initial ?? (await ask(""))));
  const binding = bindingOf(first, connection, plus);
  auth.checkRate(origin);
  const { keys, account } = await auth.scramSubject(first.name);
  const nonce = first.nonce + randomBytes(OUR_NONCE_BYTES).toString("base64");
  const challenge = `r=${nonce},s=${keys.salt.toString("base64")},i=${keys.iterations}`;

  const final = readFinal(utf8(await ask(challenge)));
  const attempt = {
    ...origin,
    address: first.name,
    mechanism: plus ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256",
  };
  const expected = Buffer.concat([Buffer.from(first.header, "utf8"), binding]);
  if (final.nonce !== nonce || !same(final.binding, expected))
    return auth.failed(attempt, "nonce or channel binding does not match");
  const message = `${first.bare},${challenge},${final.withoutProof}`;
  const fits = proofFits(keys, message, final.proof); // computed for nobody too: equal time
  if (!account) return auth.failed(attempt, "no such user");
  if (!fits) return auth.failed(attempt, "wrong password", account);
  if (account.suspended) return auth.failed(attempt, "suspended", account);
  // The client acknowledges our proof with an empty response, or cancels when it does not hold.
  await ask(`v=${serverSignature(keys, message).toString("base64")}`);
  return auth.succeeded(attempt, account);
}

interface First {
  /** gs2-header with its commas. */
  readonly header: string;
  readonly binding: string;
  readonly bare: string;
  readonly name: string;
  readonly nonce: string;
}

/** client-first-message: RFC 5802 §7. */
function readFirst(text: string): First {
  const match = /^((y|n|p=[A-Za-z0-9.-]+),(?:a=([^,]+))?,)(n=([^,]+),r=([^,]+)(?:,.*)?)$/s.exec(
    text,
  );
  const [, header = "", binding = "", authzid, bare = "", saslName = "", nonce = ""] = match ?? [];
  if (!match || !NONCE.test(nonce)) throw new MailError("syntax", "Malformed SCRAM message");
  const name = unescapeName(saslName);
  if (authzid !== undefined && unescapeName(authzid).toLowerCase() !== name.toLowerCase())
    throw new MailError("authFailed", "Authentication failed");
  return { header, binding, bare, name, nonce };
}

/** §5.1: "," and "=" travel as =2C and =3D; any other "=" is an error. */
function unescapeName(text: string): string {
  if (/=(?!2C|3D)/.test(text)) throw new MailError("syntax", "Malformed SCRAM name");
  return text.replace(/=2C/g, ",").replace(/=3D/g, "=");
}

/** §6: the bytes that must follow the header in "c=". */
function bindingOf(first: First, connection: Conversation["connection"], plus: boolean): Buffer {
  if (plus !== first.binding.startsWith("p="))
    throw new MailError("syntax", "Channel binding and mechanism do not go together");
  if (first.binding === "y" && bindingOffered(connection))
    throw new MailError("authFailed", "Authentication failed"); // we offered it; somebody took it away
  if (!plus) return Buffer.alloc(0);
  const binding = channelBinding(first.binding.slice(2), connection);
  if (!binding) throw new MailError("badMechanism", "Channel binding not supported");
  return binding;
}

interface Final {
  readonly binding: Buffer;
  readonly nonce: string;
  readonly withoutProof: string;
  readonly proof: Buffer;
}

/** client-final-message: RFC 5802 §7. */
function readFinal(text: string): Final {
  const match = /^(c=([A-Za-z0-9+/=]+),r=([^,]+)(?:,.*)?),p=([A-Za-z0-9+/]+={0,2})$/s.exec(text);
  if (!match) throw new MailError("syntax", "Malformed SCRAM message");
  const [, withoutProof = "", binding = "", nonce = "", proof = ""] = match;
  return {
    withoutProof,
    nonce,
    binding: Buffer.from(binding, "base64"),
    proof: Buffer.from(proof, "base64"),
  };
}

function same(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
