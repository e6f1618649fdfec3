/**
 * What a mail program must know to reach this server: one set of facts for Thunderbird's autoconfig,
 * Outlook's autodiscover, Apple's profiles and the table that people copy from.
 *
 * Ports: those that a person set (they are forwarded), else those that an engine really listens on, else
 * the standard ones. Found by itself is only what is encrypted from the first byte (RFC 8314 §3), unless a
 * protocol has nothing but STARTTLS.
 */
import { STANDARD_SERVICES, type ServicePorts } from "../dns/settings.ts";

export type ClientProtocol = "imap" | "pop3" | "smtp";

export interface ClientServer {
  readonly protocol: ClientProtocol;
  readonly port: number;
  readonly tls: "implicit" | "starttls";
}

export interface ClientSettings {
  readonly hostName: string;
  /** The preferred first: IMAP before POP3, implicit TLS before STARTTLS. */
  readonly servers: readonly ClientServer[];
}

const SERVICES: readonly (readonly [keyof ServicePorts, ClientProtocol, ClientServer["tls"]])[] = [
  ["imaps", "imap", "implicit"],
  ["imap", "imap", "starttls"],
  ["pop3s", "pop3", "implicit"],
  ["pop3", "pop3", "starttls"],
  ["submissions", "smtp", "implicit"],
  ["submission", "smtp", "starttls"],
];

export interface KnownPorts {
  readonly hostName: string;
  /** Set by hand; null when nobody did. */
  readonly announced: ServicePorts | null;
  /** As engines report them. */
  readonly listeners: readonly { readonly protocol: string; readonly port: number }[];
}

export function clientSettings({ hostName, announced, listeners }: KnownPorts): ClientSettings {
  const bound = (service: string) =>
    listeners.find(({ protocol }) => protocol === service)?.port ?? null;
  const isKnown = SERVICES.some(([service]) => bound(service) !== null);
  const portOf = (service: keyof ServicePorts) => {
    if (announced) return announced[service];
    return isKnown ? bound(service) : STANDARD_SERVICES[service];
  };
  const servers = SERVICES.flatMap(([service, protocol, tls]) => {
    const port = portOf(service);
    return port === null ? [] : [{ protocol, port, tls }];
  });
  return { hostName, servers };
}

/** What programs may find by themselves. */
export function automaticServers({ servers }: ClientSettings): ClientServer[] {
  const hasImplicit = (protocol: ClientProtocol) =>
    servers.some((server) => server.protocol === protocol && server.tls === "implicit");
  return servers.filter(({ protocol, tls }) => tls === "implicit" || !hasImplicit(protocol));
}
