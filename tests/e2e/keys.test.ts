/** The signing keys of a domain in a browser: what is said in each state, what is refused, how it fits. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { dkimText } from "../../lib/mail/dkim-keys.ts";
import { en } from "../../lib/i18n/en.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { addKeys, getSigningKeys, revokeKey } from "../../lib/service/dkim-keys.ts";
import { hashPassword } from "../../lib/mail/password.ts";
import { startRotation } from "../../lib/service/dkim-rotation.ts";
import { createUser } from "../../lib/storage/users.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { missingDnsLab, startDnsLab } from "../support/dns-lab.ts";
import { startTestEngine } from "../support/engine.ts";
import { newDomain } from "../support/service.ts";
import { keysAreSeen } from "../support/signing.ts";
import { missingChromium } from "../support/tools.ts";

const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);

suite("signing keys in a browser", { skip: missingChromium() }, () => {
  let desk: TestConsole;
  const at = (domain: string, path = "keys") => `${desk.web.http}/domains/${domain}/${path}`;
  const prisma = () => desk.runtime.service.prisma;
  const keysOf = async (domain: string) =>
    (await getSigningKeys(desk.runtime.service, cliActor, domain))?.keys ?? [];

  before(async () => {
    desk = await startConsole();
    for (const name of ["new.example", "turn.example", "kept.example", "bare.example"])
      await newDomain(desk.runtime, name);
    await keysAreSeen(prisma(), "turn.example");
    await keysAreSeen(prisma(), "kept.example");
    await prisma().dkimKey.updateMany({
      where: { domain: { name: "bare.example" } },
      data: { deletedAt: new Date() },
    });
  });
  after(() => desk?.stop());

  test("a new domain: unsigned is said, and what to publish; a key beside is refused when it is bad", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(at("new.example"));
    await page.getByText("Mail from new.example leaves unsigned").waitFor();
    const [rsa] = await keysOf("new.example");
    assert.ok(rsa);
    const value = `v=DKIM1; k=rsa; p=${rsa.publicKey}`;
    assert.equal(await page.getByText(value, { exact: true }).first().textContent(), value);
    await checkPage(watched, new Set());
    await desk.shot(page, "keys-new-desk");

    const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const pem = short.export({ type: "pkcs8", format: "pem" }).toString();
    await page.fill("[name=selector]:visible", "theirs");
    await page.fill("[name=privateKey]", pem);
    await page.getByRole("button", { name: en["keys.import"] }).click();
    await page.locator("#import-privateKey-error").waitFor();
    assert.equal(
      await page.locator("#import-privateKey-error").textContent(),
      en["error.keys.tooShort"],
    );
    const secret = pem.split("\n")[2]?.slice(0, 24) ?? "";
    assert.equal(secret.length, 24);
    assert.ok(!(await page.content()).includes(secret), "the page does not show the key");
    await page.context().close();
  });

  test(
    "a record that is published turns the open page, without reload",
    { skip: missingDnsLab() },
    async () => {
      const lab = await startDnsLab([{ name: "live.test", text: "@ 60 TXT hello" }]);
      const secretKey = Buffer.from(desk.env["POSTHORN_SECRET_KEY"] ?? "", "base64");
      const settings = { ...lab.settings, secretKey, dnsWatch: true };
      const databaseUrl = desk.env["DATABASE_URL"] ?? "";
      await newDomain(desk.runtime, "live.test");
      const engine = await startTestEngine({ databaseUrl, settings });
      try {
        const { page } = await desk.open();
        await page.goto(at("live.test"));
        await page.getByText("Mail from live.test leaves unsigned").waitFor();
        const lines = (await keysOf("live.test")).map((key) => {
          const chunks = dkimText(key).match(/.{1,255}/g) ?? [];
          return `add ${key.selector}._domainkey 60 TXT ${chunks.map((c) => `"${c}"`).join(" ")}`;
        });
        await lab.update("live.test", lines);
        await lab.flush();
        await page.getByRole("button", { name: en["keys.look"] }).click();
        await page.getByText(/Mail from live\.test leaves signed with/).waitFor();
        await page.context().close();
      } finally {
        await engine.stop();
        await lab.stop();
      }
    },
  );

  test("replacing the keys: made, shown to publish, taken back", async () => {
    const { page } = await desk.open();
    await page.goto(at("turn.example"));
    await page.getByText(/leaves signed with ph\d{4}r, ph\d{4}e/).waitFor();
    await page.getByRole("button", { name: en["keys.rotation.start"] }).click();
    await page.getByText(en["keys.rotation.at.publish"]).waitFor();
    assert.equal((await keysOf("turn.example")).length, 4);
    await desk.shot(page, "keys-turn-desk");
    await page.locator("#rotation summary").click();
    await page.locator("#rotation details form button").click();
    await page.getByText(en["keys.rotation.none"]).waitFor();
    assert.equal((await keysOf("turn.example")).length, 2);
    await page.context().close();
  });

  test("the only key that signs goes when the domain's name is typed", async () => {
    const { page } = await desk.open();
    await page.goto(at("turn.example"));
    const [, ed] = await keysOf("turn.example");
    assert.ok(ed);
    await page.getByLabel(`Delete ${ed.selector}`).first().click();
    await page.fill(`#delete-${ed.id}-confirm`, "nonsense");
    await page.getByRole("button", { name: `Delete ${ed.selector}` }).click();
    await page.locator(`#delete-${ed.id}-confirm-error`).waitFor();
    await page.fill(`#delete-${ed.id}-confirm`, ed.selector);
    await page.getByRole("button", { name: `Delete ${ed.selector}` }).click();
    await page.getByText(en["keys.now.single"]).waitFor();
    const [rsa] = await keysOf("turn.example");
    assert.ok(rsa);
    await page.getByLabel(`Delete ${rsa.selector}`).first().click();
    await page.fill(`#delete-${rsa.id}-confirm`, rsa.selector);
    await page.getByRole("button", { name: `Delete ${rsa.selector}` }).click();
    await page.locator(`#delete-${rsa.id}-confirm-error`).waitFor();
    assert.equal((await keysOf("turn.example")).length, 1);
    await page.context().close();
  });

  test("an auditor sees the keys, and no way to change them; the file is the record", async () => {
    const who = { address: "auditor@people.example", password: "battery staple nine" };
    const passwordHash = await hashPassword(who.password);
    const row = { name: "auditor", locale: "en", role: "auditor", domainId: null } as const;
    await createUser(prisma(), { ...row, email: who.address, passwordHash });
    const { page } = await desk.open({ who });
    await page.goto(at("new.example"));
    await page.getByText(en["keys.readOnly"]).waitFor();
    assert.equal(await page.locator("main form").count(), 0);
    const [rsa] = await keysOf("new.example");
    const file = await page.request.get(at("new.example", `keys/${rsa?.id}/file`));
    assert.match(await file.text(), /^ph\d{4}r\._domainkey\t3600\tIN\tTXT\t"v=DKIM1; k=rsa; p=/m);
    assert.equal(
      (await page.request.get(at("bare.example", `keys/${rsa?.id}/file`))).status(),
      404,
    );
    await page.context().close();
  });

  test("every state: axe, 320 px, both languages and themes, on a phone", async () => {
    const ctx = desk.runtime.service;
    const domain = "kept.example";
    const old = await keysOf(domain);
    await startRotation(ctx, cliActor, { domain, bits: 2048 });
    const [rotation] = await prisma().dkimRotation.findMany({
      where: { finishedAt: null, domain: { name: domain } },
    });
    assert.ok(rotation);
    await prisma().dkimKey.updateMany({
      where: { rotationId: rotation.id },
      data: {
        state: "signing",
        visibleSince: ago(30),
        signingSince: ago(28),
        lastSeenAt: ago(0.1),
        lookedAt: ago(0.1),
      },
    });
    await prisma().dkimKey.updateMany({
      where: { id: { in: old.map(({ id }) => id) } },
      data: { state: "retiring", retiringSince: ago(28), retiredById: rotation.id },
    });
    await prisma().dkimRotation.update({
      where: { id: rotation.id },
      data: { switchedAt: ago(28) },
    });
    const added = await addKeys(ctx, cliActor, { domain, kind: "rsa", bits: 3072 });
    assert.ok(added.outcome === "done");
    await prisma().dkimKey.updateMany({
      where: { selector: added.selectors[0] ?? "" },
      data: {
        state: "visible",
        visibleSince: ago(1),
        seenTtl: 3600,
        lastSeenAt: ago(1),
        lookedAt: ago(0.1),
      },
    });
    const more = await addKeys(ctx, cliActor, { domain, kind: "ed25519", bits: 2048 });
    assert.ok(more.outcome === "done");
    const revoked = (await keysOf(domain)).find(({ selector }) => selector === more.selectors[0]);
    await revokeKey(ctx, cliActor, { domain, keyId: revoked?.id ?? "", confirm: "" });
    await prisma().dkimKey.updateMany({
      where: { id: old[0]?.id ?? "" },
      data: {
        state: "safe_to_delete",
        safeSince: ago(1),
        lookedAt: ago(0.2),
        lastSeenAt: ago(0.2),
      },
    });

    for (const [language, theme, look] of [
      ["en", "light", "phone"],
      ["en", "dark", "desk"],
      ["zh", "dark", "phone"],
      ["zh", "light", "desk"],
    ] as const) {
      const watched = await desk.open({ language, theme, look });
      const titles = new Set<string>();
      for (const name of ["kept.example", "bare.example"]) {
        await watched.page.goto(at(name));
        await checkPage(watched, titles);
        await desk.shot(watched.page, `keys-${name}-${language}-${theme}-${look}`);
      }
      await watched.page.context().close();
    }
  });
});
