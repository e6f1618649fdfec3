/**
 * A mailbox in a browser: its folders with their counts, page by page, what it may keep, and what IMAP does not
 * offer it.
 */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { newDomain, newMailbox, PASSWORD } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const ANNA = "anna@ours.example";

suite("a mailbox's page", { skip: missingChromium() }, () => {
  let desk: TestConsole;
  let anna: string;

  before(async () => {
    desk = await startConsole();
    await newDomain(desk.runtime, "ours.example");
    anna = await newMailbox(desk.runtime, "anna", "ours.example");
    await newMailbox(desk.runtime, "empty", "ours.example");
    const { folder } = desk.runtime.service.prisma;
    await folder.updateMany({
      where: { mailboxId: anna, name: "INBOX" },
      data: { messages: 1204, unseen: 12, deleted: 3, bytes: 300_000_000 },
    });
    await folder.createMany({
      data: Array.from({ length: 60 }, (_, n) => ({
        mailboxId: anna,
        name: `Überblick/日本/${String(n).padStart(2, "0")}`,
        uidValidity: n + 1,
        messages: n,
        bytes: n * 1000,
      })),
    });
  });
  after(() => desk?.stop());

  const row = (page: Awaited<ReturnType<TestConsole["open"]>>["page"], name: string) =>
    page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });

  test("folders stand with what they are for and hold, and the next page is a link away", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(`${desk.web.http}/mailboxes/${anna}`);
    await page.getByText("66 folders with 2,974 messages, 12 unread").waitFor();
    await page.getByText("3 messages are marked as deleted.").waitFor();
    assert.deepEqual(await row(page, "INBOX").getByRole("cell").allTextContents(), [
      ...[en["folders.use.inbox"], "1,204", "12", "286 MB"],
    ]);
    assert.equal(await row(page, "Sent").getByRole("cell").first().textContent(), "Sent mail");
    await checkPage(watched, new Set());
    await desk.shot(page, "folders-desk");

    await page.getByRole("link", { name: en["common.next"] }).click();
    await row(page, "Überblick / 日本 / 19").waitFor();
    assert.match(page.url(), /\?after=[^#]+#folders$/);
    assert.equal(await row(page, "INBOX").count(), 0);
    await page.getByRole("link", { name: en["common.previous"] }).click();
    await row(page, "INBOX").waitFor();
    await page.context().close();
  });

  test("limits are changed by keyboard: refused with the reason, saved at once, told in the audit log", async () => {
    const { prisma } = desk.runtime.service;
    const used = { usedBytes: 300_000_000, usedMessages: 2974 };
    await prisma.mailbox.update({ where: { id: anna }, data: used });
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(`${desk.web.http}/mailboxes/${anna}`);
    await page.getByText("286 MB of 1 GB").first().waitFor();
    await page.getByText("2,974 messages, any number may be kept").waitFor();
    await page.locator("summary", { hasText: en["limits.change"] }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("0");
    await page.keyboard.press("Enter");
    await page.getByText(en["error.messages.invalid"]).waitFor();
    const field = page.getByLabel(en["limits.messages"]);
    assert.equal(await field.evaluate((input) => input === document.activeElement), true);
    await desk.shot(page, "limits-refused");

    await field.fill("3000");
    await page.keyboard.press("Enter");
    await page.getByText(en["limits.saved"]).waitFor();
    await page.getByText("2,974 of 3,000 messages").first().waitFor();
    assert.equal(await field.inputValue(), "3000");
    assert.equal(await page.getByText(en["limits.full"]).count(), 0);
    await checkPage(watched, new Set());
    await desk.shot(page, "limits-desk");

    await field.fill("2000");
    await page.getByLabel(en["limits.storage"]).fill("0.5");
    await page.getByRole("button", { name: en["limits.save"] }).click();
    await page.getByText("2,974 of 2,000 messages").first().waitFor();
    await page.getByText("286 MB of 512 MB").first().waitFor();
    await page.getByText(en["limits.full"]).waitFor();
    const told = await prisma.auditEntry.findMany({ where: { action: "mailbox.setLimits" } });
    assert.deepEqual(
      told.map(({ changes }) => changes),
      [
        { quotaMessages: [null, 3000] },
        { quotaBytes: [2 ** 30, 2 ** 29], quotaMessages: [3000, 2000] },
      ],
    );
    await page.goto(`${desk.web.http}/domains/ours.example/mailboxes`);
    await page.getByText("2,974 of 2,000 messages").first().waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "limits-list");
    await page.context().close();
  });

  test("a mailbox is made with a limit on messages, and without one when the field stays empty", async () => {
    const { prisma } = desk.runtime.service;
    const { page } = await desk.open({ script: false });
    for (const [localPart, messages, quotaMessages] of [
      ["few", "500", 500],
      ["any", "", null],
    ] as const) {
      await page.goto(`${desk.web.http}/domains/ours.example/mailboxes/new`);
      await page.fill("[name=localPart]", localPart);
      await page.fill("[name=password]", PASSWORD);
      await page.fill("[name=quotaMessages]", messages);
      await desk.shot(page, `limits-new-${localPart}`);
      await page.getByRole("button", { name: en["mailboxes.new.submit"] }).click();
      await page.waitForURL("**/mailboxes?created=*");
      const made = await prisma.mailbox.findFirstOrThrow({ where: { localPart } });
      assert.equal(made.quotaMessages, quotaMessages);
    }
    await page.context().close();
  });

  test("an admin changes limits in Chinese, in the dark, on a phone", async () => {
    const watched = await desk.open({ look: "phone", language: "zh", theme: "dark" });
    const { page } = watched;
    await page.goto(`${desk.web.http}/mailboxes/${anna}`);
    await page.getByText("2,974 / 2,000 封邮件").first().waitFor();
    await page.getByText(zh["limits.full"]).waitFor();
    await page.locator("summary", { hasText: zh["limits.change"] }).click();
    await page.getByLabel(zh["limits.messages"]).fill("4000");
    await desk.shot(page, "limits-phone");
    await page.getByRole("button", { name: zh["limits.save"] }).click();
    await page.getByText("2,974 / 4,000 封邮件").first().waitFor();
    await checkPage(watched, new Set());
    await page.context().close();
  });

  test("a feature that is switched off is audited, ends the connections, and can be given back", async () => {
    const { service } = desk.runtime;
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(`${desk.web.http}/mailboxes/${anna}`);
    await page.getByText(en["features.all"]).waitFor();
    await page.locator("summary", { hasText: en["features.change"] }).click();
    await page.getByRole("checkbox", { name: "UIDONLY" }).check();
    await page.getByText(en["features.others"]).click();
    await page.getByRole("checkbox", { name: "PREVIEW", exact: true }).check();
    await checkPage(watched, new Set());
    await desk.shot(page, "features-desk");
    await page.getByRole("button", { name: en["features.save"] }).click();
    await page.getByText(en["features.saved"]).waitFor();
    await page.getByText("Switched off: UIDONLY, PREVIEW.").waitFor();
    const told = await service.prisma.auditEntry.findFirst({
      where: { action: "mailbox.denyImap" },
    });
    assert.deepEqual(told?.changes, { denied: [[], ["UIDONLY", "PREVIEW"]] });
    assert.equal(await service.prisma.job.count({ where: { mailboxId: anna } }), 1);

    await page.getByRole("checkbox", { name: "UIDONLY" }).uncheck();
    await page.getByRole("checkbox", { name: "PREVIEW", exact: true }).uncheck();
    await page.getByRole("button", { name: en["features.save"] }).click();
    await page.getByText(en["features.all"]).waitFor();
    await page.context().close();
  });

  test("without script a name that cannot be denied is refused, and nothing changes", async () => {
    const { page } = await desk.open({ script: false });
    await page.goto(`${desk.web.http}/mailboxes/${anna}`);
    await page.locator("summary", { hasText: en["features.change"] }).click();
    await page.getByRole("checkbox", { name: "IDLE" }).check();
    const form = page.locator("form:has([name='off:IDLE'])");
    const fields = await form.evaluate((f) => [...new FormData(f as HTMLFormElement)]);
    const cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
    const body = new FormData();
    for (const [name, value] of fields) body.set(String(name), String(value));
    body.set("off:IMAP4rev1", "on");
    const headers = { origin: desk.web.http, cookie };
    const url = `${desk.web.http}/mailboxes/${anna}`;
    const answer = await fetch(url, { method: "POST", body, headers });
    assert.match(await answer.text(), new RegExp(en["error.check"].slice(0, 12)));
    const mailbox = await desk.runtime.service.prisma.mailbox.findUnique({ where: { id: anna } });
    assert.deepEqual(mailbox?.imapDenied, []);
    await page.context().close();
  });

  test("its owner sees the folders in Chinese, in the dark, on a phone, and nothing to switch off", async () => {
    const who = { address: ANNA, password: PASSWORD };
    const watched = await desk.open({ look: "phone", language: "zh", theme: "dark", who });
    const { page } = watched;
    await page.getByText("共 66 个文件夹、2,974 封邮件").waitFor();
    await page.getByText(zh["folders.use.inbox"]).first().waitFor();
    await page.getByText("2,974 / 4,000 封邮件").first().waitFor();
    assert.equal(await page.getByText(zh["features.title"]).count(), 0);
    assert.equal(await page.getByText(zh["limits.change"]).count(), 0);
    await checkPage(watched, new Set());
    await desk.shot(page, "folders-me-phone");
    await page.getByRole("link", { name: zh["common.next"] }).click();
    await page.getByText("43", { exact: true }).first().waitFor();
    assert.match(page.url(), /\/me\?after=/);
    await page.goto(`${desk.web.http}/me?after=${encodeURIComponent("\u{10ffff}")}`);
    await page.getByText(zh["folders.none"]).waitFor();
    await page.context().close();
  });
});
