/**
 * Answers to tls-alpn-01 (RFC 8737): a client that offers "acme-tls/1", and nothing else, is shown the
 * challenge certificate of the name that it asks for, and the connection ends. Node chooses certificates by
 * name alone, so the ClientHello has to be read before; that is done only while such a challenge is
 * pending. All other connections go to the server as they came.
 */
import type { Server, Socket } from "node:net";
import { createSecureContext, TLSSocket, type SecureContext } from "node:tls";
import { MAX_HELLO, readFirstWords } from "../lib/codec/tls/client-hello.ts";
import { ACME_TLS, challengeCertificate } from "../lib/mail/acme/challenge-certificate.ts";
import type { WebRuntime } from "../lib/service/web-runtime.ts";
import { CHALLENGE_CHANNEL } from "../lib/storage/acme-channels.ts";
import { listTlsAnswers } from "../lib/storage/acme-challenges.ts";

/** Safety net for a missed notice. */
const RELOAD_MS = 10_000;
/** Whoever says nothing for so long is not the authority. */
const HELLO_MS = 5_000;
const HANDSHAKE_MS = 10_000;

interface Pending {
  readonly token: string;
  readonly expiresAt: number;
  readonly context: Promise<SecureContext>;
}

/** Stands before the TLS of `server`; answers how to stop. */
export function answerInTls(
  server: Server,
  runtime: WebRuntime,
  onError: (error: unknown) => void,
): () => void {
  let pending: ReadonlyMap<string, Pending> = new Map();
  const load = async () => {
    const rows = await listTlsAnswers(runtime.pool);
    const before = pending;
    pending = new Map(
      rows.map(({ token, name, keyAuthorization, expiresAt }) => {
        const known = before.get(name);
        if (known?.token === token) return [name, known];
        const context = contextFor(name, keyAuthorization);
        context.catch(onError);
        return [name, { token, expiresAt: expiresAt.getTime(), context }];
      }),
    );
  };
  const reload = () => void load().catch(onError);
  const stopListening = runtime.notifications.listen(CHALLENGE_CHANNEL, reload);
  const timer = setInterval(reload, RELOAD_MS).unref();
  reload();

  const handlers = server.listeners("connection");
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    const give = () => handlers.forEach((handler) => Reflect.apply(handler, server, [socket]));
    const now = Date.now();
    if (![...pending.values()].some(({ expiresAt }) => expiresAt > now)) return give();
    peek(socket, (first) => {
      const words = readFirstWords(first);
      const asks = words.kind === "hello" && words.protocols.includes(ACME_TLS);
      const found = asks ? pending.get(words.serverName ?? "") : undefined;
      if (!found) return give();
      found.context.then(
        (context) => show(socket, context),
        () => socket.destroy(),
      );
    });
  });
  return () => {
    clearInterval(timer);
    stopListening();
  };
}

async function contextFor(name: string, keyAuthorization: string): Promise<SecureContext> {
  const pair = await challengeCertificate(name, keyAuthorization);
  return createSecureContext({ ...pair, minVersion: "TLSv1.2" });
}

/** Reads until the first message is whole, or is none; what was read is put back. */
function peek(socket: Socket, decide: (first: Buffer) => void): void {
  let first = Buffer.alloc(0);
  const fail = () => void socket.destroy();
  const timer = setTimeout(fail, HELLO_MS);
  const onData = (chunk: Buffer) => {
    first = Buffer.concat([first, chunk]);
    if (readFirstWords(first).kind === "more" && first.length < MAX_HELLO) return;
    end();
    socket.pause();
    socket.unshift(first);
    decide(first);
  };
  const end = () => {
    clearTimeout(timer);
    socket.off("data", onData).off("error", fail).off("end", fail).off("close", end);
  };
  socket.on("data", onData).on("error", fail).on("end", fail).on("close", end);
}

/** §3: the handshake is the answer; nothing is spoken after it. */
function show(socket: Socket, secureContext: SecureContext): void {
  const tls = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: [ACME_TLS] });
  tls.setTimeout(HANDSHAKE_MS, () => tls.destroy());
  tls.on("error", () => tls.destroy());
  tls.on("secure", () => tls.end());
}
