/** Which protocols listen where: the table, and binding its ports by preference. */
import type { Listener as ListenerName, PortChoice } from "../lib/settings/ports.ts";
import type { EngineContext } from "./context.ts";
import { imapHandler } from "./imap/session.ts";
import { ConnectionCounter, DEFAULT_LIMITS } from "./net/limits.ts";
import { listen, type Listener, type ListenerOptions } from "./net/listener.ts";
import type { TlsContexts } from "./net/tls.ts";
import { pop3Handler } from "./pop3/session.ts";
import { smtpHandler } from "./smtp/session.ts";

type MailListener = Exclude<ListenerName, "http" | "https">;

interface Service {
  readonly name: MailListener;
  readonly protocol: ListenerOptions["protocol"];
  readonly kind: "starttls" | "implicit";
  readonly handler: (ctx: EngineContext) => ListenerOptions["handler"];
}

/** RFC 8314 §7: implicit TLS is preferred, STARTTLS stays for those who have only that. */
const SERVICES: readonly Service[] = [
  { name: "smtp", protocol: "smtp", kind: "starttls", handler: (c) => smtpHandler(c, "mx") },
  {
    name: "submissions",
    protocol: "smtp",
    kind: "implicit",
    handler: (c) => smtpHandler(c, "submissions"),
  },
  {
    name: "submission",
    protocol: "smtp",
    kind: "starttls",
    handler: (c) => smtpHandler(c, "submission"),
  },
  { name: "imap", protocol: "imap", kind: "starttls", handler: imapHandler },
  { name: "imaps", protocol: "imap", kind: "implicit", handler: imapHandler },
  { name: "pop3", protocol: "pop3", kind: "starttls", handler: pop3Handler },
  { name: "pop3s", protocol: "pop3", kind: "implicit", handler: pop3Handler },
];

export interface NamedListener {
  readonly name: MailListener;
  readonly listener: Listener;
}

/** Binds every service that is not off. When one cannot be bound, those before it are closed again. */
export async function openListeners(
  ctx: EngineContext,
  tls: TlsContexts,
): Promise<NamedListener[]> {
  const { maxConnections, maxConnectionsPerAddress } = ctx.settings.limits;
  const strangers = Math.min(DEFAULT_LIMITS.strangers, Math.ceil(maxConnections / 2));
  const limits = new ConnectionCounter({
    total: maxConnections,
    strangers,
    strangersPerRelay: Math.ceil(strangers / 2),
    perAddress: maxConnectionsPerAddress,
  });
  const open: NamedListener[] = [];
  try {
    for (const { name, protocol, kind, handler } of SERVICES) {
      const ports = ctx.settings.ports[name];
      if (ports.length === 0) continue;
      const options = { protocol, kind, tls, limits, handler: handler(ctx), log: ctx.log };
      const trustedProxies = ctx.settings.proxyProtocolFrom;
      const listener = await bindFirst(ports, ctx.settings.bindAddress, (address, port) =>
        listen({ ...options, trustedProxies, address, port }),
      );
      open.push({ name, listener });
    }
    return open;
  } catch (error) {
    await Promise.all(open.map(({ listener }) => listener.close(0)));
    throw error;
  }
}

/** A port below 1024 without the right to it, or one in use: the next choice is tried. */
const NEXT_PORT = new Set(["EACCES", "EADDRINUSE"]);
/** A machine without IPv6 cannot listen on "::". */
const NO_IPV6 = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL"]);

async function bindFirst(
  ports: PortChoice,
  address: string | null,
  bind: (address: string, port: number) => Promise<Listener>,
): Promise<Listener> {
  for (const [index, port] of ports.entries()) {
    try {
      return await bind(address ?? "::", port);
    } catch (error) {
      const code = String(Reflect.get(Object(error), "code"));
      if (address === null && NO_IPV6.has(code)) return bindFirst(ports, "0.0.0.0", bind);
      if (!NEXT_PORT.has(code) || index === ports.length - 1) throw error;
    }
  }
  throw new Error("no port to bind");
}
