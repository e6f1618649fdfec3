/** One key for all processes, which outlives its certificates, and is replaced only on purpose. */
import assert from "node:assert/strict";
import { createPublicKey, X509Certificate } from "node:crypto";
import { after, beforeEach, test } from "node:test";
import { storageFixture } from "../../tests/support/storage.ts";
import { generateHostKey, spkiOf, type HostKeyChoice } from "../mail/host-key.ts";
import { selfSigned } from "../mail/self-signed.ts";
import { addCertificate, ensureSelfSigned, loadCertificates } from "./certificates.ts";
import { currentHostKey, hostKeyToCertify, nextHostKey, promoteWith } from "./host-keys.ts";
import { createHostKey } from "./host-key-list.ts";
import { SecretBox } from "./secret-box.ts";
import { inTransaction } from "./sql.ts";

const fixture = await storageFixture();
const { pool, prisma } = fixture;
after(() => fixture.close());
beforeEach(() =>
  pool.query("DELETE FROM certificate").then(() => pool.query("DELETE FROM host_key")),
);

const secrets = new SecretBox(Buffer.alloc(32, 1));
const other = new SecretBox(Buffer.alloc(32, 2));
const HOST = "mx.own.example";

const shownKey = async (name = HOST) => {
  const [first] = (await loadCertificates(pool, secrets)).filter(({ names }) =>
    names.includes(name),
  );
  assert.ok(first, "a certificate is shown");
  return spkiOf(new X509Certificate(first.certPem).publicKey);
};

test("processes that start at once agree on one key", async () => {
  const keys = await Promise.all(Array.from({ length: 6 }, () => currentHostKey(pool, secrets)));
  assert.equal(new Set(keys.map(({ id }) => id)).size, 1);
  assert.equal(keys[0]?.algorithm, "ecdsa-p256");
  assert.deepEqual(spkiOf(createPublicKey(keys[0]?.privateKeyPem ?? "")), keys[0]?.spki);
});

test("the private half does not lie in the database, and opens in no other row", async () => {
  const key = await currentHostKey(pool, secrets);
  const { rows } = await pool.query<{ private_key: Buffer }>("SELECT private_key FROM host_key");
  const sealed = rows[0]?.private_key ?? Buffer.alloc(0);
  assert.throws(() => secrets.open(sealed, "host-key:another"));
  assert.doesNotThrow(() => secrets.open(sealed, `host-key:${key.id}`));
  assert.throws(() => other.open(sealed, `host-key:${key.id}`));
});

test("a renewal and a new host name keep the key", async () => {
  assert.equal(await ensureSelfSigned(pool, secrets, HOST), true);
  assert.equal(await ensureSelfSigned(pool, secrets, HOST), false);
  const { spki } = await currentHostKey(pool, secrets);
  assert.deepEqual(await shownKey(), spki);
  await pool.query("UPDATE certificate SET not_after = now() + interval '29 days'");
  assert.equal(await ensureSelfSigned(pool, secrets, HOST), true, "it is renewed");
  assert.deepEqual(await shownKey(), spki);
  await ensureSelfSigned(pool, secrets, "new.own.example");
  assert.deepEqual(await shownKey("new.own.example"), spki);
});

test("an upgrade takes over the key that is shown, once", async () => {
  const old = await selfSigned([HOST]);
  await addCertificate(pool, secrets, { certificate: old, source: "self-signed" });
  const made = await Promise.all([1, 2, 3].map(() => ensureSelfSigned(pool, secrets, HOST)));
  assert.deepEqual(made, [false, false, false], "nothing new is shown");
  const spki = spkiOf(new X509Certificate(old.certPem).publicKey);
  assert.deepEqual((await currentHostKey(pool, secrets)).spki, spki);
  const { rows } = await pool.query("SELECT 1 FROM certificate WHERE host_key_id IS NOT NULL");
  assert.equal(rows.length, 1);
});

test("a certificate that cannot be opened, or is somebody else's, is no upgrade", async () => {
  const lost = await selfSigned([HOST]);
  await addCertificate(pool, other, { certificate: lost, source: "self-signed" });
  await addCertificate(pool, secrets, {
    certificate: await selfSigned([HOST]),
    source: "uploaded",
  });
  const { spki } = await currentHostKey(pool, secrets);
  const { rows } = await pool.query<{ chain_pem: string }>("SELECT chain_pem FROM certificate");
  for (const { chain_pem } of rows)
    assert.notDeepEqual(spkiOf(new X509Certificate(chain_pem).publicKey), spki);
});

test("with another secret the server starts, with a key of its own, and leaves the key alone", async () => {
  const { id } = await currentHostKey(pool, secrets);
  await assert.rejects(currentHostKey(pool, other), /sealed with another key/);
  assert.equal(await ensureSelfSigned(pool, other, HOST), true);
  assert.equal(await ensureSelfSigned(pool, other, HOST), false);
  assert.equal((await currentHostKey(pool, secrets)).id, id);
});

test("the next key certifies once it is ready, and takes over with its certificate", async () => {
  await ensureSelfSigned(pool, secrets, HOST);
  const current = await currentHostKey(pool, secrets);
  const id = await prepare("rsa-2048");
  await assert.rejects(prepare("ecdsa-p256"), "one at a time");
  assert.equal((await hostKeyToCertify(pool, secrets)).id, current.id, "it is not ready");
  assert.equal(await take(id), false, "nor may it take over");
  assert.deepEqual(await shownKey(), current.spki);

  await pool.query("UPDATE host_key SET ready_at = now() WHERE state = 'next'");
  assert.equal((await hostKeyToCertify(pool, secrets)).id, id);
  assert.equal(await take(id), true);
  const now = await currentHostKey(pool, secrets);
  assert.deepEqual([now.id, now.algorithm], [id, "rsa-2048"]);
  assert.deepEqual(await shownKey(), now.spki, "nothing with the old key is left to show");
  assert.equal(await nextHostKey(pool, secrets), null);
  assert.equal(await take(current.id), false, "a certificate of the retired key comes too late");
  assert.equal(await take(id), true, "a renewal changes nothing");
});

async function prepare(choice: HostKeyChoice): Promise<string> {
  return createHostKey(prisma, secrets, { pair: await generateHostKey(choice), state: "next" });
}

/** As the authority's answer is stored: with the certificate, or not at all. */
async function take(id: string): Promise<boolean> {
  const key = [await nextHostKey(pool, secrets), await currentHostKey(pool, secrets)].find(
    (one) => one?.id === id,
  );
  const keyPem = key?.privateKeyPem;
  const certificate = await selfSigned([HOST], keyPem === undefined ? {} : { keyPem });
  return inTransaction(pool, async (tx) => {
    await addCertificate(tx, secrets, { certificate, source: "acme", hostKeyId: id });
    if (await promoteWith(tx, { hostKeyId: id })) return true;
    throw new Error("undone");
  }).catch(() => false);
}

test("a self-signed certificate is made with any kind of key that a host may have", async () => {
  for (const choice of ["ecdsa-p256", "rsa-2048"] as const) {
    const pair = await generateHostKey(choice);
    await pool.query("DELETE FROM host_key");
    await createHostKey(prisma, secrets, { pair, state: "next" });
    const key = await nextHostKey(pool, secrets);
    const { certPem } = await selfSigned([HOST], { keyPem: key?.privateKeyPem ?? "" });
    const certificate = new X509Certificate(certPem);
    assert.deepEqual(spkiOf(certificate.publicKey), pair.spki);
    assert.ok(certificate.verify(certificate.publicKey), "signed with the key that it names");
  }
});
