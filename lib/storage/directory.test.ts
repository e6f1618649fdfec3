import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, test } from "node:test";
import { DOMAIN, eventually, storageFixture } from "../../tests/support/storage.ts";
import { newId } from "../mail/ids.ts";
import type { Resolution } from "../mail/ports.ts";
import { dkimContext } from "./directory.ts";

const fixture = await storageFixture();
const { directory, prisma, domainId, secrets } = fixture;
after(() => fixture.close());

const domain = { id: domainId, name: DOMAIN, mode: "full" } as const;
const ann = await fixture.mailbox("ann");
const bob = await fixture.mailbox("bob");
const alias = (localPart: string, ...targets: string[]) =>
  prisma.alias.create({ data: { domainId, localPart, targets } });

/** "ann@example.test x@far.test": whom it reaches, in one line. */
async function reach(local: string): Promise<string | null> {
  const found: Resolution | null = await directory.resolve(domain, local);
  if (found === null) return null;
  const elsewhere = found.forwards.map((address) => `${address.local}@${address.domain}`);
  return [...found.mailboxes.map((mailbox) => mailbox.address), ...elsewhere].join(" ");
}

test("a mailbox is found in any case and with any tag", async () => {
  assert.equal(await reach("Ann"), "ann@example.test");
  assert.equal(await reach("ann+lists"), "ann@example.test");
  assert.equal(await reach("nobody"), null);
  assert.equal((await directory.findAccount("ANN+x@Example.TEST"))?.mailboxId, ann);
  for (const address of ["nobody@example.test", "ann@far.test", "ann", "@", "ann@"]) {
    assert.equal(await directory.findAccount(address), null, address);
  }
});

test("aliases, groups, forwards, loops and the catch-all", async () => {
  await alias("info", "ann@example.test");
  await alias("team", "info@example.test", "bob@example.test", "x@far.test", "team@example.test");
  await alias("loop", "loop2@example.test");
  await alias("loop2", "loop@example.test");
  await alias("dead", "nobody@example.test");
  assert.equal(await reach("INFO+tag"), "ann@example.test");
  assert.equal(await reach("team"), "bob@example.test ann@example.test x@far.test");
  assert.equal(await reach("loop"), null);
  assert.equal(await reach("dead"), null);
  await alias("ann+special", "bob@example.test");
  assert.equal(await reach("ann+special"), "bob@example.test", "the exact name counts first");
  await alias("*", "bob@example.test");
  assert.equal(await reach("anything"), "bob@example.test");
  assert.equal(await reach("ann"), "ann@example.test");
  await prisma.alias.updateMany({ where: { localPart: "*" }, data: { disabledAt: new Date() } });
  assert.equal(await reach("anything"), null);
});

test("a chain deeper than ten, or a group of thousands, is refused whole: nobody is left out", async () => {
  for (let n = 0; n < 12; n++) await alias(`deep${n}`, `deep${n + 1}@example.test`);
  await alias("deep12", "ann@example.test");
  const limit = { name: "MailError", kind: "limit" };
  await assert.rejects(reach("deep0"), limit);
  assert.equal(await reach("deep4"), "ann@example.test");
  const crowd = Array.from({ length: 1_500 }, (_, n) => `u${n}@far.test`);
  await alias("half", ...crowd);
  await alias("rest", ...crowd.map((address) => `more-${address}`));
  await alias("all", "half@example.test", "rest@example.test", "ann@example.test");
  assert.equal((await directory.resolve(domain, "half"))?.forwards.length, 1_500);
  await assert.rejects(reach("all"), limit);
});

test("who may write as which address", async () => {
  const owns = (id: string, local: string, at = DOMAIN) =>
    directory.ownsAddress(id, { local, domain: at });
  assert.equal(await owns(ann, "ann"), true);
  assert.equal(await owns(ann, "Ann+x"), true);
  assert.equal(await owns(ann, "info"), true);
  assert.equal(await owns(ann, "team"), false, "a group is nobody's own");
  assert.equal(await owns(bob, "ann"), false);
  assert.equal(await owns(ann, "ann", "far.test"), false);
});

test("suspended mailboxes are found and say so; a domain switched off is not ours", async () => {
  await prisma.mailbox.update({ where: { id: bob }, data: { suspendedAt: new Date() } });
  assert.equal((await directory.findAccount("bob@example.test"))?.suspended, true);
  assert.equal((await directory.resolve(domain, "bob"))?.mailboxes[0]?.suspended, true);
  await prisma.domain.update({ where: { id: domainId }, data: { disabledAt: new Date() } });
  await eventually(async () => (await directory.findDomain(DOMAIN)) === null, "it is not ours");
  assert.equal(await reach("ann"), null);
  assert.equal((await directory.findAccount("ann@example.test"))?.suspended, true);
  await prisma.domain.update({ where: { id: domainId }, data: { disabledAt: null } });
  await eventually(async () => (await directory.findDomain(DOMAIN)) !== null, "it is ours again");
});

test("a new domain is known in every process within a second", async () => {
  const other = await fixture.another();
  assert.equal(await other.directory.findDomain("new.test"), null);
  await prisma.domain.create({ data: { name: "new.test", mtaStsId: "1" } });
  const start = performance.now();
  while ((await other.directory.findDomain("New.test")) === null) {
    assert.ok(performance.now() - start < 1_500);
    await new Promise((done) => setTimeout(done, 5));
  }
});

test("keys that sign come as PEM, opened with the installation's secret", async () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const sealed = (id: string) =>
    new Uint8Array(
      secrets.seal(privateKey.export({ format: "der", type: "pkcs8" }), dkimContext(id)),
    );
  const key = (selector: string, state: "signing" | "retiring") => {
    const id = newId();
    const common = { algorithm: "ed25519_sha256", publicKey: "", domainId } as const;
    return { id, selector, state, privateKey: sealed(id), ...common };
  };
  await prisma.dkimKey.createMany({ data: [key("now", "signing"), key("old", "retiring")] });
  const signers = await fixture.another().then((other) => other.directory.dkimSigners(DOMAIN));
  assert.deepEqual(
    signers.map((s) => [s.selector, s.algorithm]),
    [["now", "ed25519-sha256"]],
  );
  assert.equal(signers[0]?.privateKey, privateKey.export({ format: "pem", type: "pkcs8" }));
  assert.deepEqual(await directory.dkimSigners("far.test"), []);
});

test("sign-ins are noted by the time the directory is closed, and never set back", async () => {
  const other = await fixture.another();
  const seen = { mailboxId: ann, protocol: "imap", remoteAddress: "192.0.2.1" };
  other.directory.noteSignIn({ ...seen, at: new Date("2030-01-02") });
  await other.close();
  const late = await fixture.another();
  late.directory.noteSignIn({ ...seen, at: new Date("2030-01-01") });
  await late.close();
  const row = await prisma.mailbox.findUniqueOrThrow({ where: { id: ann } });
  assert.deepEqual(row.lastSignInAt, new Date("2030-01-02"));
});

test("secrets are not in what the client selects unasked", async () => {
  const row = await prisma.mailbox.findUniqueOrThrow({ where: { id: ann } });
  assert.ok(!("passwordHash" in row) && !("scramSha256" in row));
  const key = await prisma.dkimKey.findFirstOrThrow();
  assert.ok(!("privateKey" in key));
});
