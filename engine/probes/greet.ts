/**
 * The few lines before TLS on ports that start in the clear: SMTP (RFC 3207), IMAP (RFC 9051 §6.2.1),
 * POP3 (RFC 2595 §4). Lines and their number are bounded; whatever the peer sent beyond its answer is
 * thrown away with the connection, because TLS after it could not be trusted (RFC 3207 §5).
 */
import type { Socket } from "node:net";
import { NoPeer, TALK_MS } from "./peer.ts";

export type Dialect = "smtp" | "imap" | "pop3";

export interface Greeting {
  /** The peer's first line. */
  readonly banner: string;
  /** It agreed to begin TLS: the socket is ready for the handshake. */
  readonly startTls: boolean;
  /** What it said instead. */
  readonly answer: string;
}

const MAX_LINE = 4_096;
const MAX_LINES = 100;

export async function greet(
  socket: Socket,
  dialect: Dialect,
  { helo, signal }: { helo: string; signal: AbortSignal },
): Promise<Greeting> {
  const talk = new Talk(socket, AbortSignal.any([signal, AbortSignal.timeout(TALK_MS)]));
  try {
    return await DIALOGUES[dialect](talk, helo);
  } finally {
    talk.end();
  }
}

const DIALOGUES: Record<Dialect, (talk: Talk, helo: string) => Promise<Greeting>> = {
  async smtp(talk, helo) {
    const banner = await smtpReply(talk);
    if (!banner.startsWith("220")) return { banner, startTls: false, answer: banner };
    talk.send(`EHLO ${helo}`);
    const answer = await smtpReply(talk);
    if (!/^250[ -]STARTTLS\s*$/im.test(answer)) return { banner, startTls: false, answer };
    talk.send("STARTTLS");
    const ready = await smtpReply(talk);
    return { banner, startTls: ready.startsWith("220"), answer: ready };
  },
  async imap(talk) {
    const banner = await talk.line();
    if (!/^\* OK\b/i.test(banner)) return { banner, startTls: false, answer: banner };
    talk.send("p STARTTLS");
    const ready = await talk.until((line) => line.startsWith("p "));
    return { banner, startTls: /^p OK\b/i.test(ready), answer: ready };
  },
  async pop3(talk) {
    const banner = await talk.line();
    if (!banner.startsWith("+OK")) return { banner, startTls: false, answer: banner };
    talk.send("STLS");
    const ready = await talk.line();
    return { banner, startTls: ready.startsWith("+OK"), answer: ready };
  },
};

/** All lines of a reply (RFC 5321 §4.2.1), joined by "\n". */
async function smtpReply(talk: Talk): Promise<string> {
  const lines: string[] = [];
  await talk.until((line) => {
    lines.push(line);
    return !/^\d{3}-/.test(line);
  });
  return lines.join("\n");
}

class Talk {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  #rest = "";
  #lines: string[] = [];
  #read = 0;
  #failure: NoPeer | null = null;
  #wake: () => void = () => {};
  readonly #onData = (chunk: Buffer) => this.#receive(chunk);
  readonly #onEnd = () => this.#fail("closed", "closed by the peer");
  readonly #onError = (error: Error) => this.#fail("closed", error.message);
  readonly #onAbort = () => this.#fail("silent", "no answer in time");

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    socket.on("data", this.#onData).on("end", this.#onEnd).on("error", this.#onError);
    signal.addEventListener("abort", this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  send(line: string): void {
    this.#socket.write(`${line}\r\n`);
  }

  async line(): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async until(last: (line: string) => boolean): Promise<string> {
    for (;;) {
      const line = await this.line();
      if (last(line)) return line;
    }
  }

  /** Leaves the socket to whoever is next. */
  end(): void {
    this.#socket.off("data", this.#onData).off("end", this.#onEnd).off("error", this.#onError);
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#socket.pause();
  }

  #receive(chunk: Buffer): void {
    this.#rest += chunk.toString("latin1");
    for (let at; (at = this.#rest.indexOf("\n")) >= 0;) {
      this.#lines.push(this.#rest.slice(0, at).replace(/\r$/, ""));
      this.#rest = this.#rest.slice(at + 1);
      this.#read += 1;
    }
    if (this.#rest.length > MAX_LINE || this.#read > MAX_LINES)
      this.#fail("closed", "says too much before TLS");
    this.#wake();
  }

  #fail(kind: NoPeer["kind"], text: string): void {
    this.#failure ??= new NoPeer(kind, text);
    this.#wake();
  }
}
