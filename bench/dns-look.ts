/**
 * What it costs to look at all records of a domain: 25 names of one zone, at its two authoritative servers (knot,
 * bind9) and a validating resolver (unbound), all on loopback. Packets and CPU time are of this process alone.
 *
 *   node bench/dns-look.ts            ROUNDS=20 looks twenty times
 */
import { Socket as UdpSocket } from "node:dgram";
import { createObserver } from "../engine/dns/observer.ts";
import { createResolver } from "../engine/dns/resolver.ts";
import type { RecordType } from "../lib/mail/ports.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../tests/support/dns-lab.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 20);
const SELECTORS = ["ph2611r", "ph2611e", "ph2612r", "ph2612e"];
const SERVICES = ["_submissions", "_submission", "_imaps", "_imap", "_pop3s", "_pop3", "_jmap"];

/** What a domain with everything publishes. */
const QUESTIONS: readonly (readonly [string, RecordType])[] = [
  ["", "MX"],
  ["", "TXT"],
  ["", "CAA"],
  ["", "A"],
  ["_dmarc", "TXT"],
  ["_mta-sts", "TXT"],
  ["mta-sts", "A"],
  ["_smtp._tls", "TXT"],
  ["autoconfig", "CNAME"],
  ["autodiscover", "CNAME"],
  ["mail", "A"],
  ["mail", "AAAA"],
  ["mail", "TXT"],
  ["_25._tcp.mail", "TLSA"],
  ...SELECTORS.map((selector) => [`${selector}._domainkey`, "TXT"] as const),
  ...SERVICES.map((service) => [`${service}._tcp`, "SRV"] as const),
];

let packets = 0;
const send = Reflect.get(UdpSocket.prototype, "send") as (...args: unknown[]) => void;
Reflect.set(UdpSocket.prototype, "send", function count(this: UdpSocket, ...args: unknown[]) {
  packets++;
  send.apply(this, args);
});

const absent = missingDnsLab();
if (absent) throw new Error(absent);
const lab: DnsLab = await startDnsLab([
  {
    name: "bench.test",
    dnssec: "signed",
    text: `@ MX 10 mail\n@ TXT "v=spf1 mx -all"\nmail A 192.0.2.1`,
  },
]);
const { dns } = lab.settings;
const resolver = createResolver(dns);
const observer = createObserver({ dns, allowPrivate: true, resolver });

async function lookAtAll(): Promise<void> {
  const looks = QUESTIONS.map(([label, type]) =>
    observer.look(label === "" ? "bench.test" : `${label}.bench.test`, type),
  );
  await Promise.all([observer.zoneOf("bench.test"), ...looks]);
}

async function measure(what: string, rounds: number): Promise<void> {
  const [before, started, cpu] = [packets, performance.now(), process.cpuUsage()];
  for (let round = 0; round < rounds; round++) await lookAtAll();
  const { user, system } = process.cpuUsage(cpu);
  const each = (total: number) => (total / rounds).toFixed(1);
  const row = [each(packets - before), each(performance.now() - started)];
  console.log(`| ${what} | ${row.join(" | ")} | ${each((user + system) / 1000)} |`);
}

console.log(`${QUESTIONS.length} questions, 2 servers and a resolver\n`);
console.log("| look | packets | ms | CPU ms |\n|---|---|---|---|");
await measure("the first, nothing known", 1);
await measure(`the next ${ROUNDS}, zone known`, ROUNDS);
console.log(`\nRSS ${Math.round(process.memoryUsage.rss() / 1024 / 1024)} MiB`);
observer.stop();
await lab.stop();
