/**
 * Setting up devices in a browser, with a real engine beside it: an app password made, used, seen to work
 * and revoked; a profile by a one-time link; the guides for every platform on a phone.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import type { Page } from "playwright-core";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { PLATFORMS } from "../../lib/schemas/clients.ts";
import { checkPage, openPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { newDomain, newMailbox, PASSWORD } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";
import { transcript } from "../support/transcript.ts";
import { readPlist } from "../support/xml.ts";

const ANN = { address: "ann@ours.example", password: PASSWORD };
const BOB = { address: "bob@ours.example", password: PASSWORD };

suite("setting up devices in a browser", { skip: missingChromium() }, () => {
  let desk: TestConsole;
  let engine: EngineProcess;
  let domainId: string;
  let annId: string;
  const at = (path: string) => `${desk.web.http}${path}`;

  before(async () => {
    desk = await startConsole();
    domainId = await newDomain(desk.runtime, "ours.example");
    annId = await newMailbox(desk.runtime, "ann", "ours.example");
    await newMailbox(desk.runtime, "bob", "ours.example");
    engine = await startEngineProcess(desk.env);
  });
  after(async () => {
    await engine?.stop();
    await desk?.stop();
  });

  const imapSays = (address: string, password: string, answer: string) =>
    transcript(
      engine.port("imap"),
      `
      S: * OK ...
      C: a1 LOGIN ${address} "${password}"
      S: a1 ${answer}`,
    );

  /** The kept look at one name, as engine/watch writes it. */
  async function saw(kind: string, verdict: string): Promise<void> {
    const now = new Date();
    await desk.runtime.service.prisma.dnsCheck.create({
      data: {
        ...{ domainId, key: kind, kind, verdict, scope: "domain", group: "devices" },
        ...{ need: "optional", name: `${kind}.ours.example`, type: "CNAME", reasons: [] },
        ...{ expected: [], found: [], answers: [], facts: {}, ackFound: [] },
        ...{ firstAskedAt: now, changedAt: now, checkedAt: now },
      },
    });
  }

  test("an app password: refused, made, seen once, seen to work, revoked", async () => {
    const watched = await desk.open({ look: "phone", who: ANN });
    const { page } = watched;
    await page.goto(at("/me"));
    await checkPage(watched, new Set());
    await desk.shot(page, "me-phone");
    await page.getByRole("link", { name: en["clients.app.manage"] }).click();
    await page.getByText(en["clients.app.emptyText"]).waitFor();
    await page.getByRole("link", { name: en["clients.app.suggest.android"] }).click();
    await page.waitForURL("**/app-passwords?name=*");
    await checkPage(watched, new Set());
    await desk.shot(page, "app-new-phone");

    const make = page.getByRole("button", { name: en["clients.app.create"] });
    await page.uncheck("[name=imap]");
    await page.uncheck("[name=smtp]");
    await page.fill("[name=current]", PASSWORD);
    await make.click();
    await page.getByText(en["clients.error.protocols"]).waitFor();
    assert.equal(await page.inputValue("[name=name]"), en["clients.app.suggest.android"]);
    await page.check("[name=imap]");
    await page.fill("[name=current]", "not my password");
    await make.click();
    await page.locator("#f-current-error").waitFor();
    await page.fill("[name=current]", PASSWORD);
    await make.click();
    await page.getByText(en["clients.app.waiting"]).waitFor();
    const shown = (await page.locator("main code").innerText()).replace(/\s+/g, " ").trim();
    assert.match(shown, /^([0-9a-z]{4} ){6}[0-9a-z]{4}$/);
    await checkPage(watched, new Set());
    await desk.shot(page, "app-made-phone");

    await imapSays(ANN.address, shown, "OK ...");
    await page.getByText("It works: signed in by IMAP from 127.0.0.0/24.").waitFor();
    await desk.shot(page, "app-works-phone");
    await page.getByRole("link", { name: en["clients.app.done"] }).click();
    await page.getByText("IMAP from 127.0.0.0/24").waitFor();
    const html = await page.content();
    assert.ok(!html.includes(shown) && !html.includes(shown.replaceAll(" ", "")), "shown once");
    await checkPage(watched, new Set());
    await desk.shot(page, "app-list-phone");

    await page.locator("summary").filter({ hasText: en["clients.app.revoke"] }).click();
    await page.getByRole("button", { name: /^Revoke “/ }).click();
    await page.getByText(en["clients.app.emptyText"]).waitFor();
    await imapSays(ANN.address, shown, "NO [AUTHENTICATIONFAILED] ...");
    await page.context().close();
  });

  test("without script an app password is made all the same", async () => {
    const { page } = await desk.open({ who: ANN, script: false });
    await page.goto(at("/me/app-passwords?name=Printer"));
    await page.fill("[name=current]", PASSWORD);
    await page.getByRole("button", { name: en["clients.app.create"] }).click();
    const shown = await page.locator("main code").innerText();
    await imapSays(ANN.address, shown.replace(/\s+/g, " ").trim(), "OK ...");
    await page.context().close();
  });

  test("a profile by a one-time link: a scanner changes nothing, one device gets it, once", async () => {
    const watched = await desk.open({ look: "phone", who: BOB });
    const { page } = watched;
    await page.goto(at("/me/devices/apple"));
    await page.getByText(en["clients.apple.selfSigned"]).waitFor();
    await page.getByText(en["clients.watch.waiting"]).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "apple-phone");
    await page.fill("[name=name]", `Bob's "iPad" <2>`);
    await page.fill("[name=current]", PASSWORD);
    await page.getByRole("button", { name: en["clients.apple.make"] }).click();
    const picture = page.getByRole("img", { name: en["clients.apple.qr"] });
    await picture.waitFor();
    assert.ok(await picture.evaluate((img) => (img as HTMLImageElement).naturalWidth > 0));
    const url =
      (await page.getByRole("link", { name: en["clients.apple.open"] }).getAttribute("href")) ?? "";
    assert.match(url, /\/device\/[\w-]{43}$/);
    await checkPage(watched, new Set());
    await desk.shot(page, "apple-link-phone");

    for (let i = 0; i < 3; i++) {
      const scan = await fetch(url);
      assert.equal(scan.status, 200);
      assert.equal((await fetch(`${url}/profile`)).status, 405, "GET gets no profile");
    }
    const phone = await openPage(desk.browser, { viewport: { width: 375, height: 740 } });
    await phone.page.goto(url);
    await checkPage(phone, new Set());
    await desk.shot(phone.page, "link-phone");
    const downloading = phone.page.waitForEvent("download");
    await phone.page.getByRole("button", { name: en["clients.link.download"] }).click();
    const download = await downloading;
    assert.equal(download.suggestedFilename(), "bob-ours.example.mobileconfig");
    const password = passwordIn(readFileSync(await download.path()));
    await phone.page.goto(url);
    await phone.page.getByText(/This link has been used/).waitFor();
    await desk.shot(phone.page, "link-used-phone");
    const again = await fetch(`${url}/profile`, { method: "POST", redirect: "manual" });
    assert.equal(again.status, 303);
    await phone.page.context().close();

    await imapSays(BOB.address, password, "OK ...");
    await page.getByText(en["clients.watch.seen"]).waitFor();
    await desk.shot(page, "apple-works-phone");
    await page.context().close();
  });

  test("made-up links lead nowhere, in the words of every other missing page", async () => {
    for (const token of ["x", "A".repeat(43), "..%2F..", "%00"]) {
      const answer = await fetch(at(`/device/${token}`), { redirect: "manual" });
      assert.equal(answer.status, 404, token);
      const post = await fetch(at(`/device/${token}/profile`), {
        method: "POST",
        redirect: "manual",
      });
      assert.equal(post.status, 404, token);
    }
  });

  test("the guides claim only what was seen; every platform in both languages, dark and light", async () => {
    const plain = await desk.open({ look: "phone", who: ANN });
    const titles = new Set<string>();
    for (const platform of PLATFORMS) {
      await plain.page.goto(at(`/me/devices/${platform}`));
      await plain.page.locator("main").getByText("ann@ours.example").first().waitFor();
      await checkPage(plain, titles);
      await desk.shot(plain.page, `guide-${platform}-phone`);
    }
    await plain.page.goto(at("/me/devices/thunderbird"));
    await plain.page.getByText(/autoconfig\.ours\.example was not seen leading here/).waitFor();
    await saw("autoconfig", "ok");
    await saw("autodiscover", "missing");
    await plain.page.reload();
    await plain.page.getByText(/autoconfig\.ours\.example leads here/).waitFor();
    await plain.page.goto(at("/me/devices/outlook"));
    await plain.page.getByText(/autodiscover\.ours\.example was not seen/).waitFor();
    await plain.page.goto(at("/me/devices/nonsense"));
    await plain.page.getByText(en["error.notFoundTitle"]).first().waitFor();
    plain.problems();
    await plain.page.context().close();

    const dark = await desk.open({ language: "zh", theme: "dark", who: ANN });
    const others = new Set<string>();
    for (const path of [
      "/me",
      "/me/app-passwords",
      "/me/devices/sheet",
      ...PLATFORMS.map((p) => `/me/devices/${p}`),
    ]) {
      await dark.page.goto(at(path));
      await checkPage(dark, others);
      await desk.shot(dark.page, `zh-dark${path.replaceAll("/", "-")}`);
    }
    await dark.page.goto(at("/me/devices/android"));
    assert.equal(await dark.page.locator("h1").textContent(), zh["clients.device.title"]);
    await dark.page.context().close();
  });

  test("who looks after the mailbox sees its app passwords, revokes them, and prints a sheet without a secret", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(at(`/mailboxes/${annId}`));
    await page.getByText("Printer").first().waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "admin-mailbox");
    await revokeFirst(page);
    await page.getByText(en["clients.app.emptyAdmin"]).waitFor();
    const before = await page.title();
    await page.getByRole("link", { name: en["clients.sheet.link"] }).click();
    await page.getByText(en["clients.sheet.lead"]).waitFor();
    // The page comes before its title: the old one goes, and for a moment there is none.
    await page.waitForFunction((old) => !["", old].includes(document.title), before);
    await checkPage(watched, new Set());
    await desk.shot(page, "sheet-desk");
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.getByRole("button", { name: en["clients.sheet.print"] }).count(), 0);
    assert.ok(await page.getByRole("heading", { name: en["clients.table.title"] }).isVisible());
    await desk.shot(page, "sheet-print");
    await page.context().close();
  });
});

async function revokeFirst(page: Page): Promise<void> {
  await page.locator("summary").filter({ hasText: en["clients.app.revoke"] }).first().click();
  await page
    .getByRole("button", { name: /^Revoke “/ })
    .first()
    .click();
}

/** The property list lies in the signed data as it is. */
function passwordIn(signed: Buffer): string {
  const text = signed.toString("utf8");
  const start = text.indexOf("<?xml");
  const end = text.indexOf("</plist>") + "</plist>".length;
  assert.ok(start > 0 && end > start, "signed around, not instead");
  const profile = readPlist(text.slice(start, end)) as {
    PayloadContent: { IncomingPassword: string }[];
  };
  return profile.PayloadContent[0]?.IncomingPassword ?? assert.fail();
}
