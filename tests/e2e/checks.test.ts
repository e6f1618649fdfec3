/** The DNS page in front of a real engine and real packets: a record that is published turns its card by itself. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { en } from "../../lib/i18n/en.ts";
import { zoneFrom } from "../support/dns-published.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { getDomainRecords } from "../../lib/service/domains.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { startDnsServer, type DnsServerForTests } from "../support/dns-server.ts";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const DOMAIN = "ours.example";

suite("checks in a browser", { skip: missingChromium() }, () => {
  let dns: DnsServerForTests;
  let desk: TestConsole;
  let engine: EngineProcess;
  before(async () => {
    dns = await startDnsServer({ [DOMAIN]: { TXT: [] } });
    const closed = { SMTP_DELIVERY_PORT: "1", HTTPS_FETCH_PORT: "1" };
    desk = await startConsole({ DNS_WATCH: "yes", ...closed }, dns.address);
    await newDomain(desk.runtime, DOMAIN);
    engine = await startEngineProcess(desk.env);
  });
  after(async () => {
    await engine?.stop();
    await desk?.stop();
    await dns?.close();
  });

  test("what is published is correct in the open page within 20 seconds, without reload", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(`${desk.web.http}/domains/${DOMAIN}/dns`);
    const mx = page.getByRole("listitem").filter({ hasText: "Mail exchange (MX)" }).last();
    await mx.getByText(en["verdict.waiting"]).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "dns-waiting");
    const found = await getDomainRecords(desk.runtime.service, cliActor, DOMAIN);
    Object.assign(dns.zone, zoneFrom(found?.records ?? []));
    await mx.getByText(en["verdict.ok"], { exact: true }).waitFor({ timeout: 20_000 });
    await desk.shot(page, "dns-correct");

    dns.zone[DOMAIN] = {
      ...dns.zone[DOMAIN],
      MX: [{ preference: 5, exchange: "mx.other.example" }],
    };
    await mx.getByText(en["verdict.changed"]).waitFor({ timeout: 20_000 });
    // What is there and what belongs there, told apart without colour.
    const difference = mx.locator("dl").filter({ hasText: en["check.wanted"] });
    assert.equal(await difference.locator("del").innerText(), "−5 mx.other.example");
    assert.equal(await difference.locator("ins").innerText(), "+10 mx.posthorn.test");
    await mx.locator("summary").filter({ hasText: en["check.where"] }).click();
    const asked = mx.getByRole("table").getByRole("row").last();
    assert.match(await asked.innerText(), /resolver[^]*5 mx\.other\.example[^]*UTC/);
    await checkPage(watched, new Set());
    await desk.shot(page, "dns-changed");
    await mx.locator("summary").filter({ hasText: en["check.accept"] }).click();
    await mx.locator("[name=note]").fill("A filter stands in front");
    await mx.getByRole("button", { name: en["check.accept"] }).click();
    await mx.getByText(en["verdict.accepted"]).waitFor();
    await mx.getByText(/A filter stands in front/).waitFor();
    await page.context().close();
  });

  test("only what needs work, or one capability, by address and without script", async () => {
    const { page } = await desk.open({ script: false });
    const here = `${desk.web.http}/domains/${DOMAIN}/dns`;
    const titles = () => page.locator("main section h3").allInnerTexts();
    await page.goto(`${here}?show=work`);
    const open = (await titles()).length;
    assert.ok(open > 0 && !(await titles()).some((title) => title.includes("(MX)")));
    await page.getByRole("link", { name: en["dns.show.all"] }).click();
    await page.waitForURL(here);
    assert.ok((await titles()).length > open);
    await page.getByRole("link", { name: en["cap.receive"], exact: true }).click();
    await page.waitForURL(/capability=receive/);
    assert.ok(
      (await titles()).every((title) => /MX|Name servers/.test(title)),
      String(await titles()),
    );
    await page.goto(`${here}?show=work&capability=protect&names=full`);
    await page.getByText(en["dns.show.noneInGroup"]).waitFor();
    assert.match(
      (await page.getByRole("link", { name: en["dns.show.work"] }).getAttribute("href")) ?? "",
      /names=full&show=work&capability=protect/,
    );
    await desk.shot(page, "dns-filtered-empty");
    await page.context().close();
  });

  test("on a phone, in the dark, in Chinese; the overview has five tiles", async () => {
    const watched = await desk.open({ look: "phone", theme: "dark", language: "zh" });
    const { page } = watched;
    const titles = new Set<string>();
    for (const path of ["", "/dns"]) {
      await page.goto(`${desk.web.http}/domains/${DOMAIN}${path}`);
      assert.equal(await page.locator("ul[aria-label*=能力] > li").count(), 5);
      await checkPage(watched, titles);
      await desk.shot(page, `overview${path.replace("/", "-")}-zh`);
    }
    await page.context().close();
  });

  test("asked twice at once: the second is told to wait", async () => {
    const { page } = await desk.open();
    await page.goto(`${desk.web.http}/domains/${DOMAIN}/dns`);
    await page.getByRole("button", { name: en["check.now"] }).click();
    await page.getByText(en["check.asked"]).waitFor();
    await page.getByRole("button", { name: en["check.now"] }).click();
    await page.getByText(/Somebody has just asked/).waitFor();
    const answer = await page.request.post(`${desk.web.http}/api/viewed`, {
      data: { domain: "nowhere.example" },
    });
    assert.equal(answer.status(), 404);
    await page.context().close();
  });
});
