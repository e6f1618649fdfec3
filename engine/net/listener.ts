/**
 * A listener: accepts, asks the limits, finds out who connects (PROXY), puts on TLS where it is
 * implicit, and hands the connection to the protocol. It closes what the handler leaves open.
 *
 * A refused peer is told so in its protocol's greeting (with implicit TLS it is cut, a handshake would be
 * too dear) and forgotten at once; the log says how many there were, once a minute.
 */
import {
  BlockList,
  createServer,
  isIPv6,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";
import type { Logger } from "pino";
import { MailError } from "../../lib/mail/errors.ts";
import { SocketConnection } from "./connection.ts";
import { canonicalIp, isLoopback } from "./ip.ts";
import { type Admission, type ConnectionCounter, DRAIN_MS, PROXY_HEADER_MS } from "./limits.ts";
import { parseProxyHeader } from "./proxy-protocol.ts";
import type { TlsContexts } from "./tls.ts";
import { ConnectionClosed, type ConnectionHandler } from "./types.ts";

const KEEP_ALIVE_MS = 120_000;
/** A flood of connections is not to become a flood of lines in the log. */
const REFUSALS_TOLD_MS = 60_000;

/** What each protocol says instead of its greeting: RFC 5321 §3.8, RFC 9051 §7.1.5, RFC 2449 §8.1.1. */
const REFUSALS = {
  smtp: "421 4.7.0 Too many connections, try again later\r\n",
  imap: "* BYE [UNAVAILABLE] Too many connections, try again later\r\n",
  pop3: "-ERR [SYS/TEMP] Too many connections, try again later\r\n",
} as const;

export interface ListenerOptions {
  readonly protocol: keyof typeof REFUSALS;
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** "starttls" is plain with STARTTLS on offer; "implicit" is TLS from the first byte. */
  readonly kind: "plain" | "starttls" | "implicit";
  /** Must be there unless `kind` is "plain". */
  readonly tls?: TlsContexts | undefined;
  readonly limits: ConnectionCounter;
  readonly handler: ConnectionHandler;
  readonly log: Logger;
  /** Addresses or networks ("10.0.0.0/8") of load balancers that send a PROXY header. */
  readonly trustedProxies?: readonly string[] | undefined;
  readonly idleMs?: number | undefined;
  readonly handshakeMs?: number | undefined;
}

export interface Listener {
  readonly protocol: string;
  readonly kind: ListenerOptions["kind"];
  readonly address: string;
  /** The one it really listens on. */
  readonly port: number;
  readonly connections: number;
  /** Stops accepting, asks sessions to end, waits up to `drainMs`, then cuts what is left. */
  close(drainMs?: number): Promise<void>;
}

export async function listen(options: ListenerOptions): Promise<Listener> {
  if (options.kind !== "plain" && !options.tls)
    throw new Error("A TLS listener needs certificates");
  const acceptor = new Acceptor(options);
  // Half-open, so that a peer that says all it has to say and closes still gets its answers.
  const server = createServer(
    { allowHalfOpen: true, pauseOnConnect: true, noDelay: true },
    (socket) => acceptor.accept(socket),
  );
  await bound(server, options);
  const { address, port } = server.address() as AddressInfo; // a TCP server that listens has one
  const { protocol, kind } = options;
  return {
    protocol,
    kind,
    address,
    port,
    get connections() {
      return acceptor.size;
    },
    async close(drainMs = DRAIN_MS) {
      const closed = new Promise((resolve) => server.close(resolve));
      await acceptor.drain(drainMs);
      await closed;
    },
  };
}

function bound(server: Server, { address, port }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: address, port, backlog: 1024 }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

class Acceptor {
  readonly #options: ListenerOptions;
  readonly #proxies: BlockList;
  readonly #open = new Set<SocketConnection>();
  #draining = false;
  /** Peers that were refused since the log said so. */
  #refused = 0;
  #toldAt = -Infinity;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#proxies = networks(options.trustedProxies ?? []);
  }

  get size(): number {
    return this.#open.size;
  }

  accept(socket: Socket): void {
    const address = canonicalIp(socket.remoteAddress ?? "");
    if (address === "" || this.#draining) return void socket.destroy(); // reset before we looked
    const proxied = this.#proxies.check(address, isIPv6(address) ? "ipv6" : "ipv4");
    const relay = proxied || isLoopback(address);
    const admission = this.#options.limits.admit(address, { relay });
    if (!admission) return this.#refuse(socket, address);
    void this.#serve(socket, admission, proxied);
  }

  async drain(ms: number): Promise<void> {
    this.#draining = true;
    const open = [...this.#open];
    const timer = setTimeout(() => open.forEach((connection) => connection.destroy()), ms);
    for (const connection of open)
      connection.interrupt(new MailError("shuttingDown", "Server shutting down"));
    await Promise.all(open.map((connection) => connection.closed));
    clearTimeout(timer);
  }

  #refuse(socket: Socket, address: string): void {
    this.#tellRefusal(address);
    socket.on("error", () => {});
    if (this.#options.kind === "implicit") return void socket.destroy();
    socket.write(REFUSALS[this.#options.protocol]);
    socket.destroySoon();
  }

  #tellRefusal(remote: string): void {
    this.#refused++;
    if (performance.now() - this.#toldAt < REFUSALS_TOLD_MS) return;
    const { log, protocol } = this.#options;
    log.warn({ protocol, remote, refused: this.#refused }, "too many connections");
    [this.#refused, this.#toldAt] = [0, performance.now()];
  }

  async #serve(socket: Socket, first: Admission, proxied: boolean): Promise<void> {
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    let admission: Admission | null = first;
    const { kind, tls, limits, handler, idleMs, handshakeMs } = this.#options;
    const connection = new SocketConnection(socket, {
      tls: kind === "plain" ? null : (tls ?? null),
      idleMs,
      handshakeMs,
      onAuthenticated: () => admission?.authenticated(),
    });
    this.#open.add(connection);
    try {
      if (proxied && (await readProxyHeader(connection))) {
        // From here the client counts, not the load balancer.
        admission.release();
        admission = limits.admit(connection.remoteAddress);
        if (!admission) return this.#refuse(socket, connection.remoteAddress);
      }
      if (kind === "implicit") await connection.startTlsImplicitly();
      await handler(connection);
    } catch (error) {
      this.#report(connection, error);
    } finally {
      await connection.end();
      this.#open.delete(connection);
      admission?.release();
    }
  }

  #report(connection: SocketConnection, error: unknown): void {
    const { log, protocol } = this.#options;
    const fields = { session: connection.id, protocol, remote: connection.remoteAddress };
    if (error instanceof ConnectionClosed || error instanceof MailError)
      log.debug({ ...fields, err: error }, "connection ended");
    else log.error({ ...fields, err: error }, "session failed");
  }
}

/** True when the header named a client. */
async function readProxyHeader(connection: SocketConnection): Promise<boolean> {
  const timer = setTimeout(() => connection.destroy(), PROXY_HEADER_MS);
  try {
    let bytes = await connection.read(Infinity);
    let header = parseProxyHeader(bytes);
    while (!header) {
      bytes = Buffer.concat([bytes, await connection.read(Infinity)]);
      header = parseProxyHeader(bytes);
    }
    connection.unread(bytes.subarray(header.length));
    if (!header.source) return false;
    connection.remoteAddress = header.source.address;
    connection.remotePort = header.source.port;
    return true;
  } finally {
    clearTimeout(timer);
  }
}

function networks(list: readonly string[]): BlockList {
  const result = new BlockList();
  for (const entry of list) {
    const [address = "", bits] = entry.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) result.addAddress(address, family);
    else result.addSubnet(address, Number(bits), family);
  }
  return result;
}
