/**
 * An IMAP client that costs as little as one can: it looks for the end of an answer and reads nothing in
 * between, so that what is measured is the server. The same for both servers.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** An answer may take as long as a scan of 100,000 messages by the slower server. */
const ANSWER_MS = 180_000;
/** The tagged line is looked for in so much of the end; with capabilities it is long. */
const TAIL = 4_096;

export interface Answer {
  readonly octets: number;
  /** Everything, when asked for; else the end of it. */
  readonly text: string;
}

interface Waiting {
  /** What the last line begins with. */
  readonly end: RegExp;
  readonly whole: boolean;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

let tags = 0;

export class BenchClient {
  readonly #socket: Socket;
  #waiting: Waiting | null = null;
  #octets = 0;
  #chunks: string[] = [];
  #tail = "";
  /** Octets that came while nobody waited: greeting, news. */
  onData: ((text: string) => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#take(text));
    const failed = (error?: Error) =>
      this.#waiting?.reject(error ?? new Error(`closed after ${JSON.stringify(this.#tail)}`));
    socket.on("error", failed);
    socket.on("close", () => failed());
  }

  static async open(port: number, { tls = false } = {}): Promise<BenchClient> {
    const where = { host: "127.0.0.1", port };
    const socket = tls ? connectTls({ ...where, rejectUnauthorized: false }) : connect(where);
    const client = new BenchClient(socket);
    await client.#wait(/^\* OK /);
    return client;
  }

  static async signedIn(port: number, { user, password }: Login, how?: { tls: boolean }) {
    const client = await BenchClient.open(port, how);
    await client.run(`LOGIN ${user} "${password}"`);
    return client;
  }

  /** Fails when the answer is not OK. */
  async run(command: string | Buffer, { whole = false } = {}): Promise<Answer> {
    const tag = `bench${++tags}`;
    const answer = this.#wait(new RegExp(`^${tag} (?:OK|NO|BAD) `), whole);
    this.#socket.cork();
    this.#socket.write(`${tag} `);
    this.#socket.write(command);
    this.#socket.write("\r\n");
    this.#socket.uncork();
    const { octets, text } = await answer;
    if (!text.slice(-TAIL).includes(`${tag} OK`))
      throw new Error(`${command.toString("latin1").slice(0, 80)}: ${text.slice(-200)}`);
    return { octets, text };
  }

  append(folder: string, messages: readonly Buffer[]): Promise<Answer> {
    const parts = messages.flatMap((message) => [
      Buffer.from(` {${message.length}+}\r\n`),
      message,
    ]);
    return this.run(Buffer.concat([Buffer.from(`APPEND ${folder}`), ...parts]));
  }

  /** Resolves when the server says that it idles. */
  async idle(): Promise<void> {
    const ready = this.#wait(/^\+ /);
    this.#socket.write(`bench${++tags} IDLE\r\n`);
    await ready;
  }

  async done(): Promise<void> {
    const ended = this.#wait(/^bench\d+ OK /);
    this.#socket.write("DONE\r\n");
    await ended;
  }

  async close(): Promise<void> {
    this.#waiting = null;
    const closed = once(this.#socket, "close");
    this.#socket.destroy();
    await closed;
  }

  #wait(end: RegExp, whole = false): Promise<Answer> {
    if (this.#waiting !== null) throw new Error("One command at a time");
    this.#octets = 0;
    this.#chunks = [];
    this.#tail = "";
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting = { end, whole, resolve, reject };
    const timer = setTimeout(() => reject(new Error(`no answer: ${this.#tail}`)), ANSWER_MS);
    return promise.finally(() => clearTimeout(timer));
  }

  #take(text: string): void {
    if (this.#waiting === null) return this.onData?.(text);
    const { end, whole, resolve } = this.#waiting;
    this.#octets += text.length;
    if (whole) this.#chunks.push(text);
    this.#tail = (this.#tail + text).slice(-TAIL);
    const before = this.#tail.lastIndexOf("\r\n", this.#tail.length - 3);
    const lastLine = this.#tail.slice(before < 0 ? 0 : before + 2);
    if (!lastLine.endsWith("\r\n") || !end.test(lastLine)) return;
    this.#waiting = null;
    resolve({ octets: this.#octets, text: whole ? this.#chunks.join("") : lastLine });
  }
}

export interface Login {
  readonly user: string;
  readonly password: string;
}
