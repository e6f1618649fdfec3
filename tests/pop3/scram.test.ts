import assert from "node:assert/strict";
import { after, test } from "node:test";
import { connect } from "node:tls";
import { createInterface } from "node:readline";
import { PASSWORD } from "../support/engine.ts";
import { scramClient } from "../support/scram-client.ts";
import { pop3World } from "./world.ts";

const world = await pop3World({ allowPlaintextAuthOnLoopback: false });
after(() => world.stop());

/** Signs in by SCRAM-SHA-256-PLUS bound to this very TLS session; answers the server's last line. */
async function signIn(password: string): Promise<string> {
  const name = await world.mailbox([]);
  const socket = connect({ port: world.ports.pop3s, host: "127.0.0.1", rejectUnauthorized: false });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  assert.match(await next(), /^\+OK/);
  const binding = socket.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0));
  const client = scramClient({ name, password, gs2: "p=tls-exporter,,", binding });
  socket.write(`AUTH SCRAM-SHA-256-PLUS ${client.first}\r\n`);
  let line = await next();
  for (; line.startsWith("+ "); line = await next())
    socket.write(`${client.answer(line.slice(2))}\r\n`);
  socket.destroy();
  return line;
}

test("AUTH SCRAM-SHA-256-PLUS with the initial response, over the wire", async () => {
  assert.match(await signIn(PASSWORD), /^\+OK Welcome/);
});

test("AUTH SCRAM-SHA-256-PLUS with the wrong password", async () => {
  assert.equal(await signIn("wrong"), "-ERR [AUTH] Authentication failed");
});
