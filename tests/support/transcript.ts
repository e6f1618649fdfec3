/**
 * The transcript player: a protocol test is a dialogue that a mail administrator could read.
 *
 *     C: a1 NOOP          client 1 sends this line and CRLF
 *     S: a1 OK ...        client 1 gets this line; "..." inside stands for any text
 *     S: ...              any lines, up to the next expected one (also across what the client sends)
 *     C2: … / S2: …       a second client, connected when first named; C3, C4 … likewise
 *     C-: a\r\nb\x00      sends exactly this, without CRLF; \r \n \0 \\ \xHH are read
 *     C: <STARTTLS>       the client's side of the handshake
 *     C: <CLOSE>          the client closes its sending side (FIN)
 *     C: <RESET>          the client is gone
 *     S: <CLOSED>         the server has closed the connection
 *     S: <SILENCE>        nothing comes for 150 ms
 *
 * Literals need nothing special: their lines are lines. Lines end at CRLF alone: a bare LF that the
 * server sent shows as "\n" inside the line. Empty lines of the script are skipped; "S:" alone is an
 * empty line of the server. A line that does not come in time fails saying what was wanted and what came.
 */
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";

const SILENCE_MS = 150;

export interface Target {
  readonly port: number;
  readonly host?: string;
  /** Implicit TLS; certificates are not verified unless the options ask for it. */
  readonly tls?: boolean | ConnectionOptions;
  /** How a script's characters become bytes: "latin1" for raw bytes. */
  readonly encoding?: "utf8" | "latin1";
  readonly timeoutMs?: number;
}

/** Plays the script; answers every line the servers sent, as "S: …", "S2: …". */
export async function transcript(target: number | Target, script: string): Promise<string[]> {
  const settings = typeof target === "number" ? { port: target } : target;
  const clients = new Map<string, Client>();
  const log: string[] = [];
  try {
    for (const step of stepsOf(script)) {
      const known = clients.get(step.client);
      const client = known ?? new Client(step.client, settings, log);
      clients.set(step.client, client);
      await play(step, client);
    }
    return log.filter((line) => line.startsWith("S"));
  } finally {
    for (const client of clients.values()) client.reset();
  }
}

interface Step {
  readonly side: "C" | "C-" | "S";
  readonly client: string;
  readonly text: string;
  readonly at: number;
}

function stepsOf(script: string): Step[] {
  return script.split("\n").flatMap((raw, index) => {
    const line = raw.trimStart();
    if (line.trim() === "") return [];
    const match = /^(C|S)(\d*)(-?):(?: (.*))?$/s.exec(line);
    if (!match) throw new Error(`Line ${index + 1} of the script is neither C: nor S: ${line}`);
    const [, letter, client = "", dash, text = ""] = match;
    const side = letter === "S" ? "S" : dash ? "C-" : "C";
    return [{ side, client: client || "1", text, at: index + 1 }];
  });
}

async function play({ side, text, at }: Step, client: Client): Promise<void> {
  if (side === "C-") return client.send(unescape(text));
  if (side === "C") return client.act(text);
  if (text === "...") return client.skipLines();
  if (text === "<CLOSED>") return client.expectClosed(at);
  if (text === "<SILENCE>") return client.expectSilence(at);
  await client.expect(text, at);
}

function unescape(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (_, hex: string | undefined, char: string) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    return { r: "\r", n: "\n", 0: "\0" }[char] ?? char;
  });
}

class Client {
  readonly #name: string;
  readonly #target: Target;
  readonly #log: string[];
  readonly #encoding: "utf8" | "latin1";
  #socket: Socket;
  #bytes = Buffer.alloc(0);
  #closed = false;
  #skipping = false;
  #wake: () => void = () => {};

  constructor(name: string, target: Target, log: string[]) {
    this.#name = name === "1" ? "" : name;
    this.#target = target;
    this.#log = log;
    this.#encoding = target.encoding ?? "utf8";
    const { port, host = "127.0.0.1", tls } = target;
    this.#socket = tls
      ? connectTls({ host, port, ...clientOptions(tls) })
      : connectTcp({ host, port });
    this.#listen();
  }

  async act(text: string): Promise<void> {
    if (text === "<STARTTLS>") return this.#startTls();
    if (text === "<CLOSE>") return void this.#socket.end();
    if (text === "<RESET>") return this.reset();
    this.#note("C", text);
    await this.#write(`${text}\r\n`);
  }

  async send(text: string): Promise<void> {
    this.#note("C", JSON.stringify(text));
    await this.#write(text);
  }

  reset(): void {
    this.#socket.destroy();
  }

  skipLines(): void {
    this.#skipping = true;
  }

  async expect(pattern: string, at: number): Promise<void> {
    const wanted = patternOf(pattern);
    const passed: string[] = [];
    for (;;) {
      const line = await this.#line(`"${pattern}"`, passed, at);
      if (wanted.test(line)) break;
      if (!this.#skipping) this.#fail(at, `wanted "${pattern}"\n     got "${line}"`);
      passed.push(line);
    }
    this.#skipping = false;
  }

  async expectClosed(at: number): Promise<void> {
    const deadline = Date.now() + this.#timeout;
    while (!this.#closed && (await this.#change(deadline)));
    if (!this.#closed) this.#fail(at, "the server did not close the connection");
    const rest = this.#bytes.toString(this.#encoding);
    if (rest !== "" && !this.#skipping)
      this.#fail(at, `the server said more before it closed: ${JSON.stringify(rest)}`);
  }

  async expectSilence(at: number): Promise<void> {
    const came = this.#bytes.length > 0 || (await this.#change(Date.now() + SILENCE_MS));
    if (came) this.#fail(at, `wanted silence, got ${JSON.stringify(this.#bytes.toString())}`);
  }

  /** The next line, without its CRLF. */
  async #line(wanted: string, passed: readonly string[], at: number): Promise<string> {
    const deadline = Date.now() + this.#timeout;
    for (;;) {
      const end = this.#bytes.indexOf("\r\n");
      if (end >= 0) {
        const line = this.#bytes.toString(this.#encoding, 0, end);
        this.#bytes = this.#bytes.subarray(end + 2);
        this.#note("S", line);
        return line;
      }
      if (!this.#closed && (await this.#change(deadline))) continue;
      const what = this.#closed ? "the connection was closed" : "nothing more came";
      const rest =
        this.#bytes.length > 0 ? `; unfinished: ${JSON.stringify(`${this.#bytes}`)}` : "";
      const over = passed.length > 0 ? `; passed over ${passed.length} lines` : "";
      this.#fail(at, `wanted ${wanted}, but ${what}${rest}${over}`);
    }
  }

  /** False when nothing changed until the deadline. */
  #change(deadline: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), Math.max(0, deadline - Date.now()));
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  get #timeout(): number {
    return this.#target.timeoutMs ?? 2_000;
  }

  #listen(): void {
    this.#socket.on("data", (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    this.#socket.on("error", (error) => this.#note("!", error.message));
    for (const event of ["end", "close"])
      this.#socket.on(event, () => {
        this.#closed = true;
        this.#wake();
      });
  }

  async #startTls(): Promise<void> {
    this.#socket.removeAllListeners();
    const { tls } = this.#target;
    const socket = connectTls({ socket: this.#socket, ...clientOptions(tls) });
    this.#socket = socket;
    this.#listen();
    await new Promise<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("closed during the TLS handshake")));
    });
  }

  #write(text: string): Promise<void> {
    // Not awaiting the flush: a server that does not read must not hang the script.
    this.#socket.write(Buffer.from(text, this.#encoding));
    return Promise.resolve();
  }

  #note(side: string, text: string): void {
    this.#log.push(`${side}${this.#name}: ${text}`);
  }

  #fail(at: number, what: string): never {
    const before = this.#log.slice(-12).map((line) => `    ${line}`);
    throw new Error(`Line ${at} of the script: ${what}\n  the dialogue:\n${before.join("\n")}`);
  }
}

function clientOptions(tls: Target["tls"]): ConnectionOptions {
  return { rejectUnauthorized: false, ...(typeof tls === "object" ? tls : {}) };
}

/** "..." stands for any text, the rest for itself. */
function patternOf(text: string): RegExp {
  const parts = text.split("...").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
