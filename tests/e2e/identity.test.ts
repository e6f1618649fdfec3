/** The server's page in a browser: operators set what it is, see what was measured; others find nothing. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { en } from "../../lib/i18n/en.ts";
import { newId } from "../../lib/mail/ids.ts";
import { hashPassword } from "../../lib/mail/password.ts";
import { createUser } from "../../lib/storage/users.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const TOM = { address: "tom@people.example", password: "lange worte helfen" };

suite("the server's page in a browser", { skip: missingChromium() }, () => {
  let desk: TestConsole;
  const at = (path: string) => `${desk.web.http}${path}`;

  before(async () => {
    desk = await startConsole();
    const domainId = await newDomain(desk.runtime, "ours.example");
    const passwordHash = await hashPassword(TOM.password);
    const tom = { email: TOM.address, name: "Tom", locale: "en", role: "domain_admin" } as const;
    await createUser(desk.runtime.service.prisma, { ...tom, passwordHash, domainId });
    const now = new Date();
    const name = "203.0.113.9";
    await desk.runtime.service.prisma.dnsCheck.createMany({
      // As engine/watch keeps them.
      data: ["hostAddress:203.0.113.9", "outbound25"].map((key) => ({
        ...{
          domainId: null,
          key,
          kind: key.replace(/:.*/, ""),
          scope: "host",
          group: "send",
          name,
        },
        ...{ need: "required-send", type: "A", verdict: "missing", expected: [name], found: [] },
        ...{ reasons: [], answers: [], facts: {}, ackFound: [] },
        ...{ firstAskedAt: now, changedAt: now, checkedAt: now },
      })),
    });
  });
  after(() => desk?.stop());

  test("an operator sets name, addresses and ports, and the records follow", async () => {
    const { page, ...rest } = await desk.open();
    await page.getByRole("navigation").getByRole("link", { name: en["nav.system"] }).click();
    await page.waitForURL("**/system/identity");
    await page.getByText(en["identity.addresses.nowhere"]).waitFor();
    const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
    await page.fill("[name=addresses]", "10.0.0.1");
    await press(en["identity.addresses.submit"]);
    await page.locator("#f-addresses-error").waitFor();
    assert.equal(await page.inputValue("[name=addresses]"), "10.0.0.1", "what was typed is kept");
    await page.fill("[name=addresses]", "203.0.113.9");
    await press(en["identity.addresses.submit"]);
    await page.getByText(en["identity.addresses.set"]).waitFor();
    await page.fill("[name=hostName]", "mx.ours.example");
    await press(en["identity.host.submit"]);
    await page.getByText("9.113.0.203.in-addr.arpa", { exact: true }).waitFor();
    await page.getByText(/^mx\.ours\.example\.\t/m).waitFor();
    await page.fill("[name=imaps]", "99999");
    await press(en["identity.ports.submit"]);
    await page.getByText(en["error.port.invalid"]).waitFor();
    await page.fill("[name=imaps]", "4993");
    await press(en["identity.ports.submit"]);
    await page.getByText(en["identity.ports.done"]).waitFor();
    await page.getByRole("heading", { name: en["dns.outbound25.title"] }).waitFor();
    assert.ok((await page.getByText(en["verdict.missing"], { exact: true }).count()) >= 2);
    await checkPage({ page, ...rest }, new Set());
    await desk.shot(page, "identity");
    await page.context().close();
  });

  test("a deviation is accepted with a reason, and taken back; its history has a page", async () => {
    const { prisma } = desk.runtime.service;
    const change = { domainId: null, key: "outbound25", verdict: "missing", reasons: [] };
    await prisma.dnsChange.create({
      data: { ...change, id: newId(), at: new Date(), foundBefore: [], found: [] },
    });
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(at("/system/identity"));
    const row = page.locator("[id='record-outbound25']");
    await row.locator("summary").filter({ hasText: en["check.accept"] }).click();
    await row.locator("[name=note]").fill("A relay sends for us");
    await row.getByRole("button", { name: en["check.accept"] }).click();
    await row.getByText(en["verdict.accepted"], { exact: true }).waitFor();
    await row.getByText("A relay sends for us", { exact: false }).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "identity-accepted");
    await row.getByRole("button", { name: en["check.withdraw"] }).click();
    await row.getByText("A relay sends for us", { exact: false }).waitFor({ state: "detached" });
    await row.getByRole("link", { name: en["history.link"] }).click();
    await page.waitForURL("**/system/identity/history?record=outbound25");
    const entry = page.getByRole("listitem").filter({ hasText: en["verdict.missing"] });
    const link = entry.getByRole("link", { name: en["dns.outbound25.title"] });
    assert.equal(await link.getAttribute("href"), "/system/identity#record-outbound25");
    await checkPage(watched, new Set());
    await desk.shot(page, "identity-history");
    await page.goto(at("/system/identity/history?record=hostSpf"));
    await page.getByText(en["history.none"]).waitFor();
    await page.context().close();
  });

  test("on a phone, in the dark, in Chinese", async () => {
    const watched = await desk.open({ look: "phone", language: "zh", theme: "dark" });
    await watched.page.goto(at("/system/identity"));
    await checkPage(watched, new Set());
    await desk.shot(watched.page, "identity-phone-zh");
    for (const page of ["automate", "history"]) {
      await watched.page.goto(at(`/system/identity/${page}`));
      await checkPage(watched, new Set());
      await desk.shot(watched.page, `identity-${page}-phone-zh`);
    }
    await watched.page.context().close();
  });

  test("an admin of a domain has no such entry, and no such page", async () => {
    const { page } = await desk.open({ who: TOM });
    await page.goto(at("/home"));
    assert.equal(await page.getByRole("link", { name: en["nav.system"], exact: true }).count(), 0);
    for (const path of [
      "/system/identity",
      "/system/identity/history",
      "/system/identity/automate",
    ])
      assert.equal((await page.goto(at(path)))?.status(), 404, path);
    await page.context().close();
  });
});
