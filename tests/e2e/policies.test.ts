/** The policies of a domain in a browser: what they say, what they refuse, and that they fit a phone. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const PAGES = ["policies", "policies/mta-sts", "policies/dane"] as const;

suite("policies in a browser", { skip: missingChromium() }, () => {
  let desk: TestConsole;
  let domainId: string;
  const at = (path: string) => `${desk.web.http}/domains/ours.example/${path}`;

  before(async () => {
    desk = await startConsole();
    domainId = await newDomain(desk.runtime, "ours.example");
  });
  after(() => desk?.stop());

  /** A kept check, as engine/watch writes it. */
  async function saw(kind: string, verdict: string, ...reasons: object[]): Promise<void> {
    const now = new Date();
    const names = { name: `${kind}.ours.example`, type: "TXT" };
    await desk.runtime.service.prisma.dnsCheck.deleteMany({ where: { domainId, key: kind } });
    await desk.runtime.service.prisma.dnsCheck.create({
      data: {
        ...{ domainId, key: kind, kind, verdict, scope: "domain", group: "encrypt" },
        ...{ need: "recommended", ...names, reasons, expected: [], found: [], answers: [] },
        ...{ facts: {}, ackFound: [], firstAskedAt: now, changedAt: now, checkedAt: now },
      },
    });
  }

  test("the DMARC policy is read in words, changed, and the record follows", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(at("policies"));
    await page.getByText("v=DMARC1; p=none; rua=mailto:postmaster@ours.example").waitFor();
    await checkPage(watched, new Set());
    await page.selectOption("[name=p]", "quarantine");
    await page.check("[name=t]");
    await page.fill("[name=rua]", "dmarc@ours.example nonsense");
    await page.click("main form button");
    await page.locator("#f-rua-error").waitFor();
    assert.equal(await page.inputValue("[name=p]"), "quarantine", "what was chosen is kept");
    assert.equal(await page.isChecked("[name=t]"), true);
    await page.fill("[name=rua]", "dmarc@ours.example");
    await page.click("main form button");
    await page.getByText(en["dmarc.saved"]).waitFor();
    await page.getByText("v=DMARC1; p=quarantine; t=y; rua=mailto:dmarc@ours.example").waitFor();
    assert.equal(
      await page.locator("[aria-current=step]").textContent(),
      `2. ${en["dmarc.step.quarantineTest"]}${en["dmarc.step.here"]}`,
    );
    await desk.shot(page, "dmarc-desk");
    await page.context().close();
  });

  test("enforcing without evidence says what is missing, and goes on when the name is typed", async () => {
    const { page } = await desk.open();
    await saw("mtaStsHost", "ok");
    await saw("stsPolicy", "different", {
      key: "sts.certificate",
      params: { host: "mta-sts.ours.example", problem: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    });
    await page.goto(at("policies/mta-sts"));
    await page.getByText(en["sts.state.failed"]).first().waitFor();
    await page.selectOption("[name=mode]", "enforce");
    await page.getByRole("button", { name: en["common.save"] }).first().click();
    await page.locator("#f-confirm-error").waitFor();
    assert.match((await page.locator("#f-confirm-error").textContent()) ?? "", /stsPolicy/);
    await desk.shot(page, "mta-sts-unproven");
    await page.fill("[name=confirm]", "ours.example");
    await page.getByRole("button", { name: en["common.save"] }).first().click();
    await page.getByText("mode: enforce").waitFor();
    await page.getByText(/Senders may remember the policy of before until/).waitFor();
    await page.context().close();
  });

  test("all pages: axe, one heading, 320 px, both languages and themes, on a phone", async () => {
    for (const [language, theme, look] of [
      ["en", "light", "phone"],
      ["zh", "dark", "desk"],
    ] as const) {
      const watched = await desk.open({ language, theme, look });
      const titles = new Set<string>();
      for (const path of PAGES) {
        await watched.page.goto(at(path));
        await checkPage(watched, titles);
        await desk.shot(watched.page, `${path.replace("/", "-")}-${language}-${theme}-${look}`);
      }
      if (language === "zh")
        await watched.page.getByRole("link", { name: zh["policies.tab.mtaSts"] }).waitFor();
      await watched.page.context().close();
    }
  });
});
