/**
 * Authoritative name servers for tests, in this process: each on a loopback address of its own, all on one port,
 * with AA, referrals, glue and SOA as RFC 1034 §4.3.2 has it. Zones are plain objects, may be changed at any time;
 * a server can be silent, refuse, or answer whatever bytes a test wants.
 *
 *   const dns = await startAuthorities({
 *     root: { ".": { test: { NS: ["ns.test"] }, "ns.test": { A: [at("tld")] } } },
 *     tld: { test: { "a.test": { NS: ["ns1.a.test"] }, "ns1.a.test": { A: [at("one")] } } },
 *     one: { "a.test": { "a.test": { MX: [...] } } },
 *   });
 *
 * `at(name)` is the address of a server before it is started. SOA is made up unless the zone has one.
 */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import * as dnsPacket from "dns-packet";
import type { RecordType } from "../../lib/mail/ports.ts";
import { record, type Zone, type ZoneNode } from "./dns-server.ts";

export type Transport = "udp" | "tcp";

export interface AuthorityForTests {
  readonly address: string;
  /** By apex; names in full. */
  readonly zones: Record<string, Zone>;
  serial: number;
  mood: "good" | "silent" | "refused" | "servfail" | "truncate" | "formerr";
  /** When it answers bytes, these are sent instead. */
  override: ((query: dnsPacket.Packet, transport: Transport) => Buffer | null) | null;
  /** What a TCP client is sent, byte by byte with pauses: a slow drip. */
  dripMs: number;
  /** "name TYPE udp|tcp", in order. */
  readonly asked: string[];
}

export interface Authorities {
  readonly port: number;
  readonly servers: Readonly<Record<string, AuthorityForTests>>;
  readonly root: AuthorityForTests;
  one(name: string): AuthorityForTests;
  /** Packets that came to all of them. */
  packets(): number;
  forget(): void;
  close(): Promise<void>;
}

const network = `127.${1 + (process.pid % 250)}.${Math.floor(process.pid / 250) % 250}`;
const addresses = new Map<string, string>();

/** The address that the server of this name has, or will have. */
export function at(name: string): string {
  const known = addresses.get(name) ?? `${network}.${addresses.size + 1}`;
  addresses.set(name, known);
  return known;
}

export async function startAuthorities(
  zones: Record<string, Record<string, Zone>>,
): Promise<Authorities> {
  const servers = Object.fromEntries(
    Object.entries(zones).map(([name, own]) => [name, newServer(at(name), own)]),
  );
  const one = (name: string) => {
    const server = servers[name];
    if (!server) throw new Error(`no server ${name}`);
    return server;
  };
  const { port, close } = await listenAll(Object.values(servers));
  return {
    ...{ port, servers, one, close, root: one("root") },
    packets: () => Object.values(servers).reduce((sum, { asked }) => sum + asked.length, 0),
    forget: () => Object.values(servers).forEach(({ asked }) => (asked.length = 0)),
  };
}

const newServer = (address: string, zones: Record<string, Zone>): AuthorityForTests => ({
  ...{ address, zones, serial: 1, mood: "good", override: null, dripMs: 0 },
  asked: [],
});

/** One port on all addresses; another process may hold one of them, so a few tries. */
async function listenAll(servers: readonly AuthorityForTests[]) {
  for (let tries = 0; ; tries++) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const open: (UdpSocket | Server)[] = [];
    const sockets = new Set<Socket>();
    const close = async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(open.map((one) => new Promise<void>((done) => one.close(() => done()))));
    };
    try {
      for (const server of servers) {
        const udp = createSocket("udp4").bind(port, server.address);
        await once(udp, "listening");
        open.push(udp);
        const tcp = createServer((socket) => serveTcp(server, socket, sockets));
        tcp.listen(port, server.address);
        await once(tcp, "listening");
        open.push(tcp);
        udp.on("message", (packet, peer) => {
          const reply = answer(server, packet, "udp");
          if (reply) udp.send(reply, peer.port, peer.address);
        });
      }
      return { port, close };
    } catch (error) {
      await close();
      if (tries > 20) throw error;
    }
  }
}

function serveTcp(server: AuthorityForTests, socket: Socket, open: Set<Socket>): void {
  open.add(socket.on("error", () => {}).on("close", () => open.delete(socket)));
  let received = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
    const reply = answer(server, received.subarray(2), "tcp");
    if (!reply) return;
    const length = Buffer.alloc(2);
    length.writeUInt16BE(reply.length);
    const bytes = Buffer.concat([length, reply]);
    if (server.dripMs > 0) drip(socket, bytes, server.dripMs);
    else socket.end(bytes);
  });
}

function drip(socket: Socket, bytes: Buffer, ms: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || sent >= bytes.length) clearInterval(timer);
    else socket.write(bytes.subarray(sent, ++sent));
  }, ms);
}

// ── Answers ─────────────────────────────────────────────────────────────────────────────────────

interface Found {
  readonly rcode: number;
  readonly aa: boolean;
  readonly answers: dnsPacket.Answer[];
  readonly authorities: dnsPacket.Answer[];
  readonly additionals: dnsPacket.Answer[];
}

const MOODS = { refused: 5, servfail: 2, formerr: 1 } as const;
const AA = 0x0400;
const NOTHING = { answers: [], authorities: [], additionals: [] };

function answer(server: AuthorityForTests, packet: Buffer, transport: Transport): Buffer | null {
  const query = dnsPacket.decode(packet);
  const [question] = query.questions ?? [];
  if (!question) return null;
  const name = question.name.toLowerCase();
  server.asked.push(`${name} ${question.type} ${transport}`);
  const own = server.override?.(query, transport);
  if (own) return own;
  if (server.mood === "silent") return null;
  const tooBig = server.mood === "truncate" && transport === "udp";
  if (tooBig)
    return encode(query, { ...NOTHING, rcode: 0, aa: true }, dnsPacket.TRUNCATED_RESPONSE);
  const edns = (query.additionals ?? []).some(({ type }) => type === "OPT");
  const { mood } = server;
  const refuses = mood === "refused" || mood === "servfail" || (mood === "formerr" && edns);
  if (refuses) return encode(query, { ...NOTHING, rcode: MOODS[mood], aa: false });
  return encode(query, lookUp(server, name === "" ? "." : name, question.type as RecordType));
}

/** For tests that want to answer by hand. */
export function encode(query: dnsPacket.Packet, found: Found, more = 0): Buffer {
  const { answers, authorities, additionals } = found;
  return dnsPacket.encode({
    ...{ id: query.id ?? 0, type: "response", questions: query.questions ?? [] },
    flags: (found.aa ? AA : 0) | found.rcode | more,
    ...{ answers, authorities, additionals },
  });
}

const isWithin = (name: string, zone: string) =>
  zone === "." || name === zone || name.endsWith(`.${zone}`);

function lookUp(server: AuthorityForTests, name: string, type: RecordType): Found {
  const apex = Object.keys(server.zones)
    .filter((zone) => isWithin(name, zone))
    .sort((one, two) => two.length - one.length)[0];
  const zone = apex === undefined ? undefined : server.zones[apex];
  if (apex === undefined || !zone) return { ...NOTHING, rcode: 5, aa: false };
  return referral(zone, apex, name, type) ?? fromZone(server, { zone, apex }, { name, type });
}

/** NS of a name between the apex and the question's; DS belongs to the parent. */
function referral(zone: Zone, apex: string, name: string, type: RecordType): Found | null {
  const cut = Object.keys(zone)
    .filter((owner) => owner !== apex && zone[owner]?.NS && isWithin(name, owner))
    .sort((one, two) => one.length - two.length)[0];
  if (cut === undefined || (type === "DS" && cut === name)) return null;
  const hosts = zone[cut]?.NS ?? [];
  return {
    ...{ rcode: 0, aa: false, answers: [] },
    authorities: hosts.map((host) => record({ ttl: 60 }, cut, "NS", host)),
    additionals: hosts.flatMap((host) => addressRecords(zone, host)),
  };
}

const addressRecords = (zone: Zone, host: string) => [
  ...(zone[host]?.A ?? []).map((ip) => record({ ttl: 60 }, host, "A", ip)),
  ...(zone[host]?.AAAA ?? []).map((ip) => record({ ttl: 60 }, host, "AAAA", ip)),
];

function fromZone(
  server: AuthorityForTests,
  { zone, apex }: { zone: Zone; apex: string },
  question: { name: string; type: RecordType },
): Found {
  const answers: dnsPacket.Answer[] = [];
  let { name } = question;
  const soa = record({ ttl: 60 }, apex, "SOA", soaOf(server, zone, apex));
  for (let links = 0; links < 20 && isWithin(name, apex); links++) {
    const node = nodeAt(zone, name, apex);
    if (!node) return { rcode: 3, aa: true, answers, authorities: [soa], additionals: [] };
    const target = question.type === "CNAME" ? undefined : node.CNAME?.[0];
    if (target === undefined) {
      const found =
        question.type === "SOA" && name === apex
          ? [soa]
          : (node[question.type] ?? []).map((value) =>
              record({ ttl: 60 }, name, question.type, value),
            );
      const authorities = found.length > 0 ? [] : [soa];
      const hosts = question.type === "NS" ? (node.NS ?? []) : [];
      const additionals = hosts.flatMap((host) => addressRecords(zone, host));
      return { rcode: 0, aa: true, answers: [...answers, ...found], authorities, additionals };
    }
    answers.push(record({ ttl: 60 }, name, "CNAME", target));
    name = target;
  }
  return { rcode: 0, aa: true, answers, authorities: [], additionals: [] };
}

const soaOf = (server: AuthorityForTests, zone: Zone, apex: string) =>
  zone[apex]?.SOA?.[0] ?? {
    ...{ mname: `ns.${apex}`, rname: `hostmaster.${apex}` },
    ...{ serial: server.serial, minimum: 30 },
  };

/** The apex is always there, and so is what lies above a name (RFC 8020). */
function nodeAt(zone: Zone, name: string, apex: string): ZoneNode | undefined {
  const above = () => Object.keys(zone).some((owner) => owner.endsWith(`.${name}`));
  return zone[name] ?? (name === apex || above() ? {} : undefined);
}
