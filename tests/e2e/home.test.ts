/** Home in a browser: how all domains are, worst first, page by page; each sees his own. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { en } from "../../lib/i18n/en.ts";
import { zh } from "../../lib/i18n/zh.ts";
import { newId } from "../../lib/mail/ids.ts";
import { hashPassword } from "../../lib/mail/password.ts";
import { createUser } from "../../lib/storage/users.ts";
import { checkPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const TOM = { address: "tom@people.example", password: "lange worte helfen" };
/** More than home once counted. */
const MANY = 300;

suite("home in a browser", { skip: missingChromium() }, () => {
  let desk: TestConsole;
  const at = (path: string) => `${desk.web.http}${path}`;

  before(async () => {
    desk = await startConsole();
  });
  after(() => desk?.stop());

  const required = ["receive:mx", "send:spf", "protect:dmarc", "encrypt:stsPolicy"];

  /** As engine/watch keeps them; `verdicts` in the order of `required`. */
  async function keep(domainId: string, name: string, verdicts: readonly string[]): Promise<void> {
    const now = new Date();
    await desk.runtime.service.prisma.dnsCheck.createMany({
      data: required.map((which, n) => {
        const [group = "", kind = ""] = which.split(":");
        return {
          ...{ domainId, key: kind, kind, scope: "domain", group, name, type: "TXT" },
          ...{ need: "required-receive", verdict: verdicts[n] ?? "ok", reasons: [], expected: [] },
          ...{ found: [], answers: [], facts: { policy: "reject" }, ackFound: [] },
          ...{ firstAskedAt: now, changedAt: now, checkedAt: now },
        };
      }),
    });
  }

  test("without a domain: what lies ahead, and the one next step", async () => {
    const watched = await desk.open();
    const { page } = watched;
    await page.getByText(en["home.noDomains"]).waitFor();
    await page.getByText(en["home.first.records"]).waitFor();
    await page.getByRole("link", { name: en["home.next.domainAction"] }).waitFor();
    await page.getByText(en["home.certificates.none"]).waitFor();
    assert.equal(await page.getByText(en["home.matrix"]).count(), 0, "no matrix of nothing");
    await checkPage(watched, new Set());
    await desk.shot(page, "home-empty");
    await page.context().close();
  });

  test("many domains are all counted; the worst come first, by name on demand, page by page", async () => {
    const { prisma } = desk.runtime.service;
    const rows = Array.from({ length: MANY }, (_, n) => ({
      ...{ id: newId(), name: `d${String(n).padStart(3, "0")}.example`, mtaStsId: "1" },
    }));
    await prisma.domain.createMany({ data: rows });
    await Promise.all(rows.map(({ id, name }) => keep(id, name, [])));
    const watched = await desk.open();
    const { page } = watched;
    await page.getByText(`All ${MANY} domains are healthy.`).waitFor();
    await page.getByText(en["home.attention.none"]).waitFor();

    const last = rows.at(-1)?.id ?? "";
    await prisma.dnsCheck.updateMany({
      where: { domainId: last, kind: { in: ["mx", "spf"] } },
      data: { verdict: "missing" },
    });
    await prisma.dnsCheck.deleteMany({ where: { domainId: rows[7]?.id ?? "" } });
    await prisma.dnsCheck.updateMany({
      where: { domainId: rows[8]?.id ?? "", kind: "mx" },
      data: { verdict: "unknown" },
    });
    await page.reload();
    await page.getByText("1 domain needs attention. 1 has not been looked at yet.").waitFor();
    const matrix = page.locator("#matrix");
    const names = () => matrix.locator("tbody th").allTextContents();
    assert.deepEqual((await names()).slice(0, 3), ["d299.example", "d007.example", "d008.example"]);
    const worst = matrix.getByRole("row", { name: /d299/ });
    assert.equal(await worst.getByText(en["capability.broken"], { exact: true }).count(), 2);
    const unseen = matrix.getByRole("row", { name: /d007/ });
    assert.equal(await unseen.getByText(en["capability.unseen"]).count(), 5, "nothing is claimed");
    const silent = matrix.getByRole("row", { name: /d008/ });
    await silent.getByText(en["capability.unknown"]).waitFor();

    const item = page.getByRole("listitem").filter({ hasText: "d299.example" }).first();
    await item.getByText("and 1 more there", { exact: false }).waitFor();
    const fix = item.getByRole("link");
    assert.match((await fix.getAttribute("href")) ?? "", /^\/domains\/d299\.example\/dns#record-/);
    await checkPage(watched, new Set());
    await desk.shot(page, "home-many");

    await matrix.getByRole("link", { name: en["home.sort.name"] }).click();
    await page.waitForURL(/sort=name/);
    await matrix.getByRole("rowheader", { name: "d000.example" }).waitFor();
    await matrix.getByRole("link", { name: en["common.next"] }).click();
    await page.waitForURL(/after=d011\.example/);
    await matrix.getByRole("rowheader", { name: "d012.example" }).waitFor();
    await page.goto(at("/domains?q=d29"));
    const row = page.getByRole("row", { name: /d299/ });
    const send = `${en["cap.send"]}: ${en["capability.broken"]}`;
    assert.ok((await row.textContent())?.includes(send), "the same in the list of domains");
    await checkPage(watched, new Set());
    await desk.shot(page, "domains-glyphs");
    await page.context().close();
  });

  test("an admin sees his own domain, and nothing of others or of the server", async () => {
    const tomsId = await newDomain(desk.runtime, "toms.example");
    const { prisma } = desk.runtime.service;
    const passwordHash = await hashPassword(TOM.password);
    const tom = { email: TOM.address, name: "Tom", locale: "en", role: "domain_admin" } as const;
    await createUser(prisma, { ...tom, passwordHash, domainId: tomsId });
    const about = { openedAt: new Date(), verdict: "changed", before: [], after: [], reasons: [] };
    await prisma.alarm.create({ data: { domainId: null, key: "ptr", kind: "ptr", ...about } });
    const { page, ...rest } = await desk.open({ who: TOM });
    await page.getByText("1 has not been looked at yet.", { exact: false }).waitFor();
    assert.deepEqual(await page.locator("#matrix tbody th").allTextContents(), ["toms.example"]);
    const main = page.getByRole("main");
    for (const text of ["d299", en["home.certificates"], en["home.serverToo"]])
      assert.equal(await main.getByText(text).count(), 0, text);
    await main.getByText("The command line added the domain.").waitFor();
    await checkPage({ page, ...rest }, new Set());
    await page.context().close();
  });

  test("on a phone, in the dark, in Chinese", async () => {
    const watched = await desk.open({ look: "phone", language: "zh", theme: "dark" });
    await watched.page.getByText(zh["home.serverToo"], { exact: false }).waitFor();
    await checkPage(watched, new Set());
    await desk.shot(watched.page, "home-phone-zh");
    await watched.page.goto(at("/domains"));
    await checkPage(watched, new Set());
    await watched.page.context().close();
  });
});
