/** A port of loopback that nobody has just now, for those who must know it before they listen. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // of TCP: never a string
  server.close();
  await once(server, "close");
  return port;
}
