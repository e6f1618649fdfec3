/** A certificate that comes into use has the ports of the server looked at, once they show it. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { connect } from "node:tls";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { addCertificate, CERTIFICATE_CHANNEL } from "../../lib/storage/certificates.ts";
import { startTestEngine } from "../support/engine.ts";
import { until } from "../support/until.ts";

const HOST = "mx.posthorn.test";
const engine = await startTestEngine({ settings: { mailHostname: HOST } });
after(() => engine.stop());
const { pool, secrets } = engine.engine.storage;

/** When the server's watch was asked to look; the watch itself is not running here. */
async function asked(): Promise<Date | null> {
  const { rows } = await pool.query("select asked_at from dns_watch where domain_id is null");
  return rows[0]?.asked_at ?? null;
}

async function bring(name: string): Promise<void> {
  await addCertificate(pool, secrets, {
    certificate: await selfSigned([name]),
    source: "uploaded",
  });
  await pool.query(`select pg_notify('${CERTIFICATE_CHANNEL}', '- new')`);
}

test("another certificate of the host: its ports are looked at anew", async () => {
  assert.equal(await asked(), null);
  await bring(HOST);
  await until(async () => (await asked()) !== null, "a look is asked for");
});

test("one of a domain's names is no news of the server's ports", async () => {
  const before = await asked();
  const name = "mta-sts.ours.example";
  await bring(name);
  await until(async () => (await shownFor(name)).includes(name), "it is in use");
  assert.deepEqual(await asked(), before);
});

/** The names of the certificate that IMAPS shows to who asks for this one. */
function shownFor(servername: string): Promise<string> {
  const options = { port: engine.ports.imaps, servername, rejectUnauthorized: false };
  const socket = connect({ host: "127.0.0.1", ...options });
  return new Promise((resolve, reject) => {
    socket.once("error", reject).once("secureConnect", () => {
      resolve(socket.getPeerX509Certificate()?.subjectAltName ?? "");
      socket.destroy();
    });
  });
}
