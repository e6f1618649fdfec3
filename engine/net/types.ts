/**
 * What a protocol session sees of its connection. engine/net/connection.ts implements it over a socket;
 * nothing above engine/net touches sockets.
 */
import type { TLSSocket } from "node:tls";
import type { MailError } from "../../lib/mail/errors.ts";

export interface TlsFacts {
  readonly protocol: string;
  readonly cipher: string;
  readonly servername: string | null;
}

/** Why a read ended without bytes. */
export class ConnectionClosed extends Error {}

export interface Connection {
  readonly id: string;
  /** Canonical text; IPv4-mapped IPv6 is shown as IPv4. After PROXY protocol: the real client. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly loopback: boolean;
  readonly openedAt: Date;
  readonly tls: TlsFacts | null;
  /** For channel binding (RFC 9266) and certificates; null without TLS. */
  readonly tlsSocket: TLSSocket | null;
  /** A certificate is at hand and the connection is still in clear: STARTTLS may be offered. */
  readonly canStartTls: boolean;
  /** Aborted when the peer is gone or the server wants the connection to end. */
  readonly signal: AbortSignal;

  /**
   * The next line without its CRLF. Only CRLF ends a line. Throws MailError lineTooLong (after passing
   * over the rest of that line, so the session can answer and go on), bareLineEnd for a CR or LF alone
   * (at once; what follows up to the next CRLF is never acted on), timeout after the idle time, what
   * `interrupt` was given; ConnectionClosed when the peer is gone. The line must be complete within the
   * idle time. The buffer answered is the caller's, but may be a view of a larger one: copy to keep it.
   */
  readLine(maxBytes: number): Promise<Buffer>;
  /**
   * At least one and at most `max` raw bytes (literals, BDAT, DATA). Is not interrupted, so that a
   * message under way may still arrive while the server drains.
   */
  read(max: number): Promise<Buffer>;
  /** Puts bytes back in front of what is read next (what DATA read past its end). */
  unread(bytes: Buffer): void;
  /** Bytes received and not yet read: a pipelining peer, or an injection before STARTTLS. */
  readonly buffered: number;

  /** Queues bytes; resolves when the socket has room again (back-pressure). */
  write(data: Buffer | string): Promise<void>;
  /**
   * Holds small writes back until `uncork`, so that pipelined replies leave in one packet. Nothing is held
   * back while a read waits for the peer: a session may cork once, at its start.
   */
  cork(): void;
  uncork(): void;

  /**
   * Takes the connection into TLS as the server. What was received in clear and not yet read is thrown
   * away, never acted on (RFC 3207 §5, CVE-2011-0411). Call it in the same turn in which writing the
   * go-ahead resolved, else an eager ClientHello is thrown away too. Rejects with ConnectionClosed when
   * the handshake fails; the connection is then gone.
   */
  startTls(): Promise<void>;
  /** Both directions are compressed. */
  readonly compressed: boolean;
  /**
   * Compresses both directions from here on (RFC 4978). What was received and not yet read counts as
   * compressed already: the peer starts when it has read the go-ahead.
   */
  startDeflate(): void;
  /**
   * Makes the pending or else the next `readLine` reject with `reason`, once, and aborts `signal`: the
   * session says its goodbye and returns. For server shutdown and for sessions ended from elsewhere.
   */
  interrupt(reason: MailError): void;
  /** The peer has signed in: it no longer counts against the limits on strangers. */
  authenticated(): void;
  /** Idle time for the next reads, in ms. */
  setIdleTimeout(ms: number): void;
  /** Flushes and closes. Safe to call twice. */
  end(): Promise<void>;
  /** Closes at once. */
  destroy(): void;
}

/** Runs one connection from greeting to close; the listener closes it when the promise settles. */
export type ConnectionHandler = (connection: Connection) => Promise<void>;
