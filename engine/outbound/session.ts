/**
 * From a dialled address to a peer that is ready for MAIL: greeting, EHLO or HELO, STARTTLS by policy.
 * RFC 5321 §3.1–3.2, RFC 3207, RFC 8689 §4.2.1. A 5yz greeting means "not here, not now" (as Postfix takes
 * it): the next host is tried, the message stays.
 */
import type { Reply } from "../../lib/codec/smtp/reply.ts";
import type { TlsPolicy } from "./tls-policy.ts";
import type { Transcript } from "./transcript.ts";
import { final, fromReply, HostFailure, passing } from "./verdict.ts";
import { dial, type Wire, type WireTls } from "./wire.ts";

/** RFC 5321 §4.5.3.2, except `connect`, `tls` and `quit`, which it leaves to us. */
export const TIMEOUTS = {
  connect: 30_000,
  greeting: 5 * 60_000,
  command: 5 * 60_000,
  tls: 60_000,
  dataStart: 2 * 60_000,
  dataBlock: 3 * 60_000,
  dataEnd: 10 * 60_000,
  quit: 5_000,
} as const;
export type Timeouts = { readonly [K in keyof typeof TIMEOUTS]: number };

export interface Target {
  /** The name from MX: what the certificate must say. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly localAddress?: string | undefined;
}

export interface SessionOptions {
  /** Our name in EHLO. */
  readonly helo: string;
  readonly policy: TlsPolicy;
  readonly timeouts: Timeouts;
  /** PEM roots; null: those that Node carries. */
  readonly roots: readonly string[] | null;
  readonly signal: AbortSignal;
  readonly transcript: Transcript;
}

export interface Session {
  readonly wire: Wire;
  readonly timeouts: Timeouts;
  /** EHLO keywords in upper case, with what follows them. */
  readonly extensions: ReadonlyMap<string, string>;
  readonly tls: WireTls | null;
}

/** Throws HostFailure. */
export async function openSession(target: Target, options: SessionOptions): Promise<Session> {
  try {
    return await open(target, options, true);
  } catch (error) {
    // RFC 3207 §4: a client may go on in clear. The broken connection cannot be used for that.
    if (!(error instanceof HandshakeFailure) || options.policy.kind !== "opportunistic")
      throw error;
    options.transcript.note("trying again without TLS");
    return open(target, options, false);
  }
}

class HandshakeFailure extends HostFailure {}

async function open(target: Target, options: SessionOptions, tls: boolean): Promise<Session> {
  const { transcript, timeouts, signal } = options;
  const { host, address, port, localAddress } = target;
  transcript.note(`connecting to ${host} [${address}]:${port}`);
  const wire = await dial({
    ...{ address, port, localAddress, signal, transcript },
    timeoutMs: timeouts.connect,
  });
  try {
    expect2(await wire.reply(timeouts.greeting, "our connection"));
    const extensions = await greet(wire, options);
    const plain = { wire, timeouts, extensions, tls: null };
    const session = tls ? await secure(plain, target, options) : plain;
    checkPolicy(session, options.policy);
    return session;
  } catch (error) {
    await wire.quit(timeouts.quit);
    throw error;
  }
}

/** EHLO, or HELO for those who do not know it (RFC 5321 §3.2). */
async function greet(wire: Wire, { helo, timeouts }: SessionOptions): Promise<Map<string, string>> {
  wire.send([`EHLO ${helo}`]);
  const reply = await wire.reply(timeouts.command, "EHLO");
  if (reply.code === 250) return readExtensions(reply);
  if (reply.code === 421) throw unusable(reply);
  wire.send([`HELO ${helo}`]);
  expect2(await wire.reply(timeouts.command, "HELO"));
  return new Map();
}

function readExtensions({ lines }: Reply): Map<string, string> {
  return new Map(
    lines.slice(1).map((line) => {
      const [keyword = "", ...rest] = line.trim().split(/\s+/);
      return [keyword.toUpperCase(), rest.join(" ")];
    }),
  );
}

async function secure(session: Session, target: Target, options: SessionOptions): Promise<Session> {
  const { wire, extensions, timeouts } = session;
  if (!extensions.has("STARTTLS")) return session;
  wire.send(["STARTTLS"]);
  const reply = await wire.reply(timeouts.command, "STARTTLS");
  if (reply.code === 421) throw unusable(reply);
  if (reply.code !== 220) return session; // in clear, if the policy allows that
  try {
    const tls = await wire.startTls(target.host, options.roots, timeouts.tls);
    const trust = tls.verified
      ? "certificate verified"
      : `certificate not verified: ${tls.problem}`;
    options.transcript.note(`${tls.protocol} ${tls.cipher}, ${trust}`);
    // What was said before the handshake is forgotten (RFC 3207 §4.2).
    return { ...session, tls, extensions: await greet(wire, options) };
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error;
    options.transcript.note(`TLS failed: ${error.message}`);
    throw new HandshakeFailure(passing("4.7.5", `TLS failed: ${error.message}`), { cause: error });
  }
}

/** RFC 8689 §4.2.1: verified TLS, and a peer that keeps the promise further on. */
function checkPolicy({ tls, extensions }: Session, policy: TlsPolicy): void {
  if (policy.kind === "opportunistic") return;
  const missing = !tls
    ? "does not offer TLS"
    : !tls.verified
      ? `shows a certificate that cannot be verified (${tls.problem})`
      : !extensions.has("REQUIRETLS")
        ? "does not support REQUIRETLS"
        : null;
  if (missing)
    throw new HostFailure(final("5.7.30", `Message requires TLS, but the server ${missing}`));
}

function expect2(reply: Reply): void {
  if (reply.code < 200 || reply.code > 299) throw unusable(reply);
}

/** Never final for the message: another host, or this one later, may be well. */
function unusable(reply: Reply): HostFailure {
  const finding = fromReply(reply);
  const enhanced = finding.enhanced.replace(/^[25]/, "4");
  return new HostFailure({ ...finding, outcome: "deferred", enhanced });
}
