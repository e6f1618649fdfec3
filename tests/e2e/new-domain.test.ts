/** Adding domains in a browser: what was understood, what was found, what it is used for; one, and a list. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Page } from "playwright-core";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { startDnsServer, type DnsServerForTests } from "../support/dns-server.ts";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const LIST =
  "one.example, https://www.two.example/x\nposthorn.example; co.uk\nbücher.example nonsense";

suite("adding domains in a browser", { skip: missingChromium() }, () => {
  let dns: DnsServerForTests;
  let desk: TestConsole;
  let engine: EngineProcess | null = null;
  const at = (path: string) => `${desk.web.http}${path}`;

  before(async () => {
    dns = await startDnsServer({
      "shop.de": {
        SOA: [{ mname: "ada.ns.cloudflare.com", rname: "x", serial: 1, minimum: 300 }],
        NS: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
        MX: [{ preference: 1, exchange: "aspmx.l.google.com" }],
        TXT: ["v=spf1 ip4:203.0.113.0/24 -all"],
      },
      "_dmarc.shop.de": { TXT: ["v=DMARC1; p=none"] },
      "www.shop.de": { A: ["203.0.113.1"] },
      "xn--bcher-kva.de": { MX: [{ preference: 0, exchange: "." }] },
    });
    dns.ttl = 7200;
    desk = await startConsole({}, dns.address);
    await newDomain(desk.runtime, "posthorn.example");
  });
  after(async () => {
    await engine?.stop();
    await desk?.stop();
    await dns?.close();
  });

  async function type(page: Page, text: string, go: string = en["domains.new.continue"]) {
    await page.goto(at("/domains/new"));
    await page.fill("[name=text]", text);
    await page.getByRole("button", { name: go }).click();
  }

  test("what is no mail domain is refused, with the reason beside the field", async () => {
    const watched = await desk.open();
    const { page } = watched;
    for (const [text, why] of [
      ["nonsense", en["error.domain.invalid"]],
      ["192.0.2.1", en["error.domain.ip"]],
      ["https://co.uk/", en["error.domain.suffix"]],
      ["printer.local", en["error.domain.reserved"]],
      [`${"a".repeat(64)}.de`, en["error.domain.tooLong"]],
      ["post@posthorn.example", "posthorn.example is already here."],
    ] as const) {
      await type(page, text);
      await page.locator("#f-text-error").getByText(why).waitFor();
      assert.equal(await page.inputValue("[name=text]"), text, "what was typed is kept");
    }
    await checkPage(watched, new Set());
    await desk.shot(page, "new-domain-refused");
    await page.context().close();
  });

  test("while no engine runs nothing is said of the domain, and it can be added all the same", async () => {
    const { page } = await desk.open({ script: false });
    await type(page, "https://mail.early.example/inbox");
    await page.getByText(en["found.noEngine"]).waitFor();
    await page.getByText("early.example", { exact: true }).first().waitFor();
    assert.equal(await page.getByText(en["domains.new.suggested"]).count(), 0);
    await page.getByRole("button", { name: "Take mail.early.example instead" }).click();
    await page.waitForURL("**/domains/new?job=*&or=early.example");
    await page.check("[name=mode][value=send]");
    await page.getByRole("button", { name: en["domains.new.submit"] }).click();
    await page.waitForURL("**/domains/mail.early.example/dns");
    await page.context().close();
  });

  test("what was picked while DNS was being asked stays picked when the answer comes", async () => {
    const { page } = await desk.open();
    await type(page, "shop.de");
    await page.getByText(en["found.noEngine"]).waitFor();
    await page.check("[name=mode][value=receive]");
    engine = await startEngineProcess(desk.env);
    await page.getByText(en["found.suggest.move"]).waitFor();
    assert.equal(await page.isChecked("[name=mode][value=receive]"), true);
    await page.context().close();
  });

  test("a web address is looked at while the page is open: where its mail goes, and how to move it", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await type(page, "https://www.shop.de/about?x=1");
    await page.getByText(/currently goes to Google Workspace\. Adding it here changes/).waitFor();
    await page.getByText("DNS is at Cloudflare", { exact: false }).waitFor();
    await page.getByText("SPF is there: v=spf1 ip4:203.0.113.0/24 -all").waitFor();
    await page.getByText(en["found.dmarc.p.none"]).waitFor();
    await page.getByText(/others keep it for 2 hours/).waitFor();
    await page.getByText(en["found.suggest.move"]).waitFor();
    assert.equal(await page.isChecked("[name=mode][value=full]"), true);
    const titles = new Set<string>();
    await checkPage(watched, titles);
    await desk.shot(page, "new-domain-found");
    // By keyboard: the chosen one of four, an arrow to another, on to the button.
    await page.focus("[name=mode][value=full]");
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.isChecked("[name=mode][value=reports]"), true);
    await page.keyboard.press("Tab");
    await page.keyboard.type("not an address");
    await page.keyboard.press("Enter");
    await page.locator("#f-reportsTo-error").getByText(en["error.address.invalid"]).waitFor();
    assert.equal(
      await page.isChecked("[name=mode][value=reports]"),
      true,
      "what was chosen is kept",
    );
    await page.fill("[name=reportsTo]", "reports@posthorn.example");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/domains/shop.de/dns");
    const domain = await desk.runtime.service.prisma.domain.findUnique({
      where: { name: "shop.de" },
      select: { mode: true, tlsReportsTo: true },
    });
    assert.deepEqual(domain, { mode: "reports", tlsReportsTo: "reports@posthorn.example" });
    await page.context().close();
  });

  test("null MX suggests its reports; Chinese, dark, on a phone", async () => {
    const watched = await desk.open({ language: "zh", theme: "dark", look: "phone" });
    const { page } = watched;
    await type(page, "info@bücher.de", zh["domains.new.continue"]);
    await page.getByText(zh["found.suggest.noMail"]).waitFor();
    assert.equal(await page.isChecked("[name=mode][value=reports]"), true);
    await page.getByText("在 DNS 中：xn--bcher-kva.de").waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "new-domain-found-zh-dark-phone");
    await page.context().close();
  });

  test("where nothing answers nothing is claimed, and nothing is suggested", async () => {
    dns.failures.set("silent.de", "servfail");
    dns.failures.set("_dmarc.silent.de", "servfail");
    const watched = await desk.open();
    const { page } = watched;
    await type(page, "silent.de");
    await page.getByText(/Nothing could be asked/).waitFor();
    assert.equal(await page.getByText(en["domains.new.suggested"]).count(), 0);
    await checkPage(watched, new Set());
    await desk.shot(page, "new-domain-silent");
    await page.context().close();
  });

  test("two thousand lines of a hundred characters fit; more text is refused in words", async () => {
    const { page } = await desk.open();
    const line = (n: number) =>
      `https://user@${String(n).padEnd(60, "x")}.example/${"y".repeat(16)}`;
    const list = Array.from({ length: 2_000 }, (_, n) => line(n)).join("\n");
    await type(page, list);
    await page.getByRole("heading", { name: "2,000 entries: 2,000 can be added" }).waitFor();
    await page.check("[name=mode][value=reports]");
    await page.getByRole("button", { name: "Add 2,000 domains" }).click();
    await page.getByRole("heading", { name: "2,000 domains were added" }).waitFor();
    await type(page, Array.from({ length: 2_001 }, (_, n) => `d${n}.de`).join(" "));
    await page
      .locator("#f-text-error")
      .getByText(/2,000 entries at a time/)
      .waitFor();
    await type(page, list.padEnd(200_001, "z"));
    await page.locator("#f-text-error").getByText(en["error.domain.tooMuch"]).waitFor();
    await page.context().close();
  });

  for (const [script, language, theme, look] of [
    [true, "en", "light", "desk"],
    [false, "zh", "dark", "phone"],
  ] as const) {
    test(`a list is looked over line by line and added (script: ${script})`, async () => {
      const words = language === "zh" ? zh : en;
      const watched = await desk.open({ script, language, theme, look });
      const { page } = watched;
      const list = script ? LIST : LIST.replaceAll(".example", ".test");
      await type(page, list, words["domains.new.continue"]);
      await page.getByRole("row").filter({ hasText: "co.uk" }).waitFor();
      const rows = await page.locator("tbody tr").allTextContents();
      assert.equal(rows.length, 6);
      assert.ok(rows[1]?.includes(script ? "two.example" : "two.test"), rows[1]);
      assert.ok(rows[3]?.includes(words["list.suffix"]), rows[3]);
      assert.ok(rows[4]?.includes("xn--bcher-kva"), rows[4]);
      assert.equal(await page.inputValue("[name=text]"), list);
      if (script) await checkPage(watched, new Set());
      await desk.shot(page, `new-domain-list-${language}-${theme}-${look}`);
      await page.check("[name=mode][value=receive]");
      await page.locator("main button[name=step][value=add]").click();
      await page.getByRole("row").filter({ hasText: words["list.added"] }).first().waitFor();
      await page.getByRole("link", { name: words["list.domains"] }).waitFor();
      await desk.shot(page, `new-domain-added-${language}-${theme}-${look}`);
      if (script) await checkPage(watched, new Set());
      await page.getByRole("link", { name: script ? "two.example" : "two.test" }).click();
      await page.waitForURL(/\/domains\/two\.(example|test)$/);
      await page.context().close();
    });
  }
});
