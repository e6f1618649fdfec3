/** Binds a server to the first port of a choice that is free; says which. */
import type { Server } from "node:net";

export interface ListenerFacts {
  readonly protocol: "http" | "https";
  readonly address: string;
  readonly port: number;
  readonly tls: "implicit" | "none";
}

/** What another port may cure: taken, or not ours to bind. */
const TRY_NEXT = new Set(["EADDRINUSE", "EACCES"]);

export async function listen(
  server: Server,
  ports: readonly number[],
  host: string | null,
): Promise<{ address: string; port: number }> {
  for (const [index, port] of ports.entries()) {
    try {
      await bind(server, port, host);
      break;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (!TRY_NEXT.has(code) || index === ports.length - 1) throw error;
    }
  }
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("not bound to a port");
  return { address: bound.address, port: bound.port };
}

function bind(server: Server, port: number, host: string | null): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host !== null && { host }) }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
