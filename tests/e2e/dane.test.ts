/** DANE in a browser: what is said in each state that was measured, changing the key, and how it fits. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { hashPassword } from "../../lib/mail/password.ts";
import { readHostKeys } from "../../lib/service/host-keys.ts";
import { currentHostKey } from "../../lib/storage/host-keys.ts";
import { TLSA_SEEN_KEY } from "../../lib/storage/host-key-life.ts";
import { setSetting } from "../../lib/storage/settings.ts";
import { createUser } from "../../lib/storage/users.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const HOUR_MS = 3_600_000;
const ANN = { address: "ann@people.example", password: "battery staple nine" };

suite("DANE in a browser", { skip: missingChromium() }, () => {
  let desk: TestConsole;
  let domainId: string;
  const at = () => `${desk.web.http}/domains/ours.example/policies/dane`;
  const prisma = () => desk.runtime.service.prisma;

  before(async () => {
    desk = await startConsole({ MAIL_HOSTNAME: "mx.ours.example" });
    domainId = await newDomain(desk.runtime, "ours.example");
    await currentHostKey(desk.runtime.pool, desk.runtime.service.secrets);
    const passwordHash = await hashPassword(ANN.password);
    const person = { email: ANN.address, name: "Ann", locale: "en", domainId, passwordHash };
    await createUser(prisma(), { ...person, role: "domain_admin" });
  });
  after(() => desk?.stop());

  /** As the watch keeps what it measured. */
  async function zone(security: string, of: string | null): Promise<void> {
    const now = new Date();
    const facts = { domain: "ours.example", apex: "ours.example", security };
    const data = { zone: facts, checkedAt: now };
    const { count } = await prisma().dnsWatch.updateMany({ where: { domainId: of }, data });
    const times = { nextAt: now, nextFullAt: now, startedAt: now };
    if (count === 0) await prisma().dnsWatch.create({ data: { domainId: of, ...times, ...data } });
  }
  /** As engines keep what they saw of TLSA; `visible`: which keys, for how many hours. */
  async function saw(published: "yes" | "no", visible: Record<string, number> = {}): Promise<void> {
    const now = new Date();
    const lastPublishedAt = published === "yes" ? now.toISOString() : null;
    const value = { at: now.toISOString(), published, lastPublishedAt, ttl: 3600, names: [] };
    await setSetting(prisma(), TLSA_SEEN_KEY, value);
    await prisma().hostKey.updateMany({
      data: { lookedAt: now, lastSeenAt: null, visibleSince: null, seenTtl: 3600 },
    });
    for (const [state, hours] of Object.entries(visible)) {
      const visibleSince = new Date(now.getTime() - hours * HOUR_MS);
      await prisma().hostKey.updateMany({
        where: { state },
        data: { visibleSince, lastSeenAt: now },
      });
    }
  }

  test("before anybody has looked nothing is claimed; unsigned, wrong and unknown say what to do", async () => {
    const watched = await desk.open();
    const { page } = watched;
    const titles = new Set<string>();
    await prisma()
      .dnsWatch.updateMany({ data: { zone: null as never } })
      .catch(() => undefined);
    await page.goto(at());
    await page.getByText("Nobody has looked yet whether the zone of mx.ours.example").waitFor();
    assert.equal(await page.getByText(en["dane.records"], { exact: true }).count(), 0);
    await checkPage(watched, titles);
    await desk.shot(page, "dane-notlooked");
    for (const [word, text] of [
      ["unsigned", "is not signed (DNSSEC), so fingerprints would have no effect"],
      ["bogus", "The signatures of the zone ours.example are wrong"],
      ["unknown", "could not be found out"],
    ] as const) {
      await zone(word, null);
      await page.goto(at());
      await page.getByText(text).first().waitFor();
      assert.equal(await page.getByText(en["dane.records"], { exact: true }).count(), 0);
      await checkPage(watched, new Set());
      await desk.shot(page, `dane-${word}`);
    }
    await page.context().close();
  });

  test("signed: nothing published, published wrong, partly, verified", async () => {
    await zone("signed", null);
    await zone("unsigned", domainId);
    const watched = await desk.open();
    const { page } = watched;
    const states = [
      ["nothing", () => saw("no")],
      ["wrong", () => saw("yes")],
      ["good", () => saw("yes", { current: 5 })],
    ] as const;
    for (const [state, measured] of states) {
      await measured();
      await page.goto(at());
      await page.getByText(en[`dane.state.${state}`], { exact: true }).waitFor();
      await checkPage(watched, new Set());
      await desk.shot(page, `dane-${state}`);
    }
    await page.getByText("for mail to ours.example most servers do not look").waitFor();
    const [key] = (await readHostKeys(desk.runtime.service)).keys;
    assert.ok(key);
    assert.equal(await page.getByText(/^3 1 1 [0-9a-f]{64}$/).count(), 1);
    await page.context().close();
  });

  test("the key is changed step by step, and refused before its time", async () => {
    await zone("signed", null);
    await zone("signed", domainId);
    await saw("yes", { current: 5 });
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(at());
    await page.selectOption("[name=algorithm]", "rsa-2048");
    await page.getByRole("button", { name: en["dane.prepare"] }).click();
    await page.getByText(en["dane.at.look"]).waitFor();
    await saw("yes", { current: 5 });
    await page.reload();
    await page.getByText(en["dane.key.next"], { exact: true }).waitFor();
    const here = () => page.locator("[aria-current=step]").textContent();
    assert.match((await here()) ?? "", /^1\. Publish/);
    assert.equal(await page.getByText(/^3 1 1 [0-9a-f]{64}$/).count(), 2);
    await checkPage(watched, new Set());
    await desk.shot(page, "dane-publish");

    await saw("yes", { current: 5, next: 1 });
    await page.reload();
    assert.match((await here()) ?? "", /Wait/);
    assert.equal(await page.getByRole("button", { name: en["dane.switch"] }).count(), 0);
    await page.getByText("Others may remember the old set for 3,600 seconds").waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "dane-wait");

    await saw("yes", { current: 5, next: 2 });
    await page.reload();
    const press = page.getByRole("button", { name: en["dane.switch"] });
    await press.waitFor();
    await saw("yes", { current: 5 }); // it vanished while the page was open
    await press.click();
    await page.getByText(en["dane.switch.notVisible"]).waitFor();
    await saw("yes", { current: 5, next: 2 });
    await press.click();
    await page.getByText(en["dane.at.switching"]).first().waitFor();
    await desk.shot(page, "dane-switch");

    await page.locator("summary").filter({ hasText: en["dane.cancel"] }).click();
    await page.getByRole("button", { name: en["dane.cancel"] }).click();
    await page.getByText(en["dane.step.remove"]).waitFor();
    await checkPage(watched, new Set());
    await page.context().close();
  });

  test("after the change the old fingerprint is kept until a time that is said", async () => {
    await prisma().hostKey.deleteMany({ where: { state: "retired" } });
    const { pool, service } = desk.runtime;
    await pool.query("UPDATE host_key SET state = 'retired', retired_at = now()");
    await currentHostKey(pool, service.secrets);
    await saw("yes", { current: 5, retired: 9 });
    const watched = await desk.open();
    const { page } = watched;
    await page.goto(at());
    await page.getByText(en["dane.key.retired"], { exact: true }).waitFor();
    await page.getByText("Keep the fingerprint of the former one until").waitFor();
    await checkPage(watched, new Set());
    await desk.shot(page, "dane-keep");
    await page.context().close();
    for (const [look, language, theme] of [
      ["phone", "zh", "dark"],
      ["phone", "en", "light"],
      ["desk", "zh", "light"],
    ] as const) {
      const other = await desk.open({ look, language, theme });
      await other.page.goto(at());
      const words = language === "zh" ? zh : en;
      await other.page.getByText(words["dane.key.retired"], { exact: true }).waitFor();
      await other.page.locator("summary").filter({ hasText: "4" }).click();
      await checkPage(other, new Set());
      await desk.shot(other.page, `dane-keep-${look}-${language}-${theme}`);
      await other.page.context().close();
    }
  });

  test("an admin of the domain reads it and changes nothing; without script it works", async () => {
    await prisma().certificate.deleteMany({}); // the console made one with the former key
    await prisma().hostKey.deleteMany({ where: { state: "retired" } });
    const reader = await desk.open({ who: ANN });
    await reader.page.goto(at());
    await reader.page.getByText(en["dane.onlyOperators"]).waitFor();
    assert.equal(await reader.page.getByRole("button", { name: en["dane.prepare"] }).count(), 0);
    await checkPage(reader, new Set());
    await reader.page.context().close();

    const plain = await desk.open({ script: false });
    await plain.page.goto(at());
    await plain.page.getByRole("button", { name: en["dane.prepare"] }).click();
    await plain.page.getByText(en["dane.at.look"]).waitFor();
    await plain.page.context().close();
  });
});
