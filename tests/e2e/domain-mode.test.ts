/** What a domain is used for, in a browser: the preview, what wants to be confirmed, and what is refused. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { hashPassword } from "../../lib/mail/password.ts";
import { createUser } from "../../lib/storage/users.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { newDomain, newMailbox } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const ADA = { address: "ada@people.example", password: "lange worte helfen" };
const to = (mode: keyof typeof en & `mode.${string}`, words: Record<string, string> = en) =>
  (words["settings.use.submit"] ?? "").replace("{mode}", words[mode] ?? "");

suite("what a domain is used for, in a browser", { skip: missingChromium() }, () => {
  let desk: TestConsole;
  let domainId: string;
  const at = (path: string) => `${desk.web.http}/domains/ours.example${path}`;

  before(async () => {
    desk = await startConsole();
    const { prisma } = desk.runtime.service;
    domainId = await newDomain(desk.runtime, "ours.example");
    await newMailbox(desk.runtime, "ann", "ours.example");
    const ada = { email: ADA.address, name: "Ada", locale: "en", role: "auditor" } as const;
    const passwordHash = await hashPassword(ADA.password);
    await createUser(prisma, { ...ada, passwordHash, domainId: null });
    const now = new Date();
    await prisma.dnsCheck.create({
      data: {
        ...{ domainId, key: "mx", kind: "mx", scope: "domain", group: "receive", verdict: "ok" },
        ...{ need: "required-receive", name: "ours.example", type: "MX", reasons: [] },
        ...{ expected: ["10 mx.posthorn.test"], found: ["10 mx.posthorn.test"], answers: [] },
        ...{ facts: {}, ackFound: [], firstAskedAt: now, changedAt: now, checkedAt: now },
      },
    });
  });
  after(() => desk?.stop());

  test("chosen, looked over, confirmed: mail arrives elsewhere from now on, and the page says so", async () => {
    const watched = await desk.open();
    const { page } = watched;
    const titles = new Set<string>();
    await page.goto(at(""));
    await page.getByRole("link", { name: en["nav.settings"], exact: true }).click();
    await page.waitForURL("**/settings");
    await checkPage(watched, titles);
    await page.check("[name=mode][value=send]");
    await page.getByRole("button", { name: en["settings.use.preview"] }).click();
    await page.waitForURL("**/settings?mode=send");
    await page.getByText(/is refused on port 25/).waitFor();
    await page.getByText(/1 mailbox and \d aliases stay/).waitFor();
    const removed = page.getByRole("region", { name: en["settings.records.removed"] });
    await removed.getByText("_mta-sts.ours.example", { exact: false }).waitFor();
    await page.getByText(en["settings.danger.mxHere"]).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "mode-preview");
    await page.getByRole("button", { name: to("mode.send") }).click();
    await page.getByText(en["settings.unconfirmed"]).first().waitFor();
    await page.check("[name=sure]");
    await page.getByRole("button", { name: to("mode.send") }).click();
    await page.waitForURL("**/settings?done=send");
    await page.getByText(/It is used for “Sending only” now/).waitFor();
    await page.goto(at(""));
    await page.getByText("ours.example sends from here. Its mail arrives elsewhere.").waitFor();
    await page.getByText(/changed what the domain is used for/).waitFor();
    await page.goto(`${desk.web.http}/domains`);
    await page.getByRole("row").filter({ hasText: en["mode.send"] }).waitFor();
    await page.context().close();
  });

  test("where MTA-STS is enforced the way leads there first; without script, Chinese, dark, on a phone", async () => {
    const { prisma } = desk.runtime.service;
    const where = { id: domainId };
    await prisma.domain.update({ where, data: { mode: "full", mtaStsMode: "enforce" } });
    const watched = await desk.open({
      script: false,
      language: "zh",
      theme: "dark",
      look: "phone",
    });
    const { page } = watched;
    await page.goto(at("/settings"));
    await page.check("[name=mode][value=reports]");
    await page.getByRole("button", { name: zh["settings.use.preview"] }).click();
    await page.getByText(zh["settings.enforced"]).waitFor();
    assert.equal(await page.getByRole("button", { name: to("mode.reports", zh) }).count(), 0);
    await desk.shot(page, "mode-enforced-zh-dark-phone");
    // Receiving goes on: nothing stands in the way.
    await page.check("[name=mode][value=receive]");
    await page.getByRole("button", { name: zh["settings.use.preview"] }).click();
    await page.getByRole("button", { name: to("mode.receive", zh) }).click();
    await page.waitForURL("**/settings?done=receive");
    await page.context().close();

    const scripted = await desk.open({ language: "zh", theme: "dark", look: "phone" });
    await scripted.page.goto(at("/settings?mode=reports"));
    await scripted.page.getByText(zh["settings.enforced"]).waitFor();
    await checkPage(scripted, new Set());
    await scripted.page.context().close();
  });

  test("an auditor sees what would change, and has no button for it", async () => {
    const watched = await desk.open({ who: ADA });
    const { page } = watched;
    await page.goto(at("/settings?mode=full"));
    await page.getByText(en["settings.use.readOnly"]).waitFor();
    await page.getByText(en["settings.records.added"]).waitFor();
    assert.equal(await page.getByRole("button", { name: to("mode.full") }).count(), 0);
    await page.goto(at("/settings?mode=nonsense"));
    assert.equal(await page.locator("#preview").count(), 0);
    await checkPage(watched, new Set());
    await page.context().close();
  });

  test("where its DNS is, chosen by hand, is what the records' page goes by", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(at("/dns"));
    await page.getByText(en["dns.host.unseen"]).waitFor();
    await page.getByRole("link", { name: en["dns.host.choose"] }).click();
    await page.waitForURL("**/settings#dns-host");
    await page.selectOption("[name=host]", "desec");
    await page.locator("#dns-host").getByRole("button").click();
    await page.getByText(en["settings.dns.saved"]).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "settings-dns-host");
    await page.goto(at("/dns"));
    await page.getByText(en["dns.host.chosen"].replace("{host}", "deSEC")).waitFor();
    await page.goto(at("/dns/automate"));
    await page.getByText(en["publish.detected"].replace("{host}", "deSEC")).waitFor();
    await page.context().close();
  });
});
