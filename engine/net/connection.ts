/**
 * A connection over a socket: what engine/net/types.ts promises.
 *
 * Memory is bounded both ways: the socket is paused while RECEIVE_BUFFER bytes lie unread, and `write`
 * resolves only when the kernel has taken what was queued. One reader at a time.
 */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { MailError } from "../../lib/mail/errors.ts";
import { newSessionId } from "../../lib/mail/ids.ts";
import { DeflateStream } from "./deflate.ts";
import { canonicalIp, isLoopback } from "./ip.ts";
import {
  DEFAULT_IDLE_MS,
  LINGER_MS,
  MAX_SKIPPED,
  RECEIVE_BUFFER,
  TLS_HANDSHAKE_MS,
  WRITE_STALL_MS,
} from "./limits.ts";
import { ReceiveBuffer } from "./receive-buffer.ts";
import { servernameOf, type TlsContexts } from "./tls.ts";
import { type Connection, ConnectionClosed, type TlsFacts } from "./types.ts";

const WRITTEN = Promise.resolve();

export interface ConnectionOptions {
  /** Null: no TLS on this connection. */
  readonly tls: TlsContexts | null;
  readonly idleMs?: number | undefined;
  readonly handshakeMs?: number | undefined;
  readonly onAuthenticated?: (() => void) | undefined;
}

export class SocketConnection implements Connection {
  readonly id = newSessionId();
  readonly openedAt = new Date();
  readonly localAddress: string;
  readonly localPort: number;
  /** Resolves when the socket is closed for good. */
  readonly closed: Promise<void>;
  remoteAddress: string;
  remotePort: number;

  readonly #options: ConnectionOptions;
  readonly #buffer = new ReceiveBuffer();
  readonly #onClosed: () => void;
  /** What came from the listener. */
  readonly #base: Socket;
  /** What is read and written: the base, TLS over it, compression over either. */
  #socket: Duplex;
  #compressed = false;
  #tlsSocket: TLSSocket | null = null;
  #tls: TlsFacts | null = null;
  #idleMs: number;
  /** Bytes that may lie unread before the socket is paused: raised while a longer line is read. */
  #room = RECEIVE_BUFFER;
  /** The rest of a refused line is still to come: it is passed over before the next line. */
  #skipping = false;
  #corked = false;
  #flushing = false;
  /** The socket itself holds writes back now. */
  #held = false;
  /** The peer has sent all it will send, or is gone. */
  #ended = false;
  #discarding = false;
  #interrupt: MailError | null = null;
  /** Made when somebody asks for it: IMAP and POP3 do without. */
  #abort: AbortController | null = null;
  /** Why `signal` is aborted; null while it is not. */
  #over: Error | null = null;
  #wake: (() => void) | null = null;
  #drain: { promise: Promise<void>; settle: () => void } | null = null;

  constructor(socket: Socket, options: ConnectionOptions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#onClosed = resolve;
    this.#base = socket;
    this.#socket = socket;
    this.#options = options;
    this.#idleMs = options.idleMs ?? DEFAULT_IDLE_MS;
    this.remoteAddress = canonicalIp(socket.remoteAddress ?? "");
    this.remotePort = socket.remotePort ?? 0;
    this.localAddress = canonicalIp(socket.localAddress ?? "");
    this.localPort = socket.localPort ?? 0;
    this.#attach(socket);
  }

  get loopback(): boolean {
    return isLoopback(this.remoteAddress);
  }
  get tls(): TlsFacts | null {
    return this.#tls;
  }
  get tlsSocket(): TLSSocket | null {
    return this.#tlsSocket;
  }
  get canStartTls(): boolean {
    return this.#tlsSocket === null && !this.#compressed && this.#options.tls !== null;
  }
  get compressed(): boolean {
    return this.#compressed;
  }
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#over) this.#abort.abort(this.#over);
    return this.#abort.signal;
  }
  get buffered(): number {
    return this.#buffer.size;
  }

  // ── Reading ───────────────────────────────────────────────────────────────────────────────────

  async readLine(maxBytes: number): Promise<Buffer> {
    const deadline = performance.now() + this.#idleMs;
    this.#throwIfInterrupted();
    if (this.#skipping) await this.#passOverLine(deadline);
    this.#room = Math.max(RECEIVE_BUFFER, maxBytes + 2);
    for (let scanned = 0; ;) {
      const end = this.#buffer.findLineEnd(scanned);
      scanned = end.kind === "none" ? end.scanned : end.length;
      if (scanned > maxBytes + (end.kind === "bare" ? 1 : 0)) return this.#refuseLong(deadline);
      if (end.kind === "bare") return this.#refuseBare(end.length);
      if (end.kind === "line") {
        const line = this.#buffer.take(end.length);
        this.#buffer.skip(2);
        return line;
      }
      await this.#more(deadline);
      this.#throwIfInterrupted();
    }
  }

  async read(max: number): Promise<Buffer> {
    const deadline = performance.now() + this.#idleMs;
    this.#room = RECEIVE_BUFFER;
    while (this.#buffer.size === 0) await this.#more(deadline);
    return this.#buffer.take(max);
  }

  unread(bytes: Buffer): void {
    this.#buffer.prepend(bytes);
  }

  setIdleTimeout(ms: number): void {
    this.#idleMs = ms;
  }

  interrupt(reason: MailError): void {
    this.#interrupt = reason;
    this.#abortFor(reason);
    this.#wake?.();
  }

  authenticated(): void {
    this.#options.onAuthenticated?.();
  }

  /** The first reason stays. */
  #abortFor(reason: Error): void {
    this.#over ??= reason;
    this.#abort?.abort(this.#over);
  }

  #throwIfInterrupted(): void {
    const reason = this.#interrupt;
    if (!reason) return;
    this.#interrupt = null;
    throw reason;
  }

  async #refuseLong(deadline: number): Promise<never> {
    this.#skipping = true;
    await this.#passOverLine(deadline);
    throw new MailError("lineTooLong", "Line too long");
  }

  #refuseBare(length: number): never {
    this.#buffer.skip(length);
    this.#skipping = true;
    throw new MailError("bareLineEnd", "Lines must end in CRLF");
  }

  async #passOverLine(deadline: number): Promise<void> {
    this.#room = RECEIVE_BUFFER;
    for (let passed = 0; ;) {
      const size = this.#buffer.size;
      if (this.#buffer.skipPastCrlf()) break;
      passed += size - this.#buffer.size;
      if (passed > MAX_SKIPPED) {
        this.destroy();
        throw new ConnectionClosed("A line that never ends");
      }
      await this.#more(deadline);
    }
    this.#skipping = false;
  }

  /** Waits until more bytes have come, or something else that the reader must look at. */
  async #more(deadline: number): Promise<void> {
    if (this.#ended) throw new ConnectionClosed("The peer is gone");
    if (this.#wake) throw new Error("Two readers on one connection");
    this.#flush();
    this.#flow();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new MailError("timeout", "Idle for too long")),
      Math.max(0, deadline - performance.now()),
    );
    this.#wake = resolve;
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#wake = null;
    }
  }

  #flow(): void {
    if (this.#buffer.size < this.#room && this.#socket.isPaused()) this.#socket.resume();
  }

  // ── Writing ───────────────────────────────────────────────────────────────────────────────────

  write(data: Buffer | string): Promise<void> {
    if (!this.#socket.writable) return Promise.reject(new ConnectionClosed("The peer is gone"));
    if (this.#corked && !this.#held) {
      this.#held = true;
      this.#socket.cork();
    }
    const hasRoom = this.#socket.write(data);
    if (this.#corked && this.#wake) this.#flushSoon();
    return hasRoom ? WRITTEN : this.#drained();
  }

  cork(): void {
    this.#corked = true;
  }

  uncork(): void {
    this.#corked = false;
    this.#flush();
  }

  /**
   * What is corked leaves now; nobody may wait for an answer to what we hold back. The socket stays open
   * until the next write: corked again at once, it would keep what queued behind a write under way.
   */
  #flush(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#socket.uncork();
  }

  /** News written while the reader waits (IMAP IDLE): what is written in one turn leaves together. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #drained(): Promise<void> {
    this.#flush();
    if (this.#drain) return this.#drain.promise;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => this.destroy(), WRITE_STALL_MS);
    const settle = () => {
      clearTimeout(timer);
      this.#drain = null;
      if (this.#socket.destroyed) reject(new ConnectionClosed("The peer is gone"));
      else resolve();
    };
    this.#drain = { promise, settle };
    return promise;
  }

  // ── TLS ───────────────────────────────────────────────────────────────────────────────────────

  startTls(): Promise<void> {
    this.uncork();
    this.#buffer.clear();
    this.#skipping = false;
    this.#socket.pause();
    // What the stream itself still holds was sent in clear as well.
    while (this.#socket.read() !== null);
    return this.#secure();
  }

  /** TLS from the first byte: what was received is the beginning of the handshake. */
  startTlsImplicitly(): Promise<void> {
    const first = this.#buffer.take(this.#buffer.size);
    this.#socket.pause();
    if (first.length > 0) this.#socket.unshift(first);
    return this.#secure();
  }

  async #secure(): Promise<void> {
    const contexts = this.#options.tls;
    if (!contexts || this.#tlsSocket || this.#compressed)
      throw new MailError("wrongState", "TLS is not available");
    const clear = this.#base;
    this.#detach(clear);
    const socket = new TLSSocket(clear, { isServer: true, ...contexts.socketOptions() });
    this.#socket = socket;
    this.#tlsSocket = socket;
    await this.#handshake(socket);
    socket.disableRenegotiation();
    this.#attach(socket);
    this.#tls = {
      protocol: socket.getProtocol() ?? "unknown",
      cipher: socket.getCipher().standardName,
      servername: servernameOf(socket),
    };
  }

  async #handshake(socket: TLSSocket): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Error("The handshake took too long")),
      this.#options.handshakeMs ?? TLS_HANDSHAKE_MS,
    );
    const onError = (error: Error) => reject(error);
    const onClose = () => reject(new Error("The peer left during the handshake"));
    // "end" too: half-open sockets do not close by themselves when the peer goes.
    socket.once("secure", resolve).on("error", onError).once("end", onClose).once("close", onClose);
    try {
      await promise;
    } catch (cause) {
      this.#markClosed();
      socket.on("error", ignore).destroy();
      throw new ConnectionClosed("TLS handshake failed", { cause });
    } finally {
      clearTimeout(timer);
      socket.off("error", onError).off("end", onClose).off("close", onClose);
    }
  }

  // ── Compression ───────────────────────────────────────────────────────────────────────────────

  startDeflate(): void {
    if (this.#compressed) throw new MailError("compressionActive", "Compression is active already");
    this.#flush();
    const below = this.#socket;
    below.pause();
    this.#detach(below);
    const received = this.#buffer.take(this.#buffer.size);
    this.#socket = new DeflateStream(below, received);
    this.#compressed = true;
    this.#attach(this.#socket);
  }

  // ── The end ───────────────────────────────────────────────────────────────────────────────────

  async end(): Promise<void> {
    if (!this.#discarding && !this.#socket.destroyed) this.#close();
    await this.closed;
  }

  #close(): void {
    this.#discarding = true;
    this.#buffer.clear();
    this.uncork();
    let timer = setTimeout(() => this.destroy(), WRITE_STALL_MS);
    // A slow reader gets all that was written; only then the clock of its goodbye runs.
    this.#socket.end(() => {
      clearTimeout(timer);
      if (!this.#socket.destroyed) timer = setTimeout(() => this.destroy(), LINGER_MS);
    });
    this.#socket.resume(); // to see the peer's FIN; unread bytes would turn our FIN into a reset
    void this.closed.then(() => clearTimeout(timer));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  // ── Events of the socket ──────────────────────────────────────────────────────────────────────

  #attach(socket: Duplex): void {
    socket.on("data", this.#onData);
    socket.on("end", this.#onEnd);
    socket.on("drain", this.#onDrain);
    socket.on("error", ignore);
    socket.on("close", this.#onClose);
    if (socket.destroyed) this.#markClosed();
  }

  #detach(socket: Duplex): void {
    socket.off("data", this.#onData);
    socket.off("end", this.#onEnd);
    socket.off("drain", this.#onDrain);
    socket.off("close", this.#onClose);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#discarding) return;
    this.#buffer.append(chunk);
    if (this.#buffer.size >= this.#room) this.#socket.pause();
    this.#wake?.();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#wake?.();
  };

  readonly #onDrain = (): void => {
    this.#drain?.settle();
  };

  readonly #onClose = (): void => this.#markClosed();

  #markClosed(): void {
    this.#ended = true;
    this.#abortFor(new ConnectionClosed("The peer is gone"));
    this.#wake?.();
    this.#drain?.settle();
    this.#onClosed();
  }
}

/** Errors of a socket are followed by "close", which is what we act on. */
function ignore(): void {}
