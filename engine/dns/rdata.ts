/**
 * RDATA of the types we ask for, as the values of lib/mail/ports.ts. RFC 1035 §3.3, 3596 (AAAA),
 * 2782 (SRV), 6698 (TLSA), 8659 (CAA), 4034 (DS). A record with bytes missing or left over is refused.
 */
import { SocketAddress } from "node:net";
import type { RecordType, RecordValue } from "../../lib/mail/ports.ts";
import { BadMessage, type RdataReader } from "./wire.ts";

/** IANA numbers. */
export const TYPE_NUMBERS: { readonly [K in RecordType]: number } = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DS: 43,
  TLSA: 52,
  CAA: 257,
};

type Decode<T extends RecordType> = (data: RdataReader) => RecordValue[T];

const DECODERS: { readonly [K in RecordType]: Decode<K> } = {
  A: (data) => [...data.bytes(4)].join("."),
  AAAA: (data) => ipv6Text(data.bytes(16)),
  NS: (data) => data.name(),
  CNAME: (data) => data.name(),
  PTR: (data) => data.name(),
  MX: (data) => ({ preference: data.u16(), exchange: data.name() }),
  SRV: (data) => ({
    priority: data.u16(),
    weight: data.u16(),
    port: data.u16(),
    target: data.name(),
  }),
  TXT: (data) => {
    const chunks: Buffer[] = [];
    do chunks.push(data.string());
    while (data.left > 0);
    return Buffer.concat(chunks).toString("utf8");
  },
  SOA: (data) => {
    const [mname, rname, serial] = [data.name(), data.name(), data.u32()];
    data.bytes(12); // refresh, retry, expire: between name servers
    return { mname, rname, serial, minimum: data.u32() };
  },
  TLSA: (data) => ({
    usage: data.u8(),
    selector: data.u8(),
    matchingType: data.u8(),
    data: Buffer.from(data.bytes(data.left)),
  }),
  CAA: (data) => ({
    flags: data.u8(),
    tag: data.string().toString("latin1").toLowerCase(),
    value: data.bytes(data.left).toString("utf8"),
  }),
  DS: (data) => ({
    keyTag: data.u16(),
    algorithm: data.u8(),
    digestType: data.u8(),
    digest: Buffer.from(data.bytes(data.left)),
  }),
};

/** Throws BadMessage. */
export function readRdata<T extends RecordType>(type: T, data: RdataReader): RecordValue[T] {
  const value = DECODERS[type](data);
  if (data.left !== 0) throw new BadMessage(`bytes left over in ${type}`);
  return value;
}

/** RFC 5952. */
function ipv6Text(bytes: Buffer): string {
  const groups = bytes.toString("hex").match(/.{4}/g) ?? [];
  return new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address;
}
