/**
 * PROXY protocol, versions 1 and 2 (HAProxy, proxy-protocol.txt, 2020-03-05): who really connects when
 * a load balancer stands in front. Read only from peers set as trusted; the header is then mandatory.
 *
 * Pure: bytes in, header or "more" out. Refused: anything malformed (the caller cuts the connection).
 * TLVs of version 2 are passed over.
 */
import { isIP } from "node:net";
import { canonicalIp } from "./ip.ts";
import { ConnectionClosed } from "./types.ts";

/** Section 2.1: the longest line of version 1, its CRLF included. */
const V1_MAX = 107;
const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const V2_FIXED = 16;
/** Addresses are at most 216 bytes, the rest is TLVs; nobody needs more. */
const V2_MAX = 4096;

export interface ProxyHeader {
  /** Bytes it took. */
  readonly length: number;
  /** Null: the proxy speaks for itself (LOCAL, UNKNOWN), the socket's address counts. */
  readonly source: { readonly address: string; readonly port: number } | null;
}

export class ProxyHeaderError extends ConnectionClosed {}

/** Null: more bytes are needed. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader | null {
  const compared = Math.min(bytes.length, SIGNATURE.length);
  if (bytes.subarray(0, compared).equals(SIGNATURE.subarray(0, compared))) return parseV2(bytes);
  return parseV1(bytes);
}

function parseV1(bytes: Buffer): ProxyHeader | null {
  const text = bytes.subarray(0, V1_MAX).toString("latin1");
  const end = text.indexOf("\r\n");
  if (!text.startsWith("PROXY ".slice(0, text.length))) throw new ProxyHeaderError("No header");
  if (end < 0 && bytes.length < V1_MAX) return null;
  if (end < 0) throw new ProxyHeaderError("Version 1 header too long");
  const [, family, address = "", , port = "", ...rest] = text.slice(0, end).split(" ");
  const length = end + 2;
  if (family === "UNKNOWN") return { length, source: null };
  const version = family === "TCP4" ? 4 : family === "TCP6" ? 6 : -1;
  // ["PROXY", family, source, destination, source port, destination port]
  if (isIP(address) !== version || rest.length !== 1 || !isPort(port))
    throw new ProxyHeaderError("Malformed version 1 header");
  return { length, source: { address: canonicalIp(address), port: Number(port) } };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

/** Section 2.2: signature, version and command, family and transport, length, addresses. */
function parseV2(bytes: Buffer): ProxyHeader | null {
  if (bytes.length < V2_FIXED) return null;
  const command = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const length = V2_FIXED + bytes.readUInt16BE(14);
  if (command !== 0x20 && command !== 0x21)
    throw new ProxyHeaderError("Unknown version or command");
  if (length > V2_MAX) throw new ProxyHeaderError("Version 2 header too long");
  if (bytes.length < length) return null;
  if (command === 0x20) return { length, source: null };
  return { length, source: sourceOf(family, bytes.subarray(V2_FIXED, length)) };
}

function sourceOf(family: number, addresses: Buffer): ProxyHeader["source"] {
  const size = family === 0x11 ? 4 : family === 0x21 ? 16 : 0;
  if (size === 0) return null; // UNSPEC, UDP, UNIX: section 2.2 says use the socket's
  if (addresses.length < 2 * size + 4) throw new ProxyHeaderError("Addresses cut short");
  const port = addresses.readUInt16BE(2 * size);
  return { address: ipText(addresses.subarray(0, size)), port };
}

function ipText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  // URL writes IPv6 as RFC 5952 wants it.
  const canonical = new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
  const mapped = bytes.subarray(0, 12).equals(MAPPED) ? bytes.subarray(12).join(".") : null;
  return mapped ?? canonical;
}

const MAPPED = Buffer.from("00000000000000000000ffff", "hex");
