/** What sits at a server's address when the server itself is off: silence, SERVFAIL or REFUSED, never more. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";

const RCODES = { servfail: 2, refused: 5, silent: null } as const;
export type StandInMood = keyof typeof RCODES;

export interface StandIn {
  stop(): Promise<void>;
}

export async function startStandIn(
  { address, port }: { address: string; port: number },
  mood: StandInMood,
): Promise<StandIn> {
  const udp = createSocket("udp4");
  udp.on("error", () => {});
  udp.on("message", (packet, peer) => {
    const answer = refusal(packet, RCODES[mood]);
    if (answer) udp.send(answer, peer.port, peer.address);
  });
  const open = new Set<Socket>();
  const tcp = createServer((socket) => {
    open.add(socket.on("error", () => {}).on("close", () => open.delete(socket)));
    socket.on("data", (chunk) => {
      const answer = refusal(chunk.subarray(2), RCODES[mood]);
      if (answer) socket.end(Buffer.concat([Buffer.from([0, answer.length]), answer]));
    });
  });
  udp.bind(port, address);
  tcp.listen(port, address);
  await Promise.all([once(udp, "listening"), once(tcp, "listening")]);
  return {
    async stop() {
      udp.close();
      tcp.close();
      for (const socket of open) socket.destroy();
      await once(tcp, "close");
    },
  };
}

/** Header and question of the query come back; everything after them is left out. */
function refusal(query: Buffer, rcode: number | null): Buffer | null {
  if (rcode === null || query.length < 17) return null;
  const end = query.indexOf(0, 12) + 5;
  const answer = Buffer.from(query.subarray(0, end));
  answer.writeUInt16BE(0x8000 | (query.readUInt16BE(2) & 0x0100) | rcode, 2);
  answer.writeUInt16BE(0, 6);
  answer.writeUInt32BE(0, 8);
  return answer;
}
