/**
 * The page of certificates in a browser: without an authority, with one whose terms wait, with names in every
 * state; a chain that is refused and one that is taken; who may only look. The authority itself is
 * tests/interop/acme.test.ts.
 */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { newId } from "../../lib/mail/ids.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { SetUpAuthority } from "../../lib/schemas/certificates.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { setUpAuthority } from "../../lib/service/certificates.ts";
import { hashPassword } from "../../lib/mail/password.ts";
import { createUser } from "../../lib/storage/users.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const SERVER_AUDITOR = { address: "sam@people.example", password: "battery staple nine" };
const AUDITOR = { address: "aud@people.example", password: "battery staple nine" };

suite("certificates in a browser", { skip: missingChromium() }, () => {
  let desk: TestConsole;
  let domainId: string;
  before(async () => {
    desk = await startConsole();
    domainId = await newDomain(desk.runtime, "ours.example");
    const passwordHash = await hashPassword(AUDITOR.password);
    const person = { email: AUDITOR.address, name: "Aud", locale: "en", domainId };
    await createUser(desk.runtime.service.prisma, { ...person, passwordHash, role: "auditor" });
    const sam = { email: SERVER_AUDITOR.address, name: "Sam", locale: "en", domainId: null };
    await createUser(desk.runtime.service.prisma, { ...sam, passwordHash, role: "auditor" });
  });
  after(() => desk?.stop());

  const here = () => `${desk.web.http}/system/certificates`;
  const prisma = () => desk.runtime.service.prisma;

  test("without an authority: what is shown, what can be done, and what is refused", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(here());
    await page.getByText(en["certificates.authority.none"]).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "certificates-none");
    await page.selectOption("[name=authority]", "other");
    await page.fill("[name=directoryUrl]", "http://authority.example/dir");
    await page.getByRole("button", { name: en["certificates.authority.submit"] }).click();
    await page.getByText(en["error.acme.directory"]).first().waitFor();
    assert.equal(await page.inputValue("[name=directoryUrl]"), "http://authority.example/dir");
    await page.context().close();
  });

  test("a chain of one's own: a stranger's name is refused, the key does not come back", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(here());
    const strange = await selfSigned(["elsewhere.example"]);
    await page.fill("[name=chain]", strange.certPem);
    await page.fill("[name=privateKey]", strange.keyPem);
    const press = page.getByRole("button", { name: en["certificates.upload.submit"] });
    await press.click();
    await page.locator("#f-chain-error").waitFor();
    assert.ok(!(await page.content()).includes("PRIVATE KEY"), "the key is not in the page");
    const own = await selfSigned(["mta-sts.ours.example"]);
    await page.fill("[name=chain]", own.certPem + own.keyPem);
    await page.fill("[name=privateKey]", "");
    await press.click();
    await page.getByText(/^In use for mta-sts\.ours\.example, until /).waitFor();
    const row = page.getByRole("row").filter({ hasText: "mta-sts.ours.example" });
    await row.getByText(en["certificates.source.uploaded"]).waitFor();
    await row.locator("summary").filter({ hasText: en["certificates.remove"] }).click();
    await row.getByRole("button").click();
    await row.waitFor({ state: "detached" });
    assert.deepEqual(watched.problems(), []);
    await page.context().close();
  });

  test("terms that wait are shown before anything is asked for", async () => {
    const form = { authority: "letsencrypt", contact: "mei@people.example" };
    await setUpAuthority(desk.runtime.service, cliActor, SetUpAuthority.parse(form));
    await prisma().acmeAccount.updateMany({
      data: { termsUrl: "https://authority.example/v7.pdf" },
    });
    const watched = await desk.open();
    await watched.page.goto(here());
    await watched.page.getByText(en["certificates.authority.termsTitle"]).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(watched.page, "certificates-terms");
    await watched.page.getByRole("button", { name: en["certificates.authority.agree"] }).click();
    await watched.page.getByText(/^Agreed to by .*20\d\d/).waitFor();
    await watched.page.context().close();
  });

  test("every state of a name, in both languages, on a phone, in the dark", async () => {
    const registered = { accountUrl: "https://authority.example/acct/1", registeredAt: new Date() };
    await prisma().acmeAccount.updateMany({ data: registered });
    const soon = new Date(Date.now() + 3_600_000);
    const reason = { key: "acme.noAddress", params: { name: "autoconfig.ours.example" } };
    const lines = [{ at: new Date().toISOString(), text: "Order placed for mta-sts.ours.example" }];
    for (const [name, state, more] of [
      ["mx.posthorn.test", "issuing", { lastAttemptAt: new Date(), log: lines }],
      ["mta-sts.ours.example", "issued", { renewFrom: soon, renewUntil: soon, renewSource: "ari" }],
      ["autoconfig.ours.example", "waiting", { lastError: reason }],
      ["autodiscover.ours.example", "failed", { lastError: reason, failures: 2 }],
    ] as const) {
      const row = { id: newId(), domainId, names: [name], nextAt: soon, state };
      await prisma().managedCertificate.create({ data: { ...row, ...more } });
    }
    for (const [look, language, theme] of [
      ["desk", "en", "light"],
      ["phone", "zh", "dark"],
    ] as const) {
      const watched = await desk.open({ look, language, theme });
      await watched.page.goto(here());
      const words = language === "en" ? en : zh;
      for (const state of ["issuing", "issued", "waiting", "failed"] as const)
        await watched.page
          .getByText(words[`certificates.state.${state}`], { exact: true })
          .first()
          .waitFor();
      await checkPage(watched, new Set());
      await desk.shot(watched.page, `certificates-${look}-${language}-${theme}`);
      await watched.page.context().close();
    }
  });

  test("an auditor of the server reads both pages of it, and finds nothing to press", async () => {
    const { page, ...rest } = await desk.open({ who: SERVER_AUDITOR });
    await page.getByRole("navigation").getByRole("link", { name: en["nav.system"] }).click();
    await page.waitForURL("**/system/identity");
    await page.getByText(en["identity.ports.facts"]).waitFor();
    const main = page.getByRole("main");
    for (const where of ["/system/identity", "/system/certificates"]) {
      await page.goto(desk.web.http + where);
      await main.getByRole("heading", { level: 1 }).waitFor();
      assert.equal(await main.locator("form").count(), 0, `${where} has no form`);
      await checkPage({ page, ...rest }, new Set());
      await desk.shot(page, `auditor${where.replaceAll("/", "-")}`);
    }
    await page.context().close();
  });

  test("an auditor of a domain does not see the page, nor its entry in the menu", async () => {
    const { page } = await desk.open({ who: AUDITOR });
    assert.equal((await page.goto(here()))?.status(), 404);
    assert.equal(await page.getByRole("link", { name: en["nav.system"], exact: true }).count(), 0);
    await page.context().close();
  });
});
