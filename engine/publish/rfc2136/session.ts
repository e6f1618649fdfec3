/**
 * A conversation with one server: signed messages over one TCP connection (RFC 7766), several at once,
 * told apart by their ids. A server that cannot be reached by TCP is asked by UDP when the message is
 * small; once something was sent, it is never sent a second time another way.
 */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6, type Socket } from "node:net";
import { BadMessage } from "../../dns/wire.ts";
import { findTsig, sign, verifyAnswer, type TsigKey } from "./tsig.ts";

const CONNECT_MS = 5_000;
/** A server that signs its zones may need seconds to take an update. */
const ANSWER_MS = 20_000;
/** RFC 1035 §4.2.1: what every server takes by UDP. */
const UDP_BYTES = 512;

export interface Peer {
  readonly address: string;
  readonly port: number;
}

interface Waiting {
  readonly resolve: (answer: Buffer) => void;
  readonly reject: (error: Error) => void;
}

export class NotReachable extends Error {}

export class SignedSession {
  readonly #peer: Peer;
  readonly #key: TsigKey;
  readonly #now: () => number;
  #socket: Promise<Socket> | null = null;
  readonly #waiting = new Map<number, Waiting>();
  /** From before the message is written until its answer is judged. */
  readonly #ids = new Set<number>();

  constructor(peer: Peer, key: TsigKey, now: () => number = () => Math.floor(Date.now() / 1000)) {
    this.#peer = peer;
    this.#key = key;
    this.#now = now;
  }

  /**
   * `write` makes the message with our id. Answers with the verified answer; rejects with TsigError,
   * BadMessage, NotReachable, or the signal's reason.
   */
  async ask(write: (id: number) => Buffer, signal: AbortSignal): Promise<Buffer> {
    signal.throwIfAborted();
    const id = this.#freeId();
    try {
      return await this.#askAs(id, write(id), signal);
    } finally {
      this.#ids.delete(id);
    }
  }

  async #askAs(id: number, request: Buffer, signal: AbortSignal): Promise<Buffer> {
    const { message, mac } = sign(request, this.#key, this.#now());
    const answer = await this.#exchange(id, message, signal);
    // Servers that refuse do not always sign (RFC 8945 §5.3.2): a refusal makes nothing succeed.
    if (!isUnsignedRefusal(answer)) {
      verifyAnswer(answer, this.#key, { requestMac: mac, now: this.#now() });
    }
    return answer;
  }

  close(): void {
    void this.#socket?.then(
      (socket) => socket.destroy(),
      () => {},
    );
    this.#socket = null;
  }

  #freeId(): number {
    for (;;) {
      const id = randomInt(0x10000);
      if (this.#ids.has(id)) continue;
      this.#ids.add(id);
      return id;
    }
  }

  async #exchange(id: number, message: Buffer, signal: AbortSignal): Promise<Buffer> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    let socket: Socket;
    try {
      socket = await (this.#socket ??= this.#open());
    } catch (error) {
      this.#socket = null;
      if (message.length > UDP_BYTES) throw error;
      return askUdp(this.#peer, message, limit);
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        limit.removeEventListener("abort", onAbort);
        this.#waiting.delete(id);
      };
      const onAbort = () => {
        leave();
        reject(signal.aborted ? asError(signal.reason) : new NotReachable("no answer"));
      };
      limit.addEventListener("abort", onAbort, { once: true });
      this.#waiting.set(id, {
        resolve: (answer) => (leave(), resolve(answer)),
        reject: (error) => (leave(), reject(error)),
      });
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      socket.write(Buffer.concat([length, message]));
    });
  }

  #open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#peer.port, this.#peer.address);
      const fail = (cause: unknown) => {
        socket.destroy();
        const error = new NotReachable("connection failed", { cause });
        this.#socket = null;
        for (const { reject } of [...this.#waiting.values()]) reject(error);
        reject(error);
      };
      const timer = setTimeout(() => fail(new Error("time-out")), CONNECT_MS);
      socket.once("connect", () => {
        clearTimeout(timer);
        resolve(socket);
      });
      socket.on("error", fail);
      socket.on("close", () => (clearTimeout(timer), fail(new Error("closed"))));
      this.#read(socket, fail);
    });
  }

  /** Frames of two length octets; at most 64 KiB and one read are held. */
  #read(socket: Socket, fail: (error: unknown) => void): void {
    let received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const frame = Buffer.from(received.subarray(2, 2 + received.readUInt16BE(0)));
        received = received.subarray(2 + frame.length);
        const id = frame.length >= 2 ? frame.readUInt16BE(0) : -1;
        const waiting = this.#waiting.get(id);
        if (!waiting) return fail(new BadMessage("answer to nothing that was asked"));
        waiting.resolve(frame);
      }
    });
  }
}

/** FORMERR, SERVFAIL, NOTIMP, REFUSED, NOTAUTH, NOTZONE: nothing was done, and nothing was said of data. */
const REFUSALS: ReadonlySet<number> = new Set([1, 2, 4, 5, 9, 10]);

function isUnsignedRefusal(answer: Buffer): boolean {
  const rcode = answer.length >= 4 ? answer.readUInt16BE(2) & 0x0f : 0;
  return REFUSALS.has(rcode) && findTsig(answer) === null;
}

/** A fresh socket, connected: only that server's packets arrive (RFC 5452); TSIG does the rest. */
function askUdp({ address, port }: Peer, message: Buffer, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const finish = (settle: () => void) => {
      signal.removeEventListener("abort", onAbort);
      socket.removeAllListeners().on("error", () => {});
      socket.close();
      settle();
    };
    const fail = (cause: unknown) =>
      finish(() => reject(new NotReachable("no answer by UDP", { cause })));
    const onAbort = () => fail(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.on("error", fail);
    socket.on("message", (packet) => {
      if (packet.length >= 2 && packet.readUInt16BE(0) === message.readUInt16BE(0)) {
        finish(() => resolve(packet));
      }
    });
    // Node calls back with the error of a connect that failed, whatever its types say.
    socket.connect(port, address, (error?: Error) => {
      if (error) fail(error);
      else socket.send(message, (problem) => problem && fail(problem));
    });
  });
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
