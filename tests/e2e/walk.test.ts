/**
 * The way of a first operator through the console, in a real browser against the real processes: set-up,
 * domain, records, mailbox, test message. Then the same pages in Chinese and dark, without script, as a
 * stranger, and as somebody who may see less.
 */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { requestTestMessage } from "../../lib/service/jobs.ts";
import { signOutAllDevices } from "../../lib/service/mailboxes.ts";
import { issueSetUpToken } from "../../lib/service/setup.ts";
import { openWebRuntime, type WebRuntime } from "../../lib/service/web-runtime.ts";
import { checkPage, openBrowser, openPage } from "../support/browser.ts";
import { testDatabase } from "../support/database.ts";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { testEnvironment } from "../support/settings.ts";
import { missingChromium } from "../support/tools.ts";
import { startWebProcess, type WebProcess } from "../support/web-process.ts";

const OPERATOR = { address: "mei@people.example", password: "battery staple nine" };
const ANNA = { address: "anna@example.org", password: "lange worte helfen" };
const DESK = { viewport: { width: 1280, height: 800 } };

suite("the console in a browser", { skip: missingChromium() }, () => {
  let browser: Browser;
  let web: WebProcess;
  let engine: EngineProcess;
  let token: string;
  let databaseUrl: string;

  before(async () => {
    databaseUrl = (await testDatabase()).url;
    const env = { ...testEnvironment(), DATABASE_URL: databaseUrl };
    web = await startWebProcess(env);
    engine = await startEngineProcess(env);
    browser = await openBrowser();
    token = await setUpToken(databaseUrl);
  });
  after(async () => {
    await browser?.close();
    await engine?.stop();
    assert.equal(await web?.stop(), 0, "the console stops cleanly");
  });

  const signIn = async (page: Page, who = OPERATOR, path = "/") => {
    await page.goto(web.http + path);
    await page.fill("[name=address]", who.address);
    await page.fill("[name=password]", who.password);
    await page.click("main button");
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  };
  const press = (page: Page, name: string) =>
    page.getByRole("main").getByRole("button", { name, exact: true }).click();

  test("from the set-up link to a mailbox that has its first message", async () => {
    const watched = await openPage(browser, DESK);
    const { page } = watched;
    const titles = new Set<string>();

    await page.goto(`${web.http}/`);
    await page.waitForURL("**/setup");
    await page.goto(`${web.http}/setup?token=${token}`);
    await checkPage(watched, titles);
    await page.fill("[name=name]", "Mei");
    await page.fill("[name=email]", OPERATOR.address);
    await page.fill("[name=password]", "short");
    await press(page, en["setup.submit"]);
    await page.getByText(en["error.password.tooShort"]).waitFor();
    assert.equal(await page.inputValue("[name=name]"), "Mei", "what was typed is kept");
    assert.equal(await page.inputValue("[name=password]"), "", "a password is not");

    await page.fill("[name=password]", OPERATOR.password);
    await press(page, en["setup.submit"]);
    await page.waitForURL("**/setup/host");
    await checkPage(watched, titles);
    await page.fill("[name=hostName]", "mail.example.org");
    await press(page, en["setup.hostSubmit"]);
    await page.waitForURL("**/home");
    await page.getByText(en["home.noDomains"]).waitFor();
    await checkPage(watched, titles);

    await page.getByRole("link", { name: en["home.next.domainAction"] }).click();
    await page.waitForURL("**/domains/new");
    await checkPage(watched, titles);
    await page.fill("[name=text]", "https://www.example.org/about");
    await press(page, en["domains.new.continue"]);
    await page.waitForURL("**/domains/new?job=*");
    await page.getByText(en["found.title"]).waitFor();
    await checkPage(watched, titles);
    await press(page, en["domains.new.submit"]);
    await page.waitForURL("**/domains/example.org/dns");
    await checkPage(watched, titles);
    for (const value of ["mail.example.org", "v=spf1 a:mail.example.org mx -all", "_dmarc"])
      await page.getByText(value, { exact: true }).first().waitFor();
    assert.equal((await page.getByText(en["dns.state.notChecked"]).count()) > 5, true);
    await picture(page, "docs/console.png");

    await page.getByRole("link", { name: en["dns.tab.zone"] }).click();
    await page.waitForURL("**/dns/zone");
    await page.getByText("$ORIGIN example.org.").waitFor();
    await checkPage(watched, titles);

    await page.goto(`${web.http}/domains/example.org/mailboxes`);
    await page.getByRole("link", { name: en["mailboxes.create"] }).click();
    await page.waitForURL("**/mailboxes/new");
    await checkPage(watched, titles);
    await page.fill("[name=localPart]", "anna");
    await page.fill("[name=password]", ANNA.password);
    await press(page, en["mailboxes.new.submit"]);
    await page.waitForURL("**/mailboxes?created=*");
    await page.getByText("anna@example.org exists and receives mail").waitFor();
    await checkPage(watched, titles);

    await page.goto(`${web.http}/domains/example.org`);
    await checkPage(watched, titles);
    await page.fill("[name=to]", ANNA.address);
    await press(page, en["domain.test.submit"]);
    await page.waitForURL("**/work/*");
    await page.getByText(en["work.result.outcome.delivered"]).waitFor(); // drawn by news, not by us
    await checkPage(watched, titles);

    await page.goto(`${web.http}/domains/example.org/mailboxes`);
    await page.getByRole("link", { name: ANNA.address }).click();
    await page.waitForURL("**/mailboxes/*-*");
    const inbox = page.getByRole("row").filter({ hasText: "INBOX" });
    assert.equal(await inbox.getByRole("cell").nth(1).textContent(), "1");
    await checkPage(watched, titles);
    for (const path of [
      "domains/example.org/aliases",
      "domains",
      "queue",
      "system/identity",
      "work",
      "account",
    ]) {
      await page.goto(`${web.http}/${path}`);
      await checkPage(watched, titles);
    }
    await page.context().close();
  });

  test("the same in Chinese and in the dark", async () => {
    const watched = await openPage(browser, { ...DESK, colorScheme: "dark", locale: "zh-CN" });
    const { page } = watched;
    const titles = new Set<string>();
    await page.goto(`${web.http}/sign-in`);
    await page.getByRole("heading", { name: zh["signIn.title"] }).waitFor();
    await checkPage(watched, titles);
    await signIn(page);
    await page.goto(`${web.http}/account`);
    await page.selectOption("[name=language]", "zh");
    await page.selectOption("[name=theme]", "dark");
    await page.getByRole("button", { name: en["common.save"] }).click();
    await page.getByText(zh["account.saved"]).waitFor();
    for (const [path, heading] of [
      ["home", zh["home.title"]],
      ["domains", zh["domains.title"]],
      ["domains/new", zh["domains.new.title"]],
      ["domains/example.org", "example.org"],
      ["domains/example.org/dns", zh["dns.title"]],
      ["domains/example.org/dns/steps", zh["steps.title"]],
      ["domains/example.org/dns/zone", zh["dns.tab.zone"]],
      ["domains/example.org/dns/automate", zh["publish.title"]],
      ["domains/example.org/dns/share", zh["share.title"]],
      ["domains/example.org/dns/history", zh["history.title"]],
      ["alarms", zh["alarms.title"]],
      ["domains/example.org/dns/sheet", zh["sheet.title"].replace("{domain}", "example.org")],
      ["domains/example.org/keys", zh["keys.title"]],
      ["domains/example.org/mailboxes", zh["mailboxes.title"]],
      ["domains/example.org/mailboxes/new", zh["mailboxes.create"]],
      ["domains/example.org/aliases", zh["aliases.title"]],
      ["domains/example.org/settings", zh["nav.settings"]],
      ["queue", zh["queue.title"]],
      ["system/identity", zh["identity.title"]],
      ["work", zh["work.title"]],
      ["account", zh["account.title"]],
    ] as const) {
      await page.goto(`${web.http}/${path}`);
      assert.equal(await page.locator("html").getAttribute("class"), "dark");
      assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
      assert.equal(await page.locator("h1").textContent(), heading);
      await checkPage(watched, titles);
    }
    await page.context().close();
  });

  test("without script: sign-in with its refusal, search, a form with its answer, sign-out", async () => {
    const { page } = await openPage(browser, { ...DESK, javaScriptEnabled: false });
    await page.goto(`${web.http}/domains?q=exam`);
    await page.fill("[name=address]", OPERATOR.address);
    await page.fill("[name=password]", "not this one at all");
    await page.click("main button");
    await page.getByText(en["signIn.refused"]).waitFor();
    await page.fill("[name=password]", OPERATOR.password);
    await page.click("main button");
    await page.waitForURL("**/domains?q=exam");
    // The account chose Chinese in the walk before.
    await page.getByRole("link", { name: "example.org" }).waitFor();

    await page.goto(`${web.http}/domains/example.org/aliases`);
    await page.fill("[name=localPart]", "sales");
    await page.fill("[name=targets]", "nonsense");
    await page.click("main form:has([name=targets]) button");
    await page.locator("#f-targets-error").waitFor();
    assert.equal(await page.inputValue("[name=localPart]"), "sales");
    await page.fill("[name=targets]", "anna@example.org");
    await page.click("main form:has([name=targets]) button");
    await page.getByRole("row").filter({ hasText: "sales@example.org" }).waitFor();
    await page.locator("header form button").last().click();
    await page.waitForURL("**/sign-in?out=1");
    await page.goto(`${web.http}/home`);
    assert.match(page.url(), /\/sign-in\?from=%2Fhome$/);
    await page.context().close();
  });

  test("a stranger is led to the sign-in, whatever the page", async () => {
    for (const path of [
      "/home",
      "/domains",
      "/domains/new",
      "/domains/example.org",
      "/domains/example.org/dns",
      "/domains/example.org/dns/zone/file",
      "/domains/example.org/dns/automate",
      "/domains/example.org/dns/steps",
      "/domains/example.org/dns/share",
      "/domains/example.org/dns/history",
      "/alarms",
      "/domains/example.org/dns/sheet",
      "/domains/example.org/keys",
      "/domains/example.org/keys/0/file",
      "/domains/example.org/mailboxes",
      "/domains/example.org/settings",
      "/queue",
      "/system/identity",
      "/system/identity/zone",
      "/work",
      "/account",
      "/me",
      "/me/app-passwords",
      "/me/devices",
      "/me/devices/apple",
      "/me/devices/sheet",
      "/setup/host",
    ]) {
      const bare = await fetch(web.http + path, { redirect: "manual" });
      const forged = await fetch(web.http + path, {
        redirect: "manual",
        headers: { cookie: "posthorn=made-up" },
      });
      for (const answer of [bare, forged]) {
        assert.ok([303, 307].includes(answer.status), `${path} answered ${answer.status}`);
        assert.match(answer.headers.get("location") ?? "", /sign-in/);
      }
    }
    assert.equal((await fetch(`${web.http}/api/events`)).status, 401);
  });

  test("an action is refused to a stranger who posts the very form of the page", async () => {
    const { page } = await openPage(browser, { ...DESK, javaScriptEnabled: false });
    await signIn(page, OPERATOR, "/domains/new");
    const hidden = await page.locator("main form input[type=hidden]").all();
    const form = new FormData();
    for (const input of hidden)
      form.set((await input.getAttribute("name")) ?? "", (await input.getAttribute("value")) ?? "");
    form.set("text", "stolen.example");
    form.set("step", "add");
    assert.ok(hidden.length > 0, "the form names its action");
    for (const cookie of ["", "posthorn=made-up"]) {
      const headers = { origin: web.http, cookie };
      const request = { method: "POST", body: form, headers, redirect: "manual" } as const;
      const answer = await fetch(`${web.http}/domains/new`, request);
      assert.ok([303, 307].includes(answer.status), `answered ${answer.status}`);
      assert.match(answer.headers.get("location") ?? "", /sign-in/);
    }
    await page.goto(`${web.http}/domains`);
    assert.equal(await page.getByText("stolen.example").count(), 0);
    await page.context().close();
  });

  test("a mailbox lands on its own page and sees nothing else", async () => {
    const watched = await openPage(browser, DESK);
    const { page } = watched;
    await signIn(page, ANNA);
    await page.waitForURL("**/me");
    await page.getByRole("heading", { name: en["clients.device.title"] }).waitFor();
    await checkPage(watched, new Set());
    for (const path of [
      "domains/example.org",
      "domains/example.org/dns",
      "domains/example.org/dns/steps",
      "domains/example.org/dns/automate",
      "domains/example.org/dns/share",
      "domains/example.org/dns/history",
      "domains/example.org/dns/sheet",
      "domains/example.org/keys",
      "domains/nowhere.example",
      "system/identity",
    ]) {
      const answer = await page.goto(`${web.http}/${path}`);
      assert.equal(answer?.status(), 404, path);
    }
    await page.goto(`${web.http}/domains`);
    await page.getByText(en["domains.emptyForYou"]).waitFor();
    await page.context().close();
  });

  test("news come to whom they concern, and to nobody else", async () => {
    const { page } = await openPage(browser, DESK);
    await signIn(page, ANNA);
    const cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
    const hearing = new AbortController();
    const { signal } = hearing;
    const answer = await fetch(`${web.http}/api/events`, { headers: { cookie }, signal });
    assert.match(answer.headers.get("content-type") ?? "", /^text\/event-stream/);
    const heard = hearUntil(answer, "anna@example.org");

    const runtime = openRuntime(databaseUrl);
    const { service } = runtime;
    const test = { domain: "example.org", to: "somebody@else.example", language: "en" } as const;
    assert.equal((await requestTestMessage(service, cliActor, test)).outcome, "done");
    const anna = await service.prisma.mailbox.findFirst({ where: { localPart: "anna" } });
    const asked = await signOutAllDevices(service, cliActor, { mailboxId: anna?.id ?? "" });
    assert.equal(asked.outcome, "done");

    const text = await heard;
    assert.match(text, /event: job\ndata: .*mailbox\.drop-sessions/);
    assert.doesNotMatch(text, /somebody@else\.example/);
    hearing.abort();
    await runtime.close();
    await page.goto(`${web.http}/me`);
    assert.match(page.url(), /\/sign-in\?ended=1$/, "signed out with the other devices");
    await page.context().close();
  });

  test("the policy allows no inline script, and https gets a __Host- cookie", async () => {
    const { page, problems } = await openPage(browser, DESK);
    const answer = await page.goto(`${web.https}/sign-in`);
    const policy = answer?.headers()["content-security-policy"] ?? "";
    assert.match(policy, /script-src 'self' 'nonce-[0-9a-f]{32}' 'strict-dynamic';/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.match(policy, /frame-ancestors 'none'/);
    await page.fill("[name=address]", ANNA.address);
    await page.fill("[name=password]", ANNA.password);
    await page.click("main button");
    await page.waitForURL("**/me");
    const session = (await page.context().cookies()).find(({ name }) => name === "__Host-posthorn");
    assert.deepEqual([session?.secure, session?.httpOnly, session?.sameSite], [true, true, "Lax"]);
    assert.deepEqual(problems(), []);
    await page.context().close();
  });
});

function openRuntime(databaseUrl: string): WebRuntime {
  const secrets = { secretKey: Buffer.alloc(32), authSecret: "" }; // nothing is sealed here
  return openWebRuntime({ databaseUrl, ...secrets, hostName: "localhost" });
}

/** All that a stream says until a word comes. */
async function hearUntil(answer: Response, word: string): Promise<string> {
  let text = "";
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes(word)) return text;
  }
  assert.fail(`the stream ended: ${text}`);
}

/** As `npm start` prints it. */
async function setUpToken(databaseUrl: string): Promise<string> {
  const runtime = openRuntime(databaseUrl);
  const token = await issueSetUpToken(runtime.service);
  await runtime.close();
  assert.ok(token);
  return token;
}

/** For README: made again with UPDATE_PICTURES=1. */
async function picture(page: Page, path: string): Promise<void> {
  if (process.env["UPDATE_PICTURES"] !== "1") return;
  mkdirSync("docs", { recursive: true });
  await page.screenshot({ path });
}
