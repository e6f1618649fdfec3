/** "Send to a colleague" in a browser: a link is made, opened by somebody without an account, and ended. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import type { Page } from "playwright-core";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { getDomainRecords } from "../../lib/service/domains.ts";
import { NETWORK } from "../../lib/service/throttle.ts";
import { checkPage, openPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const WAIT = /Too many tries\. Wait \d+ seconds?, then try again\./;
const PHONE = { viewport: { width: 375, height: 740 }, hasTouch: true };

suite("sharing a domain's records", { skip: missingChromium() }, () => {
  let desk: TestConsole;
  let domainId: string;
  let url: string;
  const making = () => `${desk.web.http}/domains/ours.example/dns/share`;

  before(async () => {
    desk = await startConsole();
    domainId = await newDomain(desk.runtime, "ours.example");
  });
  after(() => desk?.stop());

  /** A kept check, as engine/watch writes it. */
  async function saw(key: string, verdict: string, more: object = {}): Promise<void> {
    const now = new Date();
    const { dnsCheck, dnsWatch } = desk.runtime.service.prisma;
    await dnsCheck.deleteMany({ where: { domainId, key } });
    await dnsCheck.create({
      data: {
        ...{ domainId, key, kind: key, verdict, scope: "domain", group: "receive" },
        ...{ need: "required-receive", name: "ours.example", type: "MX", reasons: [] },
        ...{ expected: [], found: [], answers: [], facts: {}, ackFound: [] },
        ...{ firstAskedAt: now, changedAt: now, checkedAt: now, ...more },
      },
    });
    await dnsWatch.updateMany({ where: { domainId }, data: { checkedAt: now } });
  }

  async function makeLink(page: Page): Promise<string> {
    await page.goto(making());
    await page.getByRole("button", { name: en["share.make"] }).click();
    const open = page.getByRole("link", { name: en["share.openIt"] });
    await open.waitFor();
    return (await open.getAttribute("href")) ?? "";
  }

  test("a link is made, shown once with its picture and a mail, and stands in the list", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(`${desk.web.http}/domains/ours.example/dns`);
    await page.getByRole("link", { name: en["share.title"] }).click();
    await page.getByText(en["share.open.none"]).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "share-empty-desk");
    url = await makeLink(page);
    assert.match(url, /\/share\/[\w-]{43}$/);
    const picture = page.getByRole("img", { name: en["share.qr"] });
    assert.ok(await picture.evaluate((img) => (img as HTMLImageElement).naturalWidth > 0));
    const mail = await page.getByRole("link", { name: en["share.mail"] }).getAttribute("href");
    assert.match(mail ?? "", /^mailto:\?subject=DNS%20records%20for%20ours\.example&body=/);
    assert.ok(decodeURIComponent(mail ?? "").includes(`\r\n\r\n${url}\r\n\r\n`));
    await page.getByRole("rowheader", { name: "mei@people.example" }).waitFor();
    await page.getByRole("cell", { name: en["common.never"] }).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "share-made-desk");
    await page.reload();
    assert.ok(!(await page.content()).includes(url), "shown once");
    await page.context().close();
  });

  test("who has the link reads records and what was seen, without an account, and nothing else", async () => {
    await saw("mx", "ok");
    await saw("spf", "accepted", { ackByName: "Mei", ackNote: "secret reason", ackAt: new Date() });
    const watched = await openPage(desk.browser, PHONE);
    const { page } = watched;
    const answer = await page.goto(url);
    assert.equal(answer?.status(), 200);
    const headers = answer?.headers() ?? {};
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers["x-robots-tag"], "noindex");
    await page
      .locator("meta[name=robots][content*=noindex]")
      .first()
      .waitFor({ state: "attached" });
    const mx = page.getByRole("listitem").filter({ hasText: "Mail exchange (MX)" }).last();
    await mx.getByText(en["verdict.ok"], { exact: true }).waitFor();
    await mx.getByText("3600", { exact: true }).waitFor();
    await mx.getByRole("button", { name: "Copy Priority MX @" }).waitFor();
    await page.getByText(/records are correct/).waitFor();
    const html = await page.content();
    for (const ofTheConsole of ["secret reason", "Mei", "mei@people.example", 'href="/domains'])
      assert.ok(!html.includes(ofTheConsole), ofTheConsole);
    await checkPage(watched, new Set());
    await desk.shot(page, "share-open-phone");

    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: en["share.page.zone"] }).click();
    const download = await downloading;
    assert.equal(download.suggestedFilename(), "ours.example.zone");
    assert.match(readFileSync(await download.path(), "utf8"), /^\$ORIGIN ours\.example\.$/m);

    await saw("mx", "missing", { reasons: [{ key: "absent", params: {} }] });
    await mx.getByText(en["verdict.missing"], { exact: true }).waitFor({ timeout: 30_000 });
    await page.context().close();
  });

  test("in Chinese and in the dark, switched without script", async () => {
    const look = { ...PHONE, colorScheme: "dark", javaScriptEnabled: false } as const;
    const watched = await openPage(desk.browser, look);
    const { page } = watched;
    await page.goto(url);
    await page.getByRole("button", { name: "简体中文" }).click();
    await page.getByText(zh["share.page.lead"].replace("{domain}", "ours.example")).waitFor();
    assert.equal(page.url(), url);
    await desk.shot(page, "share-open-zh-dark");
    await page.context().close();

    const inside = await desk.open({ look: "phone", theme: "dark", language: "zh" });
    await inside.page.goto(making());
    await checkPage(inside, new Set());
    await inside.page.getByRole("button", { name: zh["share.make"] }).click();
    await inside.page.getByRole("img", { name: zh["share.qr"] }).waitFor();
    await checkPage(inside, new Set());
    await desk.shot(inside.page, "share-made-zh-dark-phone");
    await inside.page.context().close();
  });

  test("all records on paper: black on white, whole values, no record cut by the end of a page", async () => {
    const watched = await desk.open({ theme: "dark" });
    const { page } = watched;
    await page.goto(making());
    await page.getByRole("link", { name: en["sheet.link"] }).click();
    await page.getByText(en["sheet.lead"]).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "sheet-desk-dark");
    const { service } = desk.runtime;
    const found = await getDomainRecords(service, cliActor, "ours.example");
    const records = page.locator("main li:has(h2)");
    assert.equal(await records.count(), found?.records.length);
    const key = found?.records.find(({ kind }) => kind === "dkim")?.text ?? assert.fail("no key");
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 718, height: 1000 }); // A4 without its margins, at 96 dpi
    assert.equal(await page.getByRole("button", { name: en["sheet.print"] }).count(), 0);
    const value = page.getByText(key, { exact: true });
    assert.ok(await value.evaluate((dd) => dd.scrollWidth <= dd.clientWidth), "wrapped, not cut");
    const looks = await page.evaluate(() => ({
      ground: getComputedStyle(document.body).backgroundColor,
      ink: getComputedStyle(document.querySelector("main dd") ?? document.body).color,
      soft: getComputedStyle(document.querySelector("main dt") ?? document.body).color,
      cuts: [...document.querySelectorAll("main li:has(h2)")].map(
        (record) => getComputedStyle(record).breakInside,
      ),
    }));
    const [white, black] = ["rgb(255, 255, 255)", "rgb(0, 0, 0)"];
    assert.deepEqual([looks.ground, looks.ink, looks.soft], [white, black, black]);
    assert.deepEqual([...new Set(looks.cuts)], ["avoid"]);
    await desk.shot(page, "sheet-print");
    await page.context().close();
  });

  test("unknown, expired and revoked links are one page", async () => {
    const { page } = await desk.open({ script: false });
    const expired = await makeLink(page);
    const { shareLink } = desk.runtime.service.prisma;
    const newest = await shareLink.findFirst({ orderBy: { id: "desc" } });
    assert.ok(newest);
    await shareLink.update({ where: { id: newest.id }, data: { expiresAt: new Date() } });

    await page.goto(making());
    const used = page.getByRole("row").filter({ hasNotText: en["common.never"] }).last();
    await used.locator("summary").click();
    await used.getByRole("button", { name: /^End the link/ }).click();
    await page.waitForURL("**/share**");
    await page.context().close();

    const token = url.slice(url.lastIndexOf("/") + 1);
    const texts = new Set<string>();
    for (const gone of [
      url,
      expired,
      url.replace(token, "A".repeat(43)),
      url.replace(token, "x"),
    ]) {
      const visitor = await openPage(desk.browser, PHONE);
      const answer = await visitor.page.goto(gone);
      assert.equal(answer?.status(), 404, gone);
      assert.equal(answer?.headers()["referrer-policy"], "no-referrer");
      texts.add(await visitor.page.locator("main").innerText());
      visitor.problems(); // Chromium tells of the 404 itself
      await checkPage(visitor, new Set());
      await desk.shot(visitor.page, "share-gone-phone");
      await visitor.page.context().close();
      const zone = await fetch(`${gone}/zone`);
      assert.equal(zone.status, 404);
      assert.equal(zone.headers.get("referrer-policy"), "no-referrer");
      assert.equal(zone.headers.get("cache-control"), "no-store");
    }
    assert.equal(texts.size, 1);
    assert.match([...texts][0] ?? "", /This link does not work/);
  });

  test("who guesses is told to wait, in words and as a status, whether the link is good or not", async () => {
    const { page } = await desk.open({ script: false });
    const good = await makeLink(page);
    await page.context().close();
    const wrong = good.replace(/[^/]+$/, "B".repeat(43));
    const status = async (of: string) => (await fetch(`${of}/zone`)).status;
    for (let guess = 0; guess < NETWORK.free; guess++) if ((await status(wrong)) === 429) break;
    // The first wait is short and each further guess doubles it: at the latest the tenth is long enough.
    let [zone, text] = [await fetch(`${good}/zone`), ""];
    for (let guess = 0; guess < 10 && !(zone.status === 429 && WAIT.test(text)); guess++) {
      await status(wrong);
      const [one, two] = await Promise.all([fetch(`${good}/zone`), fetch(good)]);
      [zone, text] = [one, await two.text()];
    }
    assert.match(text, WAIT);
    assert.ok(!text.includes("ours.example"), "nobody learns from it that the link is good");
    assert.equal(zone.status, 429);
    assert.match(zone.headers.get("retry-after") ?? "", /^\d+$/);
    assert.equal(await status(wrong), 429);
  });
});
