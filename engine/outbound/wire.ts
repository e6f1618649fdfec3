/**
 * The client's end of an SMTP connection: replies in, lines and bytes out, TLS in between.
 *
 * Every wait has a limit of its own (RFC 5321 §4.5.3.2). A reply line may end in LF alone (some servers do;
 * nothing can be smuggled in a reply), but whatever arrived before the TLS handshake and was not yet read
 * ends the connection: it was put there by someone between (RFC 3207 §5, CVE-2021-38371).
 */
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { ReplyReader, type Reply } from "../../lib/codec/smtp/reply.ts";
import type { Transcript } from "./transcript.ts";
import { HostFailure, passing } from "./verdict.ts";

/** Replies may have 512 octets (§4.5.3.1.5); some servers say more in EHLO. */
const MAX_REPLY_LINE = 4096;

export interface WireTls {
  readonly protocol: string;
  readonly cipher: string;
  /** The chain leads to a root of ours and names the host we asked for. */
  readonly verified: boolean;
  /** Why not. */
  readonly problem: string | null;
}

export interface DialOptions {
  readonly address: string;
  readonly port: number;
  readonly localAddress?: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly transcript: Transcript;
}

export async function dial(options: DialOptions): Promise<Wire> {
  const { address, port, localAddress, timeoutMs, signal } = options;
  signal.throwIfAborted();
  const socket = connect({ host: address, port, ...(localAddress && { localAddress }) });
  socket.setNoDelay(true);
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", leave);
      socket.off("error", onError);
    };
    const fail = (text: string, cause?: unknown) => {
      settle();
      socket.on("error", () => {}).destroy();
      reject(new HostFailure(passing("4.4.1", `${address}:${port}: ${text}`), { cause }));
    };
    const leave = () => fail("interrupted");
    const onError = (error: Error) => fail(reasonOf(error), error);
    const timer = setTimeout(() => fail("no answer in time"), timeoutMs);
    signal.addEventListener("abort", leave, { once: true });
    socket.once("error", onError);
    socket.once("connect", () => {
      settle();
      resolve(new Wire(socket, options.transcript, signal));
    });
  });
}

export class Wire {
  #socket: Socket;
  readonly #transcript: Transcript;
  readonly #signal: AbortSignal;
  readonly #leave: () => void;
  #reader = new ReplyReader();
  #rest: Buffer = Buffer.alloc(0);
  #replies: Reply[] = [];
  #failure: HostFailure | null = null;
  /** Called when a reply, room to write, or the end comes. */
  #wake: () => void = () => {};
  #unlisten: () => void = () => {};

  constructor(socket: Socket, transcript: Transcript, signal: AbortSignal) {
    this.#socket = socket;
    this.#transcript = transcript;
    this.#signal = signal;
    this.#leave = () => this.#fail("interrupted");
    signal.addEventListener("abort", this.#leave, { once: true });
    this.#listen(socket);
  }

  /** The next reply. Throws HostFailure when it does not come within `timeoutMs`. */
  async reply(timeoutMs: number, what: string): Promise<Reply> {
    await this.#until(() => this.#replies.length > 0, timeoutMs, `no reply to ${what} in time`);
    const reply = this.#replies.shift();
    if (!reply) throw this.#failure ?? new Error("woken without a reply");
    return reply;
  }

  /** A reply that came although we are still sending. */
  get interrupted(): boolean {
    return this.#replies.length > 0 || this.#failure !== null;
  }

  /** Sends command lines, in one packet where it can. */
  send(lines: readonly string[]): void {
    if (lines.some((line) => /[\r\n\0]/.test(line))) throw new Error("Line end inside a command");
    for (const line of lines) this.#transcript.sent(line);
    if (!this.#failure) this.#socket.write(lines.map((line) => `${line}\r\n`).join(""));
  }

  /** Sends a piece of the message; returns when there is room for more. */
  async write(bytes: Buffer, timeoutMs: number): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (bytes.length === 0 || this.#socket.write(bytes)) return;
    const roomy = () => !this.#socket.writableNeedDrain || this.#replies.length > 0;
    await this.#until(roomy, timeoutMs, "the peer takes no more data");
  }

  /** The client's side of the handshake. Rejects when it fails; the connection is then gone. */
  async startTls(host: string, ca: readonly string[] | null, timeoutMs: number): Promise<WireTls> {
    if (this.#rest.length > 0 || this.interrupted) {
      this.#fail("data before the TLS handshake");
      throw this.#failure ?? new Error("unreachable");
    }
    const plain = this.#socket;
    this.#unlisten();
    const name = host.replace(/^\[(?:ipv6:)?|\]$/gi, "");
    const secure = connectTls({
      socket: plain,
      // Whoever it is: opportunistic TLS beats none; who needs more looks at `verified`.
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
      host: name,
      ...(isIP(name) === 0 && { servername: name }),
      ...(ca && { ca: [...ca] }),
    });
    plain.on("error", () => {});
    this.#socket = secure;
    this.#reader = new ReplyReader();
    let done = false;
    secure.once("secureConnect", () => {
      done = true;
      this.#wake();
    });
    this.#listen(secure);
    await this.#until(() => done, timeoutMs, "TLS handshake takes too long");
    return factsOf(secure);
  }

  /** Says QUIT, waits a moment for the answer, closes. Never throws. */
  async quit(timeoutMs: number): Promise<void> {
    if (!this.#failure) {
      this.send(["QUIT"]);
      await this.reply(timeoutMs, "QUIT").catch(() => {});
    }
    this.destroy();
  }

  destroy(): void {
    this.#signal.removeEventListener("abort", this.#leave);
    this.#fail("closed");
  }

  /** Own listeners only: the socket has some of its own that it cannot do without. */
  #listen(socket: Socket): void {
    const onData = (chunk: Buffer) => this.#receive(chunk);
    const onDrain = () => this.#wake();
    const onError = (error: Error) => this.#fail(reasonOf(error), error);
    const onEnd = () => this.#fail("closed by the peer");
    const onClose = () => this.#fail("connection lost");
    socket.on("data", onData).on("drain", onDrain);
    socket.on("error", onError).on("end", onEnd).on("close", onClose);
    this.#unlisten = () => {
      socket.off("data", onData).off("drain", onDrain);
      socket.off("error", onError).off("end", onEnd).off("close", onClose);
    };
  }

  #receive(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    try {
      for (let end; (end = this.#rest.indexOf(10)) >= 0;) {
        const line = this.#rest.subarray(0, end).toString("utf8").replace(/\r$/, "");
        this.#rest = this.#rest.subarray(end + 1);
        this.#transcript.received(line);
        const reply = this.#reader.push(line);
        if (reply) this.#replies.push(reply);
      }
    } catch (error) {
      return this.#fail(error instanceof Error ? error.message : String(error), error);
    }
    if (this.#rest.length > MAX_REPLY_LINE) this.#fail("endless reply line");
    this.#wake();
  }

  #fail(text: string, cause?: unknown): void {
    this.#failure ??= new HostFailure(passing("4.4.2", text), { cause });
    this.#socket.destroy();
    this.#wake();
  }

  /** Waits for `ready`; what has already arrived counts even when the peer has hung up since. */
  async #until(ready: () => boolean, timeoutMs: number, text: string): Promise<void> {
    const timer = setTimeout(() => this.#fail(text), timeoutMs);
    try {
      while (!ready()) {
        if (this.#failure) throw this.#failure;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      clearTimeout(timer);
      this.#wake = () => {};
    }
  }
}

function factsOf(socket: TLSSocket): WireTls {
  const problem = socket.authorized ? null : String(socket.authorizationError ?? "not verified");
  return {
    protocol: socket.getProtocol() ?? "unknown",
    cipher: socket.getCipher().standardName,
    verified: socket.authorized,
    problem,
  };
}

function reasonOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  const known: Record<string, string> = {
    ECONNREFUSED: "connection refused",
    ECONNRESET: "connection reset",
    ETIMEDOUT: "no answer in time",
    EHOSTUNREACH: "host unreachable",
    ENETUNREACH: "network unreachable",
  };
  return known[code] ?? error.message.slice(0, 200);
}
