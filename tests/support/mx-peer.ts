/**
 * A mail server of somebody else, for tests of what we send: strict about the protocol, obedient to a script,
 * and it keeps every byte it got. Several run on one port at 127.0.0.1, 127.0.0.2, …, as the delivery port is one.
 *
 *   const peer = await startPeer({ on: (line) => line.startsWith("RCPT") ? "550 5.1.1 No such user" : null });
 *   peer.messages[0]?.bytes
 */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";

/** A reply line ("550 5.1.1 No"), "close" the connection, "hang" without a word, or null: as usual. */
export type PeerMove = string | "close" | "hang" | null;

export interface PeerScript {
  readonly address?: string;
  readonly port?: number;
  readonly greeting?: PeerMove;
  /** EHLO keywords; STARTTLS is added when `tls` is set. */
  readonly ehlo?: readonly string[];
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Announces STARTTLS and then sends this instead of a handshake. */
  readonly tlsGarbage?: string;
  /** Asked for each command, and for "." after the message. */
  readonly on?: (line: string, connection: number) => PeerMove | Promise<PeerMove>;
}

export interface ReceivedMessage {
  readonly mail: string;
  readonly rcpts: readonly string[];
  /** As the sender means it: dots unstuffed, the last CRLF kept. */
  readonly bytes: Buffer;
  /** As it was on the wire, closing dot included. */
  readonly wire: Buffer;
  readonly tls: boolean;
}

export interface Peer {
  readonly port: number;
  readonly address: string;
  readonly messages: ReceivedMessage[];
  /** Every command line, of all connections. */
  readonly lines: string[];
  readonly connections: number;
  script: PeerScript;
  close(): Promise<void>;
}

export async function startPeer(script: PeerScript = {}): Promise<Peer> {
  const open = new Set<Socket>();
  const state = {
    messages: [] as ReceivedMessage[],
    lines: [] as string[],
    connections: 0,
    script,
  };
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => {});
    new Conversation(socket, ++state.connections, state).start();
  });
  server.listen(script.port ?? 0, script.address ?? "127.0.0.1");
  await once(server, "listening");
  const { port, address } = server.address() as AddressInfo; // of TCP: never a string
  return Object.assign(state, {
    port,
    address,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  });
}

interface PeerState {
  readonly messages: ReceivedMessage[];
  readonly lines: string[];
  readonly script: PeerScript;
}

const END = "\r\n.\r\n";

class Conversation {
  #socket: Socket;
  readonly #number: number;
  readonly #state: PeerState;
  #input: Buffer = Buffer.alloc(0);
  #mail = "";
  #rcpts: string[] = [];
  #inData = false;
  #busy = false;
  #tls = false;

  constructor(socket: Socket, number: number, state: PeerState) {
    this.#socket = socket;
    this.#number = number;
    this.#state = state;
  }

  start(): void {
    this.#listen();
    this.#say(this.#state.script.greeting ?? "220 peer.test ESMTP");
  }

  #listen(): void {
    this.#socket.on("error", () => {});
    this.#socket.on("data", (chunk: Buffer) => {
      this.#input = Buffer.concat([this.#input, chunk]);
      void this.#work();
    });
  }

  /** One command after the other, in order, however they arrived. */
  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (await this.#step());
    this.#busy = false;
  }

  async #step(): Promise<boolean> {
    if (this.#inData) return this.#message();
    const end = this.#input.indexOf("\n");
    if (end < 0) return false;
    const line = this.#input.subarray(0, end + 1).toString("utf8");
    this.#input = this.#input.subarray(end + 1);
    if (!line.endsWith("\r\n") || line.length > 2048) this.#say("500 5.5.2 Bad line");
    else await this.#command(line.slice(0, -2));
    return true;
  }

  async #message(): Promise<boolean> {
    const empty = this.#input.subarray(0, 3).toString("latin1") === ".\r\n";
    const at = empty ? 0 : this.#input.indexOf(END);
    if (at < 0) return false;
    const length = at + (empty ? 3 : END.length);
    const wire = this.#input.subarray(0, length);
    this.#input = this.#input.subarray(length);
    this.#inData = false;
    const text = wire
      .toString("latin1")
      .replace(/\.\r\n$/, "")
      .replace(/(^|\r\n)\./g, "$1");
    const bytes = Buffer.from(text, "latin1");
    const reply = await this.#ask(".");
    if (reply === null || reply.startsWith("2")) {
      const { messages } = this.#state;
      messages.push({ mail: this.#mail, rcpts: this.#rcpts, bytes, wire, tls: this.#tls });
    }
    this.#reset();
    this.#say(reply ?? "250 2.0.0 Taken");
    return true;
  }

  async #ask(line: string): Promise<PeerMove> {
    return (await this.#state.script.on?.(line, this.#number)) ?? null;
  }

  async #command(line: string): Promise<void> {
    this.#state.lines.push(line);
    const verb = line.split(/[ :]/)[0]?.toUpperCase() ?? "";
    const move = await this.#ask(line);
    if (move !== null) return this.#obey(line, verb, move);
    switch (verb) {
      case "EHLO":
        return this.#say(this.#ehlo());
      case "HELO":
        return this.#say("250 peer.test");
      case "STARTTLS":
        return this.#startTls();
      case "MAIL":
        if (this.#mail !== "") return this.#say("503 5.5.1 MAIL twice");
        this.#mail = line;
        return this.#say("250 2.1.0 Sender ok");
      case "RCPT":
        if (this.#mail === "") return this.#say("503 5.5.1 MAIL first");
        this.#rcpts.push(line);
        return this.#say("250 2.1.5 Recipient ok");
      case "DATA":
        if (this.#rcpts.length === 0) return this.#say("503 5.5.1 RCPT first");
        this.#inData = true;
        return this.#say("354 Go on");
      case "RSET":
        this.#reset();
        return this.#say("250 2.0.0 Ok");
      case "QUIT":
        this.#say("221 2.0.0 Bye");
        return void this.#socket.end();
      default:
        return this.#say("500 5.5.1 Unknown command");
    }
  }

  /** A scripted 2yz still has its effect. */
  #obey(line: string, verb: string, move: string): void {
    if (verb === "MAIL" && move.startsWith("2")) this.#mail = line;
    if (verb === "RCPT" && move.startsWith("2")) this.#rcpts.push(line);
    if (verb === "DATA" && move.startsWith("3")) this.#inData = true;
    this.#say(move);
  }

  #reset(): void {
    this.#mail = "";
    this.#rcpts = [];
  }

  #ehlo(): string {
    const { ehlo = ["PIPELINING", "8BITMIME"], tls, tlsGarbage } = this.#state.script;
    const offersTls = (tls || tlsGarbage !== undefined) && !this.#tls;
    const lines = ["peer.test", ...ehlo, ...(offersTls ? ["STARTTLS"] : [])];
    return lines.map((line, n) => `250${n === lines.length - 1 ? " " : "-"}${line}`).join("\r\n");
  }

  #startTls(): void {
    const { tls, tlsGarbage } = this.#state.script;
    this.#say("220 2.0.0 Ready");
    if (tlsGarbage !== undefined || !tls) {
      this.#socket.end(tlsGarbage ?? "");
      return;
    }
    const plain = this.#socket.removeAllListeners("data");
    this.#socket = new TLSSocket(plain, {
      isServer: true,
      secureContext: createSecureContext(tls),
    });
    this.#tls = true;
    this.#reset();
    this.#listen();
  }

  #say(move: PeerMove): void {
    if (move === "close") this.#socket.destroy();
    else if (move !== "hang" && move !== null) this.#socket.write(`${move}\r\n`);
  }
}
