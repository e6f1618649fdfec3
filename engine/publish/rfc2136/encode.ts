/**
 * Writing DNS messages for updates: names and RDATA of RFC 1035 §3, update sections of RFC 2136 §2.
 * No compression: prerequisites and signatures want plain octets, and our messages are small.
 *
 * In: names and values as lib/mail/dns/record-sets.ts spells them. A name or value that cannot be written
 * is a RangeError: a mistake of ours, for whatever comes from people was checked before.
 */
import { isIPv4, isIPv6 } from "node:net";
import type { SetType } from "../../../lib/mail/dns/record-sets.ts";
import { TYPE_NUMBERS } from "../../dns/rdata.ts";

export const CLASS = { IN: 1, NONE: 254, ANY: 255 } as const;
const OPCODE_UPDATE = 5;
/** RFC 1035 §2.3.4. */
const MAX_LABEL = 63;
const MAX_NAME = 255;
/** RFC 1035 §3.3: one length octet. */
const MAX_STRING = 255;

/** "a\.b.example" has the label "a.b" (§5.1); "." and "" are the root. */
export function encodeName(name: string): Buffer {
  const labels = name === "." || name === "" ? [] : splitLabels(name);
  const parts = labels.map((label) => {
    if (label.length === 0 || label.length > MAX_LABEL) throw new RangeError(`label in ${name}`);
    return Buffer.concat([Buffer.of(label.length), label]);
  });
  const encoded = Buffer.concat([...parts, Buffer.of(0)]);
  if (encoded.length > MAX_NAME) throw new RangeError(`name too long: ${name}`);
  return encoded;
}

function splitLabels(name: string): Buffer[] {
  const labels: number[][] = [[]];
  const text = name.replace(/(?<!\\)\.$/, "");
  for (const [, escaped, octet, dot, char] of text.matchAll(
    /\\(\d{3})|\\(.)|(\.)|([\x00-\x7f])|[^]/gs,
  )) {
    if (dot !== undefined) labels.push([]);
    else if (escaped !== undefined) labels.at(-1)?.push(Number(escaped) & 0xff);
    else {
      const code = (octet ?? char)?.charCodeAt(0);
      if (code === undefined || code > 0x7f) throw new RangeError(`not ASCII: ${name}`);
      labels.at(-1)?.push(code);
    }
  }
  return labels.map((octets) => Buffer.from(octets));
}

/** RDATA of one value. */
export function encodeRdata(type: SetType, value: string): Buffer {
  const words = value.split(" ");
  switch (type) {
    case "A":
      if (!isIPv4(value)) throw new RangeError(`not an IPv4 address: ${value}`);
      return Buffer.from(value.split(".").map(Number));
    case "AAAA":
      return ipv6Octets(value);
    case "CNAME":
    case "PTR":
      return encodeName(value);
    case "MX":
      return Buffer.concat([u16s(words.slice(0, -1), 1), encodeName(words.at(-1) ?? "")]);
    case "SRV":
      return Buffer.concat([u16s(words.slice(0, -1), 3), encodeName(words.at(-1) ?? "")]);
    case "TXT":
      return encodeStrings(Buffer.from(value));
    case "TLSA":
      return Buffer.concat([octets(words.slice(0, 3), 3), hexOctets(words[3] ?? "")]);
    case "CAA": {
      const [, flags = "", tag = "", text = ""] = /^(\d+) ([a-z0-9]+) "(.*)"$/s.exec(value) ?? [];
      if (tag === "") throw new RangeError(`not a CAA value: ${value}`);
      return Buffer.concat([octets([flags], 1), string(Buffer.from(tag)), Buffer.from(text)]);
    }
  }
}

function u16s(words: readonly string[], count: number): Buffer {
  const out = Buffer.alloc(count * 2);
  if (words.length !== count) throw new RangeError(`${count} numbers wanted`);
  words.forEach((word, at) => out.writeUInt16BE(wholeNumber(word, 0xffff), at * 2));
  return out;
}

function octets(words: readonly string[], count: number): Buffer {
  if (words.length !== count) throw new RangeError(`${count} numbers wanted`);
  return Buffer.from(words.map((word) => wholeNumber(word, 0xff)));
}

function wholeNumber(word: string, max: number): number {
  const value = /^\d+$/.test(word) ? Number(word) : NaN;
  if (!(value <= max)) throw new RangeError(`not a number up to ${max}: ${word}`);
  return value;
}

function hexOctets(text: string): Buffer {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) throw new RangeError("not hexadecimal");
  return Buffer.from(text, "hex");
}

/** The URL parser writes any form (also ::ffff:192.0.2.1) as hexadecimal groups. */
function ipv6Octets(value: string): Buffer {
  if (!isIPv6(value) || value.includes("%")) throw new RangeError(`not an IPv6 address: ${value}`);
  const [head = "", tail] = new URL(`http://[${value}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => text.split(":").filter((group) => group !== "");
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const all = tail === undefined ? before : [...before, ...zeros, ...after];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

function encodeStrings(text: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at === 0 || at < text.length; at += MAX_STRING) {
    parts.push(string(text.subarray(at, at + MAX_STRING)));
  }
  return Buffer.concat(parts);
}

function string(octets: Buffer): Buffer {
  if (octets.length > MAX_STRING) throw new RangeError("character-string too long");
  return Buffer.concat([Buffer.of(octets.length), octets]);
}

/** A resource record of any section. */
export interface WireRecord {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly rdata: Buffer;
}

export function encodeRecord({ name, type, class: klass, ttl, rdata }: WireRecord): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(klass, 2);
  fixed.writeUInt32BE(ttl, 4);
  fixed.writeUInt16BE(rdata.length, 8);
  return Buffer.concat([encodeName(name), fixed, rdata]);
}

function question(name: string, type: number): Buffer {
  const fixed = Buffer.alloc(4);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(CLASS.IN, 2);
  return Buffer.concat([encodeName(name), fixed]);
}

function header(id: number, flags: number, counts: readonly number[]): Buffer {
  const out = Buffer.alloc(12);
  out.writeUInt16BE(id, 0);
  out.writeUInt16BE(flags, 2);
  counts.forEach((count, at) => out.writeUInt16BE(count, 4 + at * 2));
  return out;
}

/** A question to an authoritative server: RD is not set. */
export function encodeQuestion(id: number, name: string, type: keyof typeof TYPE_NUMBERS): Buffer {
  return Buffer.concat([header(id, 0, [1, 0, 0, 0]), question(name, TYPE_NUMBERS[type])]);
}

export interface Update {
  readonly zone: string;
  readonly prerequisites: readonly WireRecord[];
  readonly updates: readonly WireRecord[];
}

/** RFC 2136 §2.2 and §2.3: the zone section is a question for its SOA. */
export function encodeUpdate(id: number, { zone, prerequisites, updates }: Update): Buffer {
  const counts = [1, prerequisites.length, updates.length, 0];
  return Buffer.concat([
    header(id, OPCODE_UPDATE << 11, counts),
    question(zone, TYPE_NUMBERS.SOA),
    ...[...prerequisites, ...updates].map(encodeRecord),
  ]);
}
