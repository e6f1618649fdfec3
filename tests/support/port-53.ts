/**
 * A resolver of the lab at port 53, the only one that libc asks: packets are passed on as they are. Wants
 * root, and an address in 127.0.0.0/8 at which nobody else has that port.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";

const PORT = 53;

/** `resolver`: "127.1.2.53:5300", reachable as "127.1.2.53" from now on. */
export async function atPort53(resolver: string): Promise<{ stop(): void }> {
  const [address = "", port = ""] = resolver.split(":");
  const open = new Set<{ close(): void }>();
  const udp = createSocket("udp4");
  udp.on("message", (question, from) => {
    const out = createSocket("udp4");
    const pending = {
      close() {
        open.delete(pending);
        out.close();
      },
    };
    open.add(pending);
    out.once("message", (answer) => {
      udp.send(answer, from.port, from.address);
      pending.close();
    });
    out.send(question, Number(port), address);
  });
  const tcp = createServer((client) => {
    const server = connect(Number(port), address);
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on("error", () => socket.destroy());
  });
  udp.bind(PORT, address);
  tcp.listen(PORT, address);
  await Promise.all([once(udp, "listening"), once(tcp, "listening")]);
  return {
    stop() {
      for (const one of open) one.close();
      udp.close();
      tcp.close();
    },
  };
}
