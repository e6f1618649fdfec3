/**
 * What every answer says, and what requests may not say about themselves: who the client is and by
 * which scheme it came is known from the socket, or from a proxy that the settings name.
 */
import { BlockList, isIPv6 } from "node:net";
import type { IncomingMessage, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";

/** Two years, as browsers' preload lists ask; only told over https (RFC 6797 §7.2). */
const HSTS = "max-age=63072000";

/**
 * After an action that leads to another page, Next asks itself for that page with the headers of the
 * first request. By this header, whose value only this process knows, such a request is known as ours.
 */
const INNER = "x-posthorn-inner";

/** Headers by which clients could pretend: the first is how Next marks its own subrequests. */
const FORGEABLE = ["x-middleware-subrequest", "x-forwarded-host", "x-forwarded-port", "forwarded"];

export interface RequestFacts {
  readonly secure: boolean;
  readonly remoteAddress: string;
  /** Lower case, without port. */
  readonly host: string;
}

/** Networks in CIDR form whose X-Forwarded-For and -Proto are believed. */
export function trustedProxies(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [base = "", bits] = network.split("/");
    const family = isIPv6(base) ? "ipv6" : "ipv4";
    list.addSubnet(
      base,
      bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits),
      family,
    );
  }
  return list;
}

export interface Trust {
  readonly proxies: BlockList;
  /** The value of INNER. */
  readonly inner: string;
}

/** Reads who asks, and leaves only true forwarding headers on the request. */
export function readFacts(req: IncomingMessage, { proxies, inner }: Trust): RequestFacts {
  const peer = (req.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const isProxy = peer !== "" && proxies.check(peer, isIPv6(peer) ? "ipv6" : "ipv4");
  const trusted = isProxy || req.headers[INNER] === inner;
  const said = (name: string) => (trusted ? String(req.headers[name] ?? "") : "");
  // The last address is the one that our proxy itself saw.
  const remoteAddress = said("x-forwarded-for").split(",").at(-1)?.trim() || peer;
  const secure = req.socket instanceof TLSSocket || said("x-forwarded-proto") === "https";
  for (const name of FORGEABLE) delete req.headers[name];
  req.headers["x-forwarded-for"] = remoteAddress;
  req.headers["x-forwarded-proto"] = secure ? "https" : "http";
  req.headers[INNER] = inner;
  const host = (req.headers.host ?? "").toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
  return { secure, remoteAddress, host };
}

export function setSecurityHeaders(res: ServerResponse, { secure }: RequestFacts): void {
  if (secure) res.setHeader("strict-transport-security", HSTS);
  res.setHeader("x-content-type-options", "nosniff");
  res.setHeader("x-frame-options", "DENY");
  res.setHeader("referrer-policy", "same-origin");
  res.setHeader("cross-origin-opener-policy", "same-origin");
  res.setHeader("cross-origin-resource-policy", "same-origin");
  res.setHeader(
    "permissions-policy",
    "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  );
}

/**
 * The path that was asked for (RFC 9112 §3.2): of the absolute form what follows the authority, since the
 * Host header says who is meant; null for what is no path ("*"). Next would redirect to an absolute form.
 */
export function pathOf(target: string | undefined): string | null {
  const path = (target ?? "").replace(/^https?:\/\/[^/?#]*/i, "");
  if (path.startsWith("/")) return path;
  return path === "" || path.startsWith("?") ? `/${path}` : null;
}
