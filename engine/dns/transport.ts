/**
 * One question to one server: UDP, then TCP when the answer was truncated (RFC 7766 §5); without EDNS when the
 * server does not know it (RFC 6891 §6.2.2).
 *
 * Against forged answers (RFC 5452): a fresh socket with a port of the kernel's choice and a random id per
 * try, connected so that only that server's packets arrive; an answer must repeat our question. What does
 * not match is passed over and the wait goes on. 0x20 is left out: servers exist that do not keep the case.
 */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { encodeQuery, type QueryFlags, type Question } from "./query.ts";
import { TYPE_NUMBERS } from "./rdata.ts";
import { BadMessage, readMessage, type DnsMessage } from "./wire.ts";

const CLASS_IN = 1;
const FORMERR = 1;
const NOTIMP = 4;

export interface Try {
  readonly server: { readonly address: string; readonly port: number };
  readonly question: Question;
  readonly flags: QueryFlags;
  /** Ends this try: its time-out or the budget of the whole query. */
  readonly signal: AbortSignal;
  /** TCP at once: of a server that answers, but not always over UDP. */
  readonly tcp?: boolean;
}

/** Rejects on time-out, on an unreachable server, on an answer that cannot be read. */
export async function ask(attempt: Try): Promise<DnsMessage> {
  if (attempt.tcp) return exchange(attempt, { send: askTcp, edns: true });
  const answer = await exchange(attempt, { send: askUdp, edns: true });
  if (answer.truncated) return exchange(attempt, { send: askTcp, edns: true });
  const old = (answer.rcode === FORMERR || answer.rcode === NOTIMP) && !answer.edns;
  return old ? exchange(attempt, { send: askUdp, edns: false }) : answer;
}

type Matcher = (packet: Buffer) => DnsMessage | null;

interface Manner {
  readonly send: (attempt: Try, query: Buffer, match: Matcher) => Promise<DnsMessage>;
  readonly edns: boolean;
}

async function exchange(attempt: Try, { send, edns }: Manner): Promise<DnsMessage> {
  attempt.signal.throwIfAborted();
  const id = randomInt(0x10000);
  const query = encodeQuery(attempt.question, attempt.flags, { id, edns });
  return send(attempt, query, (packet) => matchAnswer(packet, id, attempt.question));
}

/** Null for what is not the answer to this question; throws BadMessage for one that is but is broken. */
function matchAnswer(packet: Buffer, id: number, { name, type }: Question): DnsMessage | null {
  if (packet.length < 2 || packet.readUInt16BE(0) !== id) return null;
  const message = readMessage(packet);
  const [asked, ...more] = message.questions;
  if (!message.response || message.opcode !== 0 || !asked || more.length > 0) return null;
  const same = asked.name === name && asked.type === TYPE_NUMBERS[type] && asked.class === CLASS_IN;
  return same ? message : null;
}

function askUdp({ server, signal }: Try, query: Buffer, match: Matcher): Promise<DnsMessage> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(server.address) ? "udp6" : "udp4");
    let done = false;
    const finish = (settle: () => void) => {
      if (done) return;
      done = true;
      signal.removeEventListener("abort", onAbort);
      // Ours alone: Node closes a socket that is still being bound by listeners of its own.
      socket
        .off("message", onMessage)
        .off("error", fail)
        .on("error", () => {});
      socket.close();
      settle();
    };
    const fail = (error: unknown) => finish(() => reject(asError(error)));
    const onAbort = () => fail(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const onMessage = (packet: Buffer) => {
      try {
        const answer = match(packet);
        if (answer) finish(() => resolve(answer));
      } catch (error) {
        fail(error);
      }
    };
    socket.on("error", fail).on("message", onMessage);
    // Node calls back with the error of a connect that failed, whatever its types say.
    socket.connect(server.port, server.address, (error?: Error) => {
      if (error) fail(error);
      else if (!done) socket.send(query, (problem) => problem && fail(problem));
    });
  });
}

function askTcp({ server, signal }: Try, query: Buffer, match: Matcher): Promise<DnsMessage> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, server.address);
    let received = Buffer.alloc(0);
    const finish = (settle: () => void) => {
      signal.removeEventListener("abort", onAbort);
      socket.removeAllListeners().on("error", () => {});
      socket.destroy();
      settle();
    };
    const fail = (error: unknown) => finish(() => reject(asError(error)));
    const onAbort = () => fail(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.on("error", fail);
    socket.on("close", () => fail(new BadMessage("connection closed early")));
    socket.on("connect", () => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(query.length);
      socket.write(Buffer.concat([length, query]));
    });
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]); // at most 64 KiB and one read
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      try {
        const answer = match(received.subarray(2, 2 + received.readUInt16BE(0)));
        if (!answer) throw new BadMessage("answer to another question");
        finish(() => resolve(answer));
      } catch (error) {
        fail(error);
      }
    });
  });
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
