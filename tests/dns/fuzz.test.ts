/**
 * Damaged messages through everything that reads them: the message, every record as every type, a step of the
 * walk, an answer with its chain. Nothing may come out but values or BadMessage, and never late.
 *
 *   FUZZ=500000 FUZZ_SEED=7 npm test -- tests/dns/fuzz.test.ts
 *
 * The numbers are made of the seed: a failure names the round and shows the bytes.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as dnsPacket from "dns-packet";
import { readAnswer } from "../../engine/dns/answer.ts";
import { readRdata, TYPE_NUMBERS } from "../../engine/dns/rdata.ts";
import { readOwnNs, readStep } from "../../engine/dns/referral.ts";
import { BadMessage, readMessage } from "../../engine/dns/wire.ts";
import type { RecordType } from "../../lib/mail/ports.ts";
import { seeded } from "../support/random.ts";

const ROUNDS = Number(process.env["FUZZ"] ?? 20_000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 1);
/** Processor time: a message of a few hundred octets is read in microseconds, garbage collection included. */
const SLOW_MS = 100;

const TYPES: readonly RecordType[] = [
  ...(["A", "AAAA", "MX", "TXT", "CNAME", "NS", "SOA", "PTR", "TLSA", "SRV", "CAA", "DS"] as const),
];

const name = "www.a.test";
const soa = {
  ...{ mname: "ns.a.test", rname: "h.a.test", serial: 1 },
  ...{ refresh: 1, retry: 1, expire: 1, minimum: 30 },
};

/** One of each kind that the observer meets. */
const SEEDS: readonly Buffer[] = [
  message({ answers: [{ type: "A", name, ttl: 60, data: "192.0.2.1" }] }),
  message({
    answers: [
      { type: "CNAME", name, ttl: 60, data: "b.a.test" },
      { type: "CNAME", name: "b.a.test", ttl: 60, data: "c.a.test" },
      { type: "AAAA", name: "c.a.test", ttl: 60, data: "2001:db8::1" },
      { type: "MX", name, ttl: 60, data: { preference: 10, exchange: "mx.a.test" } },
      { type: "TXT", name, ttl: 60, data: ["v=spf1", "x".repeat(255)] },
      { type: "SRV", name, ttl: 60, data: { priority: 1, weight: 2, port: 3, target: "t.a.test" } },
      { type: "CAA", name, ttl: 60, data: { flags: 0, tag: "issue", value: "ca.test" } },
      {
        ...{ type: "DS", name, ttl: 60 },
        data: { keyTag: 1, algorithm: 13, digestType: 2, digest: Buffer.alloc(32) },
      },
    ],
  }),
  message({ authorities: [{ type: "SOA", name: "a.test", ttl: 60, data: soa }] }, 3),
  message({
    authorities: [
      { type: "NS", name: "a.test", ttl: 60, data: "ns1.a.test" },
      { type: "NS", name: "a.test", ttl: 60, data: "ns.other" },
    ],
    additionals: [
      { type: "A", name: "ns1.a.test", ttl: 60, data: "192.0.2.53" },
      { type: "AAAA", name: "ns1.a.test", ttl: 60, data: "2001:db8::53" },
    ],
  }),
  message({ answers: [{ type: "NS", name: "a.test", ttl: 60, data: "ns1.a.test" }] }),
  // A tree of pointers, each to the one before: as many hops as the octets allow.
  Buffer.concat([
    message({}),
    Buffer.from(Array.from({ length: 600 }, (_, at) => (at % 2 ? 12 + (at % 200) : 0xc0))),
  ]),
];

function message(parts: dnsPacket.Packet, rcode = 0): Buffer {
  return dnsPacket.encode({
    ...{ id: 1, type: "response", flags: 0x0400 | rcode },
    questions: [{ type: "MX", name }],
    ...parts,
  });
}

test("what is read of undamaged seeds is what was written", () => {
  const [first, chain, denial, referral] = SEEDS.map((seed) => readMessage(seed));
  assert.ok(first && chain && denial && referral);
  assert.equal(readRdata("A", first.answers[0]!.open()), "192.0.2.1");
  const answer = readAnswer(chain, { name, type: "AAAA" }, { type: "AAAA" });
  assert.deepEqual([answer.records, answer.via], [["2001:db8::1"], ["b.a.test", "c.a.test"]]);
  assert.deepEqual(readStep(denial, { zone: "test", name }), {
    ...{ kind: "inZone", apex: "a.test", exists: false, negativeTtl: 30 },
  });
  const step = readStep(referral, { zone: "test", name });
  assert.equal(step.kind === "referral" && step.cut.hosts.length, 2);
});

test(`${ROUNDS} damaged messages: values or BadMessage, never anything else, never late`, () => {
  const next = seeded(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = damaged(next);
    const started = process.cpuUsage();
    try {
      readEverything(bytes);
    } catch (error) {
      assert.fail(`round ${round}, seed ${SEED}: ${String(error)}\n${bytes.toString("hex")}`);
    }
    const ms = process.cpuUsage(started).user / 1000;
    assert.ok(ms < SLOW_MS, `round ${round}: ${ms} ms for ${bytes.toString("hex")}`);
  }
});

test("the largest message, each record behind a chain of pointers, is read or refused at once", () => {
  for (const [pointers, records] of [
    [100, 4_000],
    [8_000, 0],
  ] as const) {
    const bytes = pointerChain(pointers);
    const started = process.cpuUsage();
    const read = tolerant(() => readMessage(bytes));
    readEverything(bytes);
    assert.equal(read?.answers.length ?? 0, records);
    const { user } = process.cpuUsage(started);
    assert.ok(user < 3_000_000, `${pointers} pointers: ${user} µs`);
  }
});

/** 4,000 records in 64 KiB. The RDATA of the first holds pointers, each to the one before it; all others begin there. */
function pointerChain(pointers: number): Buffer {
  const bytes = Buffer.alloc(65_535, 0);
  const rdata = 23; // behind the header, an owner of one octet, type, class, TTL and length
  const last = rdata + 1 + 2 * pointers;
  bytes.writeUInt16BE(0x8400, 2);
  bytes.writeUInt16BE(4_000, 6);
  bytes.writeUInt16BE(last + 2 - rdata, rdata - 2);
  bytes.writeUInt16BE(0xc000 | rdata, rdata + 1);
  for (let at = rdata + 3; at <= last; at += 2) bytes.writeUInt16BE(0xc000 | (at - 2), at);
  for (let at = last + 2; at + 12 <= bytes.length; at += 12) {
    bytes.writeUInt16BE(0xc000 | last, at);
    bytes.writeUInt16BE(TYPE_NUMBERS.CNAME, at + 2);
    bytes.writeUInt16BE(1, at + 4);
  }
  return bytes;
}

function damaged(next: (below: number) => number): Buffer {
  const seed = SEEDS[next(SEEDS.length)] ?? Buffer.alloc(0);
  const other = SEEDS[next(SEEDS.length)] ?? Buffer.alloc(0);
  let bytes = Buffer.from(seed);
  for (let left = 1 + next(5); left > 0; left--) {
    const at = next(bytes.length || 1);
    switch (next(6)) {
      case 0:
        bytes = bytes.subarray(0, at); // cut
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(next(other.length))]); // spliced
        break;
      case 2:
        if (at + 1 < bytes.length) bytes.writeUInt16BE(0xc000 | next(0x4000), at); // a pointer
        break;
      case 3:
        if (bytes.length > 12) bytes.writeUInt16BE(next(0x10000), 4 + 2 * next(4)); // a count
        break;
      default:
        if (bytes.length > 0) bytes[at] = next(256);
    }
  }
  return bytes;
}

/** Throws only what must not be thrown. */
function readEverything(bytes: Buffer): void {
  const read = tolerant(() => readMessage(bytes));
  if (!read) return;
  const records = [...read.answers, ...read.authorities, ...read.additionals];
  for (const record of records) {
    for (const type of TYPES) tolerant(() => readRdata(type, record.open()));
  }
  for (const zone of [".", "test", "a.test", name]) {
    readStep(read, { zone, name }); // never throws
    readOwnNs(read, { owner: zone, zone });
    for (const type of TYPES) {
      const answer = tolerant(() => readAnswer(read, { name, type }, { type, zone }));
      if (!answer) continue;
      assert.ok(answer.via.length <= 16 && Number.isFinite(answer.ttl) && answer.ttl >= 0);
    }
  }
  assert.ok(Object.keys(TYPE_NUMBERS).length === TYPES.length);
}

function tolerant<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadMessage) return null;
    throw error;
  }
}
