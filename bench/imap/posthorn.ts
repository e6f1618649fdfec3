/** Our engine as a process of its own, on an embedded PostgreSQL with durable settings. */
import { startEngineProcess } from "../../tests/support/engine-process.ts";
import { installed, type Installation } from "../../tests/support/installation.ts";
import type { Login } from "./client.ts";
import { familyOf } from "./memory.ts";
import type { Server } from "./server.ts";

export interface OwnServer extends Server {
  readonly place: Installation;
  readonly engine: number;
}

export async function startPosthorn({ user }: Login): Promise<OwnServer> {
  const place = await installed({ mailboxes: [user] });
  await place.pool.query("UPDATE mailbox SET quota_bytes = 1e12");
  const engine = await startEngineProcess(place.env);
  return {
    name: "Posthorn",
    imap: engine.port("imap"),
    imaps: engine.port("imaps"),
    place,
    engine: engine.pid,
    processes: () => [...familyOf(engine.pid), ...familyOf(place.cluster.cluster.pid)],
    log: engine.log,
    async stop() {
      await engine.stop();
      await place.remove();
    },
  };
}
