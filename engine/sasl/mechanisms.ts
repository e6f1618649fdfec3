/**
 * SASL (RFC 4422) for all three protocols: which mechanisms there are, which of them a connection is
 * offered, and running one. The protocol brings an `Exchange`, which knows how challenges look on its wire.
 */
import { MailError } from "../../lib/mail/errors.ts";
import type { Account } from "../../lib/mail/ports.ts";
import type { Connection } from "../net/types.ts";
import type { Authenticator, Origin } from "./authenticator.ts";
import { bindingOffered } from "./channel-binding.ts";
import { MAX_RESPONSE, type Mechanism } from "./conversation.ts";
import { login } from "./login.ts";
import { plain } from "./plain.ts";
import { scramSha256, scramSha256Plus } from "./scram.ts";

/** Strongest first: clients that do not choose take the first they know. */
const MECHANISMS: readonly Mechanism[] = [scramSha256Plus, scramSha256, plain, login];

/**
 * Sends one challenge, already in base64 ("" is an empty one), and answers the line the client sent back,
 * without CRLF and as it came: base64, or "*". Lines should be read with MAX_RESPONSE.
 */
export type Exchange = (challenge: string) => Promise<Buffer>;

export { MAX_RESPONSE };

interface AuthSettings {
  readonly allowPlaintextAuthOnLoopback: boolean;
}

type Offered = Pick<Connection, "tlsSocket" | "loopback">;

/** Whether a password may travel here as it is: USER/PASS, LOGIN, PLAIN. */
export function plaintextAllowed(connection: Offered, settings: AuthSettings): boolean {
  if (connection.tlsSocket) return true;
  return connection.loopback && settings.allowPlaintextAuthOnLoopback;
}

/** Names to put into CAPA, EHLO or CAPABILITY. */
export function advertised(connection: Offered, settings: AuthSettings): string[] {
  return MECHANISMS.filter((mechanism) => isOffered(mechanism, connection, settings)).map(
    ({ name }) => name,
  );
}

function isOffered(mechanism: Mechanism, connection: Offered, settings: AuthSettings): boolean {
  if (mechanism.plaintext) return plaintextAllowed(connection, settings);
  return !mechanism.binding || bindingOffered(connection);
}

/** What `run` needs of its surroundings; an EngineContext is one, with the protocol added. */
export interface SaslContext {
  readonly auth: Authenticator;
  readonly settings: AuthSettings;
  readonly protocol: Origin["protocol"];
}

/**
 * Runs one mechanism to its end. `initialResponse` is the argument of the command as it came (base64,
 * "=" for an empty one), or null. Throws authFailed, rateLimited, authCancelled, syntax, badMechanism
 * (unknown) and encryptionNeeded (known, but not here).
 */
export async function run(
  name: string,
  initialResponse: Buffer | string | null,
  exchange: Exchange,
  connection: Connection,
  { auth, settings, protocol }: SaslContext,
): Promise<Account> {
  const mechanism = MECHANISMS.find((known) => known.name === name.toUpperCase());
  if (!mechanism) throw new MailError("badMechanism", "Unknown authentication mechanism");
  if (!isOffered(mechanism, connection, settings))
    throw new MailError("encryptionNeeded", "This mechanism needs TLS");
  const { remoteAddress, id: sessionId } = connection;
  return mechanism.run({
    auth,
    connection,
    origin: { protocol, remoteAddress, sessionId },
    initial: initialResponse === null ? null : decode(initialResponse.toString("latin1"), true),
    ask: async (challenge) =>
      decode((await exchange(Buffer.from(challenge).toString("base64"))).toString("latin1"), false),
  });
}

/** Strict base64 (RFC 4648 §4). "*" cancels; "=" stands for empty in an initial response (RFC 4954 §4). */
function decode(text: string, initial: boolean): Buffer {
  if (text === "*" && !initial) throw new MailError("authCancelled", "Authentication cancelled");
  if (text.length > MAX_RESPONSE) throw new MailError("syntax", "Response too long");
  if (text === "=" && initial) return Buffer.alloc(0);
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new MailError("syntax", "Not base64");
  return Buffer.from(text, "base64");
}
