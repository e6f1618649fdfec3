/** Step by step in front of a real engine and real packets: what is published moves an open page on by itself. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Page } from "playwright-core";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { getDomainChecks, getServerChecks } from "../../lib/service/dns-checks.ts";
import { hashPassword } from "../../lib/mail/password.ts";
import { createUser } from "../../lib/storage/users.ts";
import { createShareLink } from "../../lib/service/share-links.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { zoneFrom } from "../support/dns-published.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";
import { startDnsServer, type DnsServerForTests } from "../support/dns-server.ts";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const DOMAIN = "ours.example";
/** A look every fifteen seconds, and the news of it. */
const PATIENCE_MS = 25_000;

const heading = (page: Page, text: string | RegExp) =>
  page.getByRole("heading", { level: 2, name: text });

suite("step by step in a browser", { skip: missingChromium() }, () => {
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

  const here = () => `${desk.web.http}/domains/${DOMAIN}/dns/steps`;
  const expected = async () => {
    const [own, server] = await Promise.all([
      getDomainChecks(desk.runtime.service, cliActor, DOMAIN),
      getServerChecks(desk.runtime.service, cliActor),
    ]);
    return { own: own?.records ?? [], server: server?.records ?? [] };
  };

  test("a record that is published moves the open page on, without reload", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(here());
    await heading(page, /Mail exchange \(MX\)/).waitFor();
    await page.getByText(en["verdict.waiting"]).first().waitFor({ timeout: PATIENCE_MS });
    await page.locator("summary").filter({ hasText: en["steps.why"] }).click();
    await checkPage(watched, new Set());
    await desk.shot(page, "steps-first");
    assert.match(await page.locator("main").innerText(), /\n0 of \d+ done/);

    // Nothing of the page is loaded again from here on.
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
    const isSame = () => page.evaluate(() => "sameDocument" in globalThis);
    const { own } = await expected();
    const zone = zoneFrom(own);
    dns.zone[DOMAIN] = { MX: zone[DOMAIN]?.MX ?? [] };
    await heading(page, /Permitted senders \(SPF\)/).waitFor({ timeout: PATIENCE_MS });
    const said = page.getByRole("status").filter({ hasText: en["steps.seen"] });
    assert.match(await said.innerText(), /Mail exchange \(MX\)/);
    assert.match(await page.locator("main").innerText(), /\n1 of \d+ done/);
    assert.ok(await isSame(), "moved on without reload");
    await checkPage(watched, new Set());
    await desk.shot(page, "steps-second");

    // A step that was opened by its link moves on, too, and leaves its address.
    await page.getByRole("link", { name: /Policy against forgery/ }).click();
    await page.waitForURL(/step=dmarc/);
    await heading(page, /Policy against forgery/).waitFor();
    dns.zone[`_dmarc.${DOMAIN}`] = zone[`_dmarc.${DOMAIN}`] ?? {};
    await page.waitForURL((url) => !url.search.includes("dmarc"), { timeout: PATIENCE_MS });
    await heading(page, /Host of the encryption policy/).waitFor();
    assert.match(await said.innerText(), /Policy against forgery/);
    assert.ok(await isSame());
    await page.context().close();
  });

  test("what is different is told token by token, and the value to enter keeps what others need", async () => {
    dns.zone[DOMAIN] = { ...dns.zone[DOMAIN], TXT: ["v=spf1 include:_spf.old.example ~all"] };
    dns.zone["_spf.old.example"] = { TXT: ["v=spf1 ip4:198.51.100.0/24 -all"] };
    Object.assign(dns.zone, zoneFrom((await expected()).server));
    const { page } = await desk.open();
    await page.goto(`${here()}?step=spf`);
    const card = page.locator("section").filter({ has: page.locator("#step") });
    await card.getByText(en["steps.do.replace"]).waitFor({ timeout: PATIENCE_MS });
    const merged = "v=spf1 a:mx.posthorn.test include:_spf.old.example ~all";
    await card.getByText(merged, { exact: true }).waitFor();
    assert.deepEqual(await card.locator("ins").allInnerTexts(), ["+a:mx.posthorn.test"]);
    assert.equal(await card.locator("del").count(), 0);
    await desk.shot(page, "steps-different");
    await page.context().close();
  });

  test("without script: skip, back, any step by its link, and a reload that moves on", async () => {
    const { page } = await desk.open({ script: false });
    await page.goto(here());
    await heading(page, /SPF/).waitFor();
    // Chromium parses <noscript> as if scripts ran, even when they may not.
    assert.ok((await page.content()).includes(en["steps.wait.script"]));
    await page.getByRole("link", { name: en["steps.skip"] }).click();
    await page.waitForURL(/step=dkim/);
    await heading(page, /Signing key/).waitFor();
    await page.getByRole("link", { name: en["steps.previous"] }).click();
    await page.waitForURL(/step=spf/);
    await page.goto(`${here()}?step=mx`);
    await page.getByText(en["steps.do.done"]).waitFor();
    await page.getByRole("link", { name: en["steps.next"], exact: true }).click();
    await page.waitForURL(/step=spf/);
    const answer = await page.goto(`${here()}?step=nonsense`);
    assert.equal(answer?.status(), 200);
    await heading(page, /SPF/).waitFor();

    Object.assign(dns.zone, zoneFrom((await expected()).own));
    await page.getByRole("button", { name: en["steps.added"] }).click();
    for (let tries = 0; tries < 60; tries++) {
      await page.goto(here());
      if ((await heading(page, en["steps.finished.title"]).count()) > 0) break;
      await page.waitForTimeout(250);
    }
    await page.getByRole("link", { name: en["steps.finished.mailboxes"] }).waitFor();
    await desk.shot(page, "steps-finished");
    assert.equal(await page.getByText(en["steps.wait.looking"]).count(), 0, "nobody waits");
    await page.context().close();
  });

  test("on a phone, in the dark, in Chinese", async () => {
    const watched = await desk.open({ look: "phone", theme: "dark", language: "zh" });
    const { page } = watched;
    await page.goto(here());
    await heading(page, zh["steps.finished.title"]).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "steps-finished-zh");
    dns.zone[`_dmarc.${DOMAIN}`] = { TXT: ["v=DMARC1; p=none; pct=20"] };
    await page.goto(`${here()}?step=dmarc`);
    await page.getByText(zh["check.wanted"]).waitFor({ timeout: PATIENCE_MS });
    await page.locator("summary").filter({ hasText: zh["check.where"] }).click();
    await checkPage(watched, new Set());
    await desk.shot(page, "steps-zh");
    await page.context().close();
  });
});

const SPLIT = "split.test";

suite("step by step at real name servers", { skip: missingChromium() || missingDnsLab() }, () => {
  let lab: DnsLab;
  let desk: TestConsole;
  let engine: EngineProcess;
  before(async () => {
    lab = await startDnsLab([{ name: SPLIT, independent: true, text: "@ 60 TXT hello" }]);
    const closed = { SMTP_DELIVERY_PORT: "1", HTTPS_FETCH_PORT: "1", DNS_TRUSTED: "yes" };
    desk = await startConsole({ DNS_WATCH: "yes", ...lab.environment, ...closed });
  });
  after(async () => {
    await engine?.stop();
    await desk?.stop();
    await lab?.stop();
  });

  test("names and fields are those of the DNS host's form, below the zone that it has", async () => {
    const name = "mail.corp.example";
    await newDomain(desk.runtime, name);
    const zone = {
      ...{ domain: name, apex: "corp.example", ownServers: [], servers: [], exists: true },
      ...{ parentServers: ["dns9.hichina.com"], security: "unsigned", negativeTtl: 60 },
    };
    const { prisma } = desk.runtime.service;
    await prisma.dnsWatch.updateMany({ where: { domain: { name } }, data: { zone } });
    const watched = await desk.open({ language: "zh" });
    const { page } = watched;
    await page.goto(`${desk.web.http}/domains/${name}/dns/steps?step=dmarc`);
    const field = (label: string) =>
      page.locator("dl > div").filter({ has: page.getByText(label, { exact: true }) });
    await field("主机记录").getByText("_dmarc.mail", { exact: true }).waitFor();
    await field(zh["steps.fullName"]).getByText(`_dmarc.${name}`, { exact: true }).waitFor();
    await page.getByText("在 Alibaba Cloud DNS，新记录最长可能需要两天才能生效。").waitFor();
    await page.getByRole("link", { name: /SPF/ }).click();
    await page.getByText(zh["publish.trap.oneSpf"]).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "steps-host-zh");
    await page.goto(`${desk.web.http}/domains/${name}/dns?capability=protect`);
    await field("主机记录").getByText("_dmarc.mail", { exact: true }).waitFor();
    await page.getByText("Alibaba Cloud DNS 会自动补全 corp.example").waitFor();
    await page.getByRole("link", { name: zh["dns.names.full"] }).click();
    await page.waitForURL(/names=full/);
    await field("主机记录").getByText(`_dmarc.${name}`, { exact: true }).waitFor();

    // On paper, and for a colleague, they are the same.
    const made = await createShareLink(desk.runtime.service, cliActor, name);
    assert.ok(made.outcome === "done");
    for (const path of [`/domains/${name}/dns/sheet`, `/share/${made.token}`]) {
      await page.goto(desk.web.http + path);
      await page.getByText("_dmarc.mail", { exact: true }).waitFor();
      await page.getByText(`_dmarc.${name}`, { exact: true }).waitFor();
      await page.getByText("corp.example", { exact: false }).first().waitFor();
      assert.equal(await page.getByText("_dmarc", { exact: true }).count(), 0, path);
    }
    await page.context().close();
  });

  test("who may only read sees the steps, and no button; of others' domains there is nothing", async () => {
    const password = "lange worte helfen";
    const passwordHash = await hashPassword(password);
    const { prisma } = desk.runtime.service;
    const other = await newDomain(desk.runtime, "other.example");
    const people = [
      { email: "auditor@people.example", role: "auditor", domainId: null },
      { email: "anna@people.example", role: "domain_admin", domainId: other },
    ] as const;
    for (const one of people)
      await createUser(prisma, { ...one, name: "", locale: "en", passwordHash });
    const [reader, stranger] = await Promise.all(
      people.map(({ email }) => desk.open({ who: { address: email, password } })),
    );
    const page = reader?.page ?? assert.fail();
    await page.goto(`${desk.web.http}/domains/other.example/dns/steps`);
    await heading(page, /Mail exchange \(MX\)/).waitFor();
    assert.equal(
      await page
        .getByRole("main")
        .getByRole("button", { name: /look now/ })
        .count(),
      0,
    );
    assert.equal(await page.getByRole("button", { name: en["check.now"] }).count(), 0);
    const at = (name: string) => `${desk.web.http}/domains/${name}/dns/steps`;
    assert.equal((await stranger?.page.goto(at("other.example")))?.status(), 200);
    assert.equal((await stranger?.page.goto(at("mail.corp.example")))?.status(), 404);
    for (const one of [reader, stranger]) await one?.page.context().close();
  });

  test("at one of two servers it spreads, at both it is seen; each answer with its serial", async () => {
    await newDomain(desk.runtime, SPLIT);
    engine = await startEngineProcess(desk.env);
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(`${desk.web.http}/domains/${SPLIT}/dns/steps?step=mx`);
    await page.getByText(en["verdict.waiting"]).first().waitFor({ timeout: PATIENCE_MS });
    await lab.update(SPLIT, ["add @ 60 MX 10 mx.posthorn.test."], "a");
    // Nothing is left to do for it, so the page moves on; it is not said to be done.
    await page.getByRole("heading", { level: 2, name: /SPF/ }).waitFor({ timeout: PATIENCE_MS });
    const line = page.getByRole("listitem").filter({ hasText: "Mail exchange (MX)" });
    await line.getByText(en["verdict.partial"]).waitFor();
    assert.equal(await page.getByText(en["steps.seen"]).count(), 0);
    assert.match(await page.locator("main").innerText(), /\n0 of \d+ done/);

    await lab.update(SPLIT, ["add @ 60 MX 10 mx.posthorn.test."], "b");
    await lab.update(SPLIT, ["add x 60 TXT one-more"], "b"); // the serials differ
    await lab.flush();
    await line.getByText(en["verdict.ok"]).waitFor({ timeout: PATIENCE_MS });
    await page.getByText(en["steps.seen"]).waitFor();

    await page.goto(`${desk.web.http}/domains/${SPLIT}/dns?capability=receive`);
    const mx = page.getByRole("listitem").filter({ hasText: "Mail exchange (MX)" }).last();
    await mx.locator("summary").filter({ hasText: en["check.where"] }).click();
    const rows = await mx.getByRole("row").allInnerTexts();
    const serials = await Promise.all((["a", "b"] as const).map((one) => lab.serial(SPLIT, one)));
    assert.notEqual(serials[0], serials[1]);
    for (const [at, server] of (["a", "b"] as const).entries()) {
      const row = rows.find((text) => text.startsWith(`${server}.dns.test`)) ?? assert.fail(server);
      assert.match(row, /10 mx\.posthorn\.test/);
      assert.match(row, new RegExp(`\\t${serials[at]}\\t`), row);
      assert.match(row, /\d\d:\d\d:\d\d UTC/);
    }
    assert.match(rows.at(-1) ?? "", /^resolver[^]*\tNo\t/);
    await checkPage(watched, new Set());
    await desk.shot(page, "where");
    await page.context().close();
  });
});
