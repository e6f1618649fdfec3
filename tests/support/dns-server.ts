/**
 * A DNS server for tests, over UDP and TCP on one loopback port. It looks like a recursive resolver: the
 * zone is a plain object that tests may change at any time, and any name can be made to fail.
 *
 *   const dns = await startDnsServer({ "b.example": { MX: [{ preference: 10, exchange: "mx.b.example" }] } });
 *   createResolver({ servers: [dns.address] });
 */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import * as dnsPacket from "dns-packet";
import type { RecordType, RecordValue } from "../../lib/mail/ports.ts";

export type ZoneNode = { [K in RecordType]?: RecordValue[K][] };
/** Names in lower case, without trailing dot. */
export type Zone = Record<string, ZoneNode>;
export type Failure = "servfail" | "refused" | "timeout" | "truncate" | "garbage";

export interface DnsServerForTests {
  /** "127.0.0.1:port", as DNS_SERVERS takes it. */
  readonly address: string;
  readonly zone: Zone;
  /** What happens instead of an answer, by name, or by "name TYPE". */
  readonly failures: Map<string, Failure>;
  /** Sets AD. */
  authenticated: boolean;
  ttl: number;
  /** When it answers bytes, these are sent instead; the packet is complete, id included. */
  override: ((query: dnsPacket.Packet, transport: "udp" | "tcp") => Buffer | null) | null;
  /** "name TYPE udp|tcp", in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export async function startDnsServer(zone: Zone = {}): Promise<DnsServerForTests> {
  const state = { zone, failures: new Map<string, Failure>(), authenticated: false, ttl: 0 };
  const { tcp, udp, port } = await bindBoth();
  const server: DnsServerForTests = {
    ...state,
    address: `127.0.0.1:${port}`,
    override: null,
    asked: [],
    async close() {
      udp.close();
      tcp.close();
      await once(tcp, "close");
    },
  };

  udp.on("message", (packet, peer) => {
    const reply = answer(server, packet, "udp");
    if (reply) udp.send(reply, peer.port, peer.address);
  });
  tcp.on("connection", (socket) => {
    let received = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const reply = answer(server, received.subarray(2), "tcp");
      const length = Buffer.alloc(2);
      length.writeUInt16BE(reply?.length ?? 0);
      if (reply) socket.end(Buffer.concat([length, reply]));
      else socket.destroy();
    });
  });
  return server;
}

/** The same port for both; another process may hold the UDP one, so a few tries. */
async function bindBoth(): Promise<{ tcp: Server; udp: UdpSocket; port: number }> {
  for (let tries = 0; ; tries++) {
    const tcp = createServer().listen(0, "127.0.0.1");
    await once(tcp, "listening");
    const { port } = tcp.address() as AddressInfo; // a TCP server's address is never a string
    const udp = createSocket("udp4");
    try {
      udp.bind(port, "127.0.0.1");
      await once(udp, "listening");
      return { tcp, udp, port };
    } catch (error) {
      udp.close();
      tcp.close();
      if (tries > 20) throw error;
    }
  }
}

const RCODES: Partial<Record<Failure, number>> = { servfail: 2, refused: 5 };
const TRUNCATED = dnsPacket.TRUNCATED_RESPONSE;

function answer(
  server: DnsServerForTests,
  packet: Buffer,
  transport: "udp" | "tcp",
): Buffer | null {
  const query = dnsPacket.decode(packet);
  const question = query.questions?.[0];
  if (!question) return null;
  const name = question.name.toLowerCase();
  server.asked.push(`${name} ${question.type} ${transport}`);
  const overridden = server.override?.(query, transport);
  if (overridden) return overridden;

  const failure = server.failures.get(name) ?? server.failures.get(`${name} ${question.type}`);
  if (failure === "timeout") return null;
  if (failure === "garbage") return Buffer.concat([packet.subarray(0, 2), Buffer.alloc(40, 0xff)]);
  if (failure === "truncate" && transport === "udp") {
    return encode(server, query, { flags: TRUNCATED, answers: [], rcode: 0 });
  }
  const rcode = failure ? RCODES[failure] : undefined;
  if (rcode !== undefined) return encode(server, query, { flags: 0, answers: [], rcode });
  const { answers, exists } = lookUp(server, name, question.type as RecordType);
  return encode(server, query, { flags: 0, answers, rcode: exists ? 0 : 3 });
}

interface Reply {
  flags: number;
  rcode: number;
  answers: dnsPacket.Answer[];
}

function encode(server: DnsServerForTests, query: dnsPacket.Packet, reply: Reply): Buffer {
  const ad = server.authenticated ? dnsPacket.AUTHENTIC_DATA : 0;
  const soa = { mname: "ns.example", rname: "hostmaster.example", serial: 1, minimum: server.ttl };
  const timers = { refresh: 1, retry: 1, expire: 1 };
  return dnsPacket.encode({
    id: query.id ?? 0,
    type: "response",
    flags: dnsPacket.RECURSION_AVAILABLE | ad | reply.flags | reply.rcode,
    questions: query.questions ?? [],
    answers: reply.answers,
    authorities: reply.answers.length
      ? []
      : [{ type: "SOA", name: "example", ttl: server.ttl, data: { ...soa, ...timers } }],
    additionals: [],
  });
}

/** Follows CNAMEs as a resolver does. */
function lookUp(server: DnsServerForTests, start: string, type: RecordType) {
  const answers: dnsPacket.Answer[] = [];
  let name = start;
  for (let depth = 0; depth < 20; depth++) {
    const node = server.zone[name];
    if (!node) return { answers, exists: depth > 0 ? false : hasChildren(server.zone, name) };
    const target = type === "CNAME" ? undefined : node.CNAME?.[0];
    if (!target) {
      for (const value of node[type] ?? []) answers.push(record(server, name, type, value));
      return { answers, exists: true };
    }
    answers.push(record(server, name, "CNAME", target));
    name = target.toLowerCase();
  }
  return { answers, exists: true };
}

/** An empty non-terminal exists: RFC 8020. */
const hasChildren = (zone: Zone, name: string) =>
  Object.keys(zone).some((other) => other.endsWith(`.${name}`));

export function record(
  { ttl }: { ttl: number },
  name: string,
  type: RecordType,
  value: RecordValue[RecordType],
): dnsPacket.Answer {
  let data: unknown = value;
  if (type === "TXT" && typeof value === "string") {
    data = value.match(/[\s\S]{1,255}/g)?.map((chunk) => Buffer.from(chunk)) ?? [""];
  }
  if (typeof value === "object" && "matchingType" in value) {
    data = { ...value, certificate: value.data };
  }
  // dns-packet's union pairs each type with its data; here the pair comes from ZoneNode.
  return { name, type, ttl, class: "IN", data } as dnsPacket.Answer;
}
