/** Our engine as a process of its own, on an embedded PostgreSQL with durable settings. */
import { startEngineProcess } from "../../tests/support/engine-process.ts";
import { installed, type Installation } from "../../tests/support/installation.ts";
import type { Login } from "./client.ts";
import { INSPECTABLE, Inspector } from "./inspector.ts";
import { familyOf } from "./memory.ts";
import type { Server } from "./server.ts";

/** V8 gives pages back a while after it has emptied them. */
const GIVEN_BACK_MS = 3_000;

export interface OwnServer extends Server {
  readonly place: Installation;
  readonly engine: number;
}

export async function startPosthorn({ user }: Login): Promise<OwnServer> {
  const place = await installed({ mailboxes: [user] });
  await place.pool.query("UPDATE mailbox SET quota_bytes = 1e12");
  const engine = await startEngineProcess({ ...place.env, ...INSPECTABLE });
  return {
    name: "Posthorn",
    imap: engine.port("imap"),
    imaps: engine.port("imaps"),
    place,
    engine: engine.pid,
    processes: () => [...familyOf(engine.pid), ...familyOf(place.cluster.cluster.pid)],
    async settle() {
      const inspector = await Inspector.of(engine);
      await inspector.collectGarbage();
      await new Promise((done) => setTimeout(done, GIVEN_BACK_MS));
      inspector.close();
    },
    log: engine.log,
    async stop() {
      await engine.stop();
      await place.remove();
    },
  };
}
