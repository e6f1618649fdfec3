/** Alarms and the history of checks in a browser: found by their addresses, read by whom they concern. */
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
const HOUR_MS = 3_600_000;

suite("alarms in a browser", { skip: missingChromium() }, () => {
  let desk: TestConsole;
  let ours: string;
  let theirs: string;
  const at = (path: string) => `${desk.web.http}${path}`;
  const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);

  before(async () => {
    desk = await startConsole();
    ours = await newDomain(desk.runtime, "ours.example");
    theirs = await newDomain(desk.runtime, "theirs.example");
    const { prisma } = desk.runtime.service;
    const passwordHash = await hashPassword(TOM.password);
    const tom = { email: TOM.address, name: "Tom", locale: "en", role: "domain_admin" } as const;
    await createUser(prisma, { ...tom, passwordHash, domainId: theirs });
  });
  after(() => desk?.stop());

  /** As engine/watch/keep.ts keeps them. */
  async function keep(): Promise<void> {
    const { prisma } = desk.runtime.service;
    const now = new Date();
    const mx = { key: "mx", kind: "mx", verdict: "changed" };
    const reasons = [{ key: "mx.elsewhere", params: { host: "mx.other.example" } }];
    const found = { before: ["10 mx.posthorn.test"], after: ["5 mx.other.example"], reasons };
    const fix = { action: "replace", name: "ours.example", type: "MX", remove: [], add: ["10 mx"] };
    await prisma.alarm.createMany({
      data: [
        { id: newId(), domainId: ours, ...mx, ...found, fix, openedAt: ago(28) },
        { id: newId(), domainId: theirs, ...mx, ...found, openedAt: ago(20), closedAt: ago(19) },
        {
          ...{ id: newId(), domainId: null, key: "outbound25", kind: "outbound25" },
          ...{ verdict: "missing", before: [], after: [], reasons: [], openedAt: ago(2) },
        },
      ],
    });
    await prisma.dnsCheck.create({
      data: {
        ...{ domainId: ours, ...mx, scope: "domain", group: "receive", name: "ours.example" },
        ...{ need: "required-receive", type: "MX", reasons, expected: found.before },
        ...{ found: found.after, answers: [], facts: {}, ackFound: [] },
        ...{ firstAskedAt: ago(90), changedAt: ago(28), checkedAt: now },
      },
    });
    const change = { domainId: ours, key: "mx", reasons: [] };
    const [right, wrong] = [found.before, found.after];
    await prisma.dnsChange.createMany({
      data: [
        { id: newId(), ...change, at: ago(90), verdict: "waiting", foundBefore: [], found: [] },
        {
          ...{ id: newId(), ...change, at: ago(80), verdictBefore: "waiting", verdict: "ok" },
          ...{ foundBefore: [], found: right },
        },
        {
          ...{ id: newId(), ...change, at: ago(28), verdictBefore: "ok", verdict: "changed" },
          ...{ foundBefore: right, found: wrong, reasons },
        },
      ],
    });
  }

  test("without alarms and changes the pages say what that means", async () => {
    const watched = await desk.open();
    const { page } = watched;
    const titles = new Set<string>();
    await page.getByText(en["home.attention.none"]).waitFor();
    await checkPage(watched, titles);
    await page.getByRole("link", { name: en["alarms.attention.all"] }).click();
    await page.waitForURL("**/alarms");
    await page.getByText(en["alarms.empty.open"]).waitFor();
    await page.waitForFunction((title) => document.title.startsWith(title), en["alarms.title"]);
    await checkPage(watched, titles);
    await desk.shot(page, "alarms-empty");
    await page.goto(at("/domains/ours.example/dns/history"));
    await page.getByText(en["history.empty"]).waitFor();
    await checkPage(watched, titles);
    await page.context().close();
  });

  test("from home to the alarm, its record and its history; filters stay in the address", async () => {
    await keep();
    const watched = await desk.open();
    const { page } = watched;
    const titles = new Set<string>();
    await page.goto(at("/home"));
    await checkPage(watched, titles);
    await desk.shot(page, "home-attention");
    const mx = page.getByRole("link", { name: "Mail exchange (MX)" });
    assert.equal(await mx.getAttribute("href"), "/domains/ours.example/dns#record-mx");
    await page.goto(at("/alarms?q=ours.example"));
    const alarm = page.getByRole("listitem").filter({ hasText: "ours.example" }).last();
    for (const text of ["10 mx.posthorn.test", "5 mx.other.example", "10 mx"])
      await alarm.getByText(text, { exact: true }).waitFor();
    assert.equal(await page.getByText(en["alarms.server"]).count(), 0);
    await checkPage(watched, titles);
    await desk.shot(page, "alarms-desk");

    await page.selectOption("[name=state]", "any");
    await page.fill("[name=q]", "");
    await page.getByRole("button", { name: en["common.search"] }).click();
    await page.waitForURL(/state=any/);
    await page.getByText("theirs.example", { exact: true }).waitFor();
    await page.getByText(en["alarms.server"]).waitFor();
    await page.goto(at("/alarms?q=nowhere"));
    await page.getByText(en["alarms.none"]).waitFor();

    await page.goto(at("/domains/ours.example"));
    await page
      .getByText(en["activity.domain.create"].replace("{who}", "The command line"))
      .waitFor();
    await page.getByRole("link", { name: en["overview.next.publish"] }).waitFor();
    await desk.runtime.service.prisma.dnsWatch.updateMany({ data: { checkedAt: new Date() } });
    await page.reload();
    const next = page.getByRole("link", { name: /at ours\.example/ });
    assert.match((await next.getAttribute("href")) ?? "", /\/dns#record-mx$/);
    await checkPage(watched, titles);
    await desk.shot(page, "overview-desk");
    await page.getByRole("link", { name: en["alarms.ofDomain.link"] }).click();
    await page.getByRole("link", { name: en["alarms.record"] }).click();
    await page.waitForURL("**/dns#record-mx");
    const record = page.locator("[id='record-mx']");
    await record.getByText(en["verdict.changed"]).waitFor();
    await record.getByRole("link", { name: en["history.link"] }).click();
    await page.waitForURL("**/history?record=mx");
    const changes = page.locator("main ol > li:has(h3)");
    assert.equal(await changes.count(), 3);
    await changes.first().getByText(en["verdict.ok"], { exact: true }).waitFor();
    await changes.first().getByText("5 mx.other.example").waitFor();
    await checkPage(watched, titles);
    await desk.shot(page, "history-desk");
    await page.goto(at("/domains/ours.example/dns/history?record=spf"));
    await page.getByText(en["history.none"]).waitFor();
    await page.context().close();
  });

  test("an admin of another domain sees neither alarm nor history of this one", async () => {
    const { page } = await desk.open({ who: TOM });
    await page.getByText(en["home.attention.none"]).waitFor();
    await page.goto(at("/alarms?state=any"));
    await page.getByText("theirs.example", { exact: true }).waitFor();
    for (const text of ["ours.example", en["alarms.server"]])
      assert.equal(await page.getByRole("main").getByText(text).count(), 0, text);
    await page.goto(at("/alarms?state=any&q=ours.example"));
    await page.getByText(en["alarms.none"]).waitFor();
    const answer = await page.goto(at("/domains/ours.example/dns/history"));
    assert.equal(answer?.status(), 404);
    await page.context().close();
  });

  test("on a phone, in the dark, in Chinese, without script", async () => {
    const watched = await desk.open({ look: "phone", theme: "dark", language: "zh" });
    const titles = new Set<string>();
    for (const [path, name] of [
      ["/home", "home"],
      ["/alarms?state=any", "alarms"],
      ["/domains/ours.example/dns/history", "history"],
      ["/domains/ours.example", "overview"],
    ] as const) {
      await watched.page.goto(at(path));
      await checkPage(watched, titles);
      await desk.shot(watched.page, `zh-dark-${name}`);
    }
    await watched.page.context().close();

    const { page } = await desk.open({ script: false });
    await page.goto(at("/domains/ours.example/dns/history"));
    await page.selectOption("[name=record]", "mx");
    await page.getByRole("button", { name: en["history.filter"] }).click();
    await page.waitForURL("**/history?record=mx");
    assert.equal(await page.locator("main ol > li:has(h3)").count(), 3);
    await page.context().close();
  });
});
