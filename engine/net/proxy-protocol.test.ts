import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { test } from "node:test";
import { parseProxyHeader, ProxyHeaderError } from "./proxy-protocol.ts";

const FUZZ = Number(process.env["FUZZ"] ?? 3000);
const SIGNATURE = Buffer.from("0d0a0d0a000d0a515549540a", "hex");

function v2(command: number, family: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt8(command, 0);
  head.writeUInt8(family, 1);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([SIGNATURE, head, body]);
}

const V4 = Buffer.from("c6336402cb007107d43100190300040000", "hex"); // with the start of a TLV
const V6 = Buffer.concat([
  Buffer.from("20010db8000000000000000000000001", "hex"),
  Buffer.alloc(16),
  Buffer.from("d4310019", "hex"),
]);
const MAPPED = Buffer.concat([
  Buffer.from("00000000000000000000ffffc6336402", "hex"),
  V6.subarray(16),
]);

const GOOD: [name: string, header: Buffer, source: { address: string; port: number } | null][] = [
  [
    "v1 TCP4",
    Buffer.from("PROXY TCP4 198.51.100.2 203.0.113.7 54321 25\r\n"),
    { address: "198.51.100.2", port: 54321 },
  ],
  [
    "v1 TCP6",
    Buffer.from("PROXY TCP6 2001:DB8::1 ::1 54321 25\r\n"),
    { address: "2001:db8::1", port: 54321 },
  ],
  ["v1 UNKNOWN", Buffer.from("PROXY UNKNOWN\r\n"), null],
  ["v1 UNKNOWN with more", Buffer.from("PROXY UNKNOWN ffff::1 ffff::1 65535 65535\r\n"), null],
  ["v2 TCP over IPv4", v2(0x21, 0x11, V4), { address: "198.51.100.2", port: 54321 }],
  ["v2 TCP over IPv6", v2(0x21, 0x21, V6), { address: "2001:db8::1", port: 54321 }],
  ["v2 mapped IPv4", v2(0x21, 0x21, MAPPED), { address: "198.51.100.2", port: 54321 }],
  ["v2 LOCAL", v2(0x20, 0x00, Buffer.alloc(0)), null],
  ["v2 UNIX", v2(0x21, 0x31, Buffer.alloc(216)), null],
];

for (const [name, header, source] of GOOD) {
  test(`${name} is read whole, whatever follows, and waited for when cut`, () => {
    const wire = Buffer.concat([header, Buffer.from("EHLO x\r\n")]);
    assert.deepEqual(parseProxyHeader(wire), { length: header.length, source });
    for (let cut = 0; cut < header.length; cut++)
      assert.equal(parseProxyHeader(header.subarray(0, cut)), null, `cut at ${cut}`);
  });
}

test("what is no header is refused at once", () => {
  for (const bad of [
    "EHLO x\r\n",
    "PROXY\r\n",
    "PROXY TCP4 198.51.100.2 203.0.113.7 54321\r\n",
    "PROXY TCP4 198.51.100.2 203.0.113.7 54321 25 1\r\n",
    "PROXY TCP4 ::1 ::1 1 2\r\n",
    "PROXY TCP6 198.51.100.2 203.0.113.7 1 2\r\n",
    "PROXY TCP4 198.51.100.256 203.0.113.7 1 2\r\n",
    "PROXY TCP4 198.51.100.2 203.0.113.7 65536 2\r\n",
    "PROXY UDP4 198.51.100.2 203.0.113.7 1 2\r\n",
    `PROXY ${"x".repeat(200)}`,
  ])
    assert.throws(() => parseProxyHeader(Buffer.from(bad)), ProxyHeaderError, bad);
  for (const bad of [
    v2(0x11, 0x11, V4),
    v2(0x22, 0x11, V4),
    v2(0x21, 0x11, V4.subarray(0, 11)),
    v2(0x21, 0x21, V4),
    v2(0x21, 0x11, Buffer.alloc(10_000)),
  ])
    assert.throws(() => parseProxyHeader(bad), ProxyHeaderError);
});

test("random bytes are answered or refused, never thrown about", () => {
  for (let round = 0; round < FUZZ; round++) {
    const [, header = Buffer.alloc(0)] = GOOD[randomInt(GOOD.length)] ?? [];
    const bytes = Buffer.concat([
      header.subarray(0, randomInt(header.length)),
      randomBytes(randomInt(64)),
    ]);
    try {
      parseProxyHeader(bytes);
    } catch (error) {
      assert.ok(error instanceof ProxyHeaderError, bytes.toString("hex"));
    }
  }
});
