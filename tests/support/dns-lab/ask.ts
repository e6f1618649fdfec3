/** The laboratory's own small questions: is it up, which serial, which key; DS of a key (RFC 4034 §5). */
import { createHash, randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { setTimeout as delay } from "node:timers/promises";
import * as dnsPacket from "dns-packet";
import type { RecordValue } from "../../../lib/mail/ports.ts";

const TRY_MS = 250;
const POLL_MS = 15;
const READY_MS = 15_000;
const KSK = 257;

interface Where {
  readonly address: string;
  readonly port: number;
}

/** One question over UDP; null when nothing comes. */
export function askOnce(
  { address, port }: Where,
  name: string,
  type: "SOA" | "DNSKEY",
): Promise<dnsPacket.Packet | null> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const finish = (answer: dnsPacket.Packet | null) => {
      clearTimeout(timer);
      socket.removeAllListeners().on("error", () => {});
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => finish(null), TRY_MS);
    socket.on("error", () => finish(null));
    socket.on("message", (packet) => finish(dnsPacket.decode(packet)));
    const questions = [{ name: name === "." ? "" : name, type, class: "IN" as const }];
    const flags = dnsPacket.RECURSION_DESIRED;
    const query = dnsPacket.encode({ type: "query", id: randomInt(0x10000), flags, questions });
    socket.connect(port, address, () => socket.send(query));
  });
}

/** The serial that a server has of a zone; null when it does not answer for it. */
export async function serialAt(where: Where, zone: string): Promise<number | null> {
  const answer = await askOnce(where, zone, "SOA");
  const soa = answer?.answers?.find((record) => record.type === "SOA");
  return soa?.type === "SOA" ? (soa.data.serial ?? null) : null;
}

/** Waits until `test` says yes; rejects with `what` when it takes too long. */
export async function until(
  what: string,
  test: () => Promise<boolean>,
  ended: Promise<never> = new Promise(() => {}),
): Promise<void> {
  const end = Date.now() + READY_MS;
  while (!(await Promise.race([test(), ended]))) {
    if (Date.now() > end) throw new Error(`too long: ${what}`);
    await delay(POLL_MS);
  }
}

/** Whatever it says: it is there. */
export const isUp = async (where: Where) => (await askOnce(where, "up.test", "SOA")) !== null;

/** DS of a zone's key-signing key, SHA-256. */
export async function dsAt(where: Where, zone: string): Promise<RecordValue["DS"]> {
  let found: RecordValue["DS"] | null = null;
  await until(`a key for ${zone}`, async () => {
    const answer = await askOnce(where, zone, "DNSKEY");
    for (const record of answer?.answers ?? []) {
      if (record.type === "DNSKEY" && record.data.flags === KSK) found = dsOf(zone, record.data);
    }
    return found !== null;
  });
  if (found === null) throw new Error(`no key for ${zone}`);
  return found;
}

function dsOf(zone: string, key: dnsPacket.DnskeyData): RecordValue["DS"] {
  const flags = Buffer.from([key.flags >> 8, key.flags & 0xff, 3, key.algorithm]);
  const rdata = Buffer.concat([flags, key.key]);
  let sum = 0;
  for (const [at, octet] of rdata.entries()) sum += at & 1 ? octet : octet << 8;
  const labels = zone === "." ? [] : zone.split(".");
  const owner = labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  const digest = createHash("sha256").update(Buffer.concat([...owner, Buffer.alloc(1), rdata]));
  return {
    keyTag: (sum + ((sum >> 16) & 0xffff)) & 0xffff,
    algorithm: key.algorithm,
    digestType: 2,
    digest: digest.digest(),
  };
}
