/** The page of the server in front of a real engine: what is set is said, what is published turns by itself. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { newId } from "../../lib/mail/ids.ts";
import { hashPassword } from "../../lib/mail/password.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { getServerChecks } from "../../lib/service/dns-checks.ts";
import { createUser } from "../../lib/storage/users.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { zoneFrom } from "../support/dns-published.ts";
import { startDnsServer, type DnsServerForTests } from "../support/dns-server.ts";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const ADA = { address: "ada@people.example", password: "lange worte helfen" };
const TOM = { address: "tom@people.example", password: "lange worte helfen" };
const HOST = "mail.ours.example";

suite("the server's identity in a browser", { skip: missingChromium() }, () => {
  let dns: DnsServerForTests;
  let desk: TestConsole;
  let engine: EngineProcess;
  const at = (path: string) => `${desk.web.http}${path}`;

  before(async () => {
    dns = await startDnsServer({ "ours.example": { TXT: [] } });
    const closed = { SMTP_DELIVERY_PORT: "1", HTTPS_FETCH_PORT: "1" };
    desk = await startConsole({ DNS_WATCH: "yes", ...closed }, dns.address);
    const { prisma } = desk.runtime.service;
    const passwordHash = await hashPassword(ADA.password);
    const ada = { email: ADA.address, name: "Ada", locale: "en", role: "auditor" } as const;
    await createUser(prisma, { ...ada, passwordHash, domainId: null });
    const domainId = await newDomain(desk.runtime, "toms.example");
    const tom = { email: TOM.address, name: "Tom", locale: "en", role: "domain_admin" } as const;
    const his = await hashPassword(TOM.password);
    await createUser(prisma, { ...tom, passwordHash: his, domainId });
    engine = await startEngineProcess(desk.env);
  });
  after(async () => {
    await engine?.stop();
    await desk?.stop();
    await dns?.close();
  });

  test("name and address are set; what is published is correct in the open page", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.getByRole("link", { name: en["nav.system"], exact: true }).click();
    await page.waitForURL("**/system/identity");
    await page.getByText(en["identity.host.follows.reverse"]).waitFor();

    await page.fill("[name=hostName]", HOST);
    await page.getByRole("button", { name: en["identity.host.submit"] }).click();
    await page.getByText(en["identity.host.done"]).waitFor();

    await page.fill("[name=addresses]", "203.0.113.7");
    await page.getByRole("button", { name: en["identity.addresses.submit"] }).click();
    await page.getByText(en["identity.addresses.set"]).waitFor();

    const address = page.locator('[id="record-hostAddress:203.0.113.7"]');
    await address.getByText(en["verdict.waiting"]).waitFor({ timeout: 30_000 });
    await desk.shot(page, "identity-waiting");
    await checkPage(watched, new Set());

    const found = await getServerChecks(desk.runtime.service, cliActor);
    Object.assign(dns.zone, zoneFrom(found?.records ?? []));
    await address.getByText(en["verdict.ok"], { exact: true }).waitFor({ timeout: 30_000 });
    await address.locator("summary").filter({ hasText: en["check.where"] }).click();
    assert.match(await address.getByRole("table").innerText(), /203\.0\.113\.7/);
    const pointer = page.locator('[id="record-hostPointer:203.0.113.7"]');
    await pointer.getByText(en["verdict.ok"], { exact: true }).waitFor();
    // What is no record has its row, its verdict and its time as well.
    const wayOut = page.locator('[id="record-outbound25"]');
    assert.match(await wayOut.innerText(), /mail\.ours\.example · Looked at/);
    await desk.shot(page, "identity-correct");
    await checkPage(watched, new Set());
    await page.context().close();
  });

  test("the records as a file, for operators and auditors of the server, and for nobody else", async () => {
    const { page } = await desk.open();
    await page.goto(at("/system/identity"));
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: en["dns.zone.download"] }).click(),
    ]);
    assert.equal(file.suggestedFilename(), `${HOST}.zone`);
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    assert.match(
      Buffer.concat(chunks).toString(),
      /^mail\.ours\.example\.\t\d+\tIN\tA\t203\.0\.113\.7$/m,
    );
    await page.context().close();

    const ada = (await desk.open({ who: ADA })).page;
    await ada.goto(at("/system/identity"));
    assert.equal(await ada.getByRole("main").locator("form").count(), 0, "to read, not to change");
    await ada.getByRole("link", { name: en["dns.zone.download"] }).waitFor();
    await ada.context().close();
    const other = (await desk.open({ who: TOM })).page;
    for (const path of ["/system/identity", "/system/identity/zone"])
      assert.equal((await other.goto(at(path)))?.status(), 404, path);
    assert.equal(await other.getByRole("link", { name: en["nav.system"], exact: true }).count(), 0);
    await other.context().close();
  });

  test("an alarm of the server leads to its place here, for who may open it", async () => {
    const found = { before: [], after: [], reasons: [], openedAt: new Date() };
    const about = { key: "blocklist:203.0.113.7", kind: "blocklist", verdict: "missing" };
    await desk.runtime.service.prisma.alarm.create({
      data: { id: newId(), domainId: null, ...about, ...found },
    });
    const { page } = await desk.open();
    await page.goto(at("/alarms"));
    await page.getByRole("link", { name: en["alarms.serverPage"] }).click();
    await page.waitForURL("**/system/identity#record-blocklist%3A203.0.113.7");
    await page.context().close();
    const ada = (await desk.open({ who: ADA })).page;
    await ada.goto(at("/alarms"));
    await ada.getByRole("link", { name: en["alarms.serverPage"] }).waitFor();
    await ada.context().close();
    const other = (await desk.open({ who: TOM })).page;
    await other.goto(at("/alarms"));
    await other.getByText(en["alarms.empty.open"]).waitFor();
    assert.equal(await other.getByText(en["alarms.server"]).count(), 0);
    await other.context().close();
  });

  test("on a phone, in the dark, in Chinese; ports are saved without script", async () => {
    const watched = await desk.open({ look: "phone", theme: "dark", language: "zh" });
    await watched.page.goto(at("/system/identity"));
    assert.equal(await watched.page.locator("h1").textContent(), zh["identity.title"]);
    await desk.shot(watched.page, "identity-zh");
    await checkPage(watched, new Set());
    await watched.page.context().close();

    const { page } = await desk.open({ script: false });
    await page.goto(at("/system/identity"));
    await page.fill("[name=imaps]", "99999");
    await page.getByRole("button", { name: en["identity.ports.submit"] }).click();
    await page.getByText(en["error.port.invalid"]).waitFor();
    await page.fill("[name=imaps]", "4993");
    await page.getByRole("button", { name: en["identity.ports.submit"] }).click();
    await page.getByText(en["identity.ports.done"]).waitFor();
    assert.equal(await page.inputValue("[name=imaps]"), "4993");
    await page.context().close();
  });
});
