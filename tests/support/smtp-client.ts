/**
 * A small SMTP client that says what it is told, byte for byte: for tests that must know exactly what
 * was sent and what was answered. Lines are latin-1; nothing is repaired.
 */
import { connect, type Socket } from "node:net";
import { once } from "node:events";

const REPLY_MS = 30_000;

export class SmtpClient {
  readonly #socket: Socket;
  #buffer = "";
  #closed = false;
  #wake: (() => void) | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#buffer += text;
      this.#wake?.();
    });
    for (const event of ["close", "error"] as const) {
      socket.on(event, () => {
        this.#closed = true;
        this.#wake?.();
      });
    }
  }

  /** Connects, reads the greeting and says EHLO. */
  static async open(port: number): Promise<SmtpClient> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const client = new SmtpClient(socket);
    await once(socket, "connect");
    await client.reply();
    await client.command("EHLO client.example");
    return client;
  }

  /** The next whole reply; throws when the connection is gone. */
  async reply(): Promise<string> {
    const deadline = Date.now() + REPLY_MS;
    for (;;) {
      const match = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.#buffer);
      if (match) {
        this.#buffer = this.#buffer.slice(match[0].length);
        return match[0].trimEnd();
      }
      if (this.#closed) throw new Error("connection closed");
      if (Date.now() > deadline) throw new Error("no reply");
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async command(line: string): Promise<string> {
    this.#socket.write(`${line}\r\n`, "latin1");
    return this.reply();
  }

  /** One message, pipelined as PIPELINING allows; answers the reply to its last dot. */
  async send(from: string, to: readonly string[], octets: Buffer): Promise<string> {
    const rcpts = to.map((address) => `RCPT TO:<${address}>\r\n`).join("");
    this.#socket.write(`MAIL FROM:<${from}> BODY=8BITMIME\r\n${rcpts}DATA\r\n`);
    const replies = [];
    for (let i = 0; i < to.length + 2; i++) replies.push(await this.reply());
    const last = replies.at(-1) ?? "";
    if (!last.startsWith("354")) throw new Error(`not taken: ${replies.join(" | ")}`);
    const text = octets.toString("latin1").replace(/^\./gm, "..");
    this.#socket.write(`${text}${text.endsWith("\r\n") ? "" : "\r\n"}.\r\n`, "latin1");
    return this.reply();
  }

  /** Ends politely; says nothing about what the server thinks of it. */
  async quit(): Promise<void> {
    await this.command("QUIT").catch(() => undefined);
    this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
