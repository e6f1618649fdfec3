/**
 * Where a zone's changes go: the server that its SOA names (RFC 2136 §4.1), or the one that was given by
 * name or address. Addresses that are not public are dialled only for operators (SSRF).
 */
import { isIP } from "node:net";
import { MailError } from "../../../lib/mail/errors.ts";
import { isPublicAddress } from "../../probes/addresses.ts";
import { parseServer } from "../../dns/servers.ts";
import { PublishError } from "../error.ts";
import type { PublishContext } from "../publish.ts";
import type { Peer } from "./session.ts";

export interface UpdateServer extends Peer {
  /** For sentences. */
  readonly name: string;
}

type Resolving = Pick<PublishContext, "resolver" | "settings">;

export interface ServerWanted {
  /** "192.0.2.1", "192.0.2.1:53", "[::1]:53", "ns1.example.net:53"; empty: by the SOA. */
  readonly server: string;
  readonly allowPrivate: boolean;
}

/** `name` is a name of the zone. */
export async function findServer(
  ctx: Resolving,
  name: string,
  { server, allowPrivate }: ServerWanted,
  signal: AbortSignal,
): Promise<UpdateServer> {
  const given = server === "" ? await primaryOf(ctx, name, signal) : server;
  const [host, port] = splitPort(given, ctx.settings.dns.authorityPort);
  const addresses = isIP(host) !== 0 ? [host] : await addressesOf(ctx, host, signal);
  const [address] = addresses;
  if (address === undefined) throw new PublishError("unreachable", { server: host });
  const open = addresses.find((one) => allowPrivate || isPublicAddress(one));
  if (open === undefined) throw new PublishError("privateAddress", { server: host, address });
  return { name: host, address: open, port };
}

/** SOA MNAME of the zone that holds the name. */
async function primaryOf(
  { resolver }: Resolving,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const labels = name.split(".");
  for (let at = 0; at < labels.length; at++) {
    const answer = await resolver.query(labels.slice(at).join("."), "SOA", signal);
    if (answer.rcode === "SERVFAIL" || answer.rcode === "TIMEOUT") {
      throw new MailError("unavailable", `The zone of ${name} cannot be looked up now`);
    }
    const [soa] = answer.records;
    if (soa) return soa.mname;
  }
  throw new PublishError("noServer", { zone: name });
}

async function addressesOf(
  { resolver }: Resolving,
  host: string,
  signal: AbortSignal,
): Promise<string[]> {
  const answers = await Promise.all([
    resolver.query(host, "A", signal),
    resolver.query(host, "AAAA", signal),
  ]);
  return answers.flatMap(({ records }) => [...records]);
}

function splitPort(text: string, standard: number): [host: string, port: number] {
  const [, host, port] = /^([^:]+):(\d+)$/.exec(text) ?? [];
  if (host !== undefined && isIP(host) === 0) return [host, Number(port)];
  if (isIP(text) !== 0) return [text, standard];
  if (!/^[[0-9]/.test(text) || !/\]|^[0-9.]+(?::|$)/.test(text)) return [text, standard];
  const server = parseServer(text);
  return [server.address, server.port];
}
