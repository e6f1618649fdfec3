/**
 * Publishing in a browser, by RFC 2136 to a real name server: a credential, a preview, a tick, the changes made
 * and seen by all servers, and undone; on a phone, in Chinese, and without script.
 */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { en } from "../../lib/i18n/publish.ts";
import { zh } from "../../lib/i18n/publish.ts";
import { ServerAddresses } from "../../lib/schemas/server.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { setAddresses, setHostName } from "../../lib/service/server-identity.ts";
import { checkPage, type WatchedPage } from "../support/browser.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";
import { startTestEngine, type TestEngine } from "../support/engine.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const NAME = "plain.test";
const PATIENCE_MS = 60_000;

suite("publishing in a browser", { skip: missingChromium() || missingDnsLab() }, () => {
  let lab: DnsLab;
  let desk: TestConsole;
  let engine: TestEngine;
  before(async () => {
    lab = await startDnsLab([
      {
        name: NAME,
        text: `@ 300 MX 5 mx.old.example.
@ 300 TXT "google-site-verification=abc"
@ 300 TXT "v=spf1 include:_spf.old.example ~all"
autoconfig A 192.0.2.81`,
      },
    ]);
    desk = await startConsole(lab.environment);
    engine = await startTestEngine({
      databaseUrl: desk.env["DATABASE_URL"] ?? "",
      settings: {
        ...lab.settings,
        secretKey: Buffer.from(desk.env["POSTHORN_SECRET_KEY"] ?? "", "base64"),
      },
    });
    await newDomain(desk.runtime, NAME);
  });
  after(async () => {
    await engine?.stop();
    await desk?.stop();
    await lab?.stop();
  });

  const here = () => `${desk.web.http}/domains/${NAME}/dns/automate`;
  const say = (key: keyof typeof en, n = 0) =>
    en[key].replace(/\{n\|([^|]*)\|([^}]*)\}/, (_, one: string, many: string) =>
      (n === 1 ? one : many).replaceAll("#", String(n)),
    );

  async function addKey({ page }: WatchedPage, secret: string): Promise<void> {
    const { name } = lab.key(NAME);
    await page.fill("[name=keyName]", name);
    await page.fill("[name=secret]", secret);
    await page.getByRole("button", { name: en["publish.add.submit"] }).click();
  }

  test("from nothing to published, verified and undone", async () => {
    const watched = await desk.open();
    const { page } = watched;
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(here());
    await page.getByText("No credential is stored").waitFor();
    await desk.shot(page, "1-empty");
    await checkPage(watched, new Set());

    await addKey(watched, "c2hvcnQ=");
    await page.getByText(en["error.publish.tsigSecret"]).waitFor();
    assert.equal(await page.inputValue("[name=secret]"), "", "a refused secret does not come back");
    await addKey(watched, Buffer.alloc(32, 9).toString("base64"));
    await page.getByText("has another secret for the key").waitFor();
    await desk.shot(page, "2-broken");
    assert.deepEqual(watched.problems(), []);
    await page
      .getByRole("group")
      .filter({ hasText: en["publish.credential.remove"] })
      .locator("summary")
      .first()
      .click();
    await page.getByRole("button", { name: /^Remove/ }).click();
    await page.getByText("No credential is stored").waitFor();

    const { secret } = lab.key(NAME);
    await page.goto(here());
    await addKey(watched, secret);
    await page.getByText(en["publish.credential.ok"], { exact: true }).waitFor();
    assert.ok(!(await page.content()).includes(secret), "never shown again");

    await page.getByRole("button", { name: /^Preview changes with/ }).click();
    await page.getByRole("checkbox", { name: "Replace MX at @" }).waitFor();
    await desk.shot(page, "3-preview");
    await checkPage(watched, new Set());
    await page.getByRole("checkbox", { name: "Replace MX at @" }).check();
    await page.getByRole("button", { name: en["publish.preview.again"] }).click();
    const apply = page.getByRole("button", { name: say("publish.preview.apply", 16) });
    await apply.waitFor(); // 15 before the tick
    await desk.shot(page, "4-ticked");
    await apply.click();
    await page.getByText("All name servers of the zone answer").waitFor();
    await desk.shot(page, "5-applied");
    await checkPage(watched, new Set());
    const look = async () =>
      (await engine.engine.ctx.observer.look(NAME, "MX")).sights
        .filter(({ view }) => view === "authority") // the resolver keeps what it has heard
        .map(({ records }) => records);
    for (const records of await look()) {
      assert.deepEqual(records, [{ preference: 10, exchange: "mx.posthorn.test" }]);
    }

    await page
      .locator("summary", { hasText: say("publish.undo") })
      .first()
      .click();
    await page.getByRole("button", { name: en["publish.undo"], exact: true }).click();
    await page.getByText(en["publish.state.undone"], { exact: true }).waitFor();
    await desk.shot(page, "6-undone");
    // Undone is what the primary took; its secondary hears of it a second later.
    const old = [{ preference: 5, exchange: "mx.old.example" }];
    const end = Date.now() + 15_000;
    while (!(await look()).every((seen) => isDeepStrictEqual(seen, old)) && Date.now() < end) {
      await delay(200);
    }
    for (const records of await look()) assert.deepEqual(records, old);
    assert.deepEqual(watched.problems(), []);
  });

  test("every tool has its script, and every provider its form", async () => {
    const watched = await desk.open();
    const { page } = watched;
    for (const tool of [
      "cloudflare",
      "terraform",
      "route53",
      "desec",
      "powerdns",
      "octodns",
      "dnscontrol",
    ]) {
      await page.goto(`${here()}?tool=${tool}`);
      assert.match(await page.locator("pre").innerText(), /mx\.posthorn\.test/, tool);
    }
    for (const add of ["cloudflare", "desec"]) {
      await page.goto(`${here()}?add=${add}`);
      assert.equal(await page.locator("[name=provider]").getAttribute("value"), add);
      await checkPage(watched, new Set());
    }
  });

  test("on a phone, in Chinese and in the dark it fits and reads", async () => {
    const watched = await desk.open({ look: "phone", language: "zh", theme: "dark" });
    await watched.page.goto(`${here()}?add=cloudflare&tool=octodns`);
    await watched.page.getByText(zh["publish.how.lead"]).waitFor();
    await desk.shot(watched.page, "7-phone-zh");
    await checkPage(watched, new Set());
  });

  test("without script a preview is asked for and shown", async () => {
    const { page } = await desk.open({ script: false });
    await page.goto(here());
    await page.getByRole("button", { name: /^Preview changes with/ }).click();
    for (let tries = 0; tries < 40; tries++) {
      await page.goto(here());
      if ((await page.getByRole("button", { name: /^Make these/ }).count()) > 0) return;
      await page.waitForTimeout(250);
    }
    assert.fail("no preview came");
  });

  test("the server's own records: previewed, published, verified and undone", async () => {
    const host = `mx.${NAME}`;
    const { service } = desk.runtime;
    await setHostName(service, cliActor, { hostName: host });
    const addresses = ServerAddresses.parse({ addresses: "203.0.113.7" });
    await setAddresses(service, cliActor, addresses);
    const watched = await desk.open();
    const { page } = watched;
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${desk.web.http}/system/identity`);
    await page.getByRole("link", { name: en["publish.title"], exact: true }).click();
    await page.waitForURL("**/system/identity/automate");
    // The zone is the domain's as well: its credential is offered here.
    await page.getByText(en["publish.credential.forOne"], { exact: false }).waitFor();
    await page.goto(`${desk.web.http}/system/identity/automate?add=rfc2136`);
    await addKey(watched, lab.key(NAME).secret);
    await page.getByText(en["publish.credential.forHost"], { exact: false }).waitFor();
    await checkPage(watched, new Set());
    await page
      .getByRole("button", { name: new RegExp(`^Preview changes with .*${lab.key(NAME).name}`) })
      .last()
      .click();
    const apply = page.getByRole("button", { name: /^Make these/ });
    await apply.waitFor();
    await page.getByText("203.0.113.7", { exact: true }).first().waitFor();
    // The zone is above the name, so that "@" would be somebody else's.
    await page.locator("#publication").getByText("_smtp._tls.mx", { exact: true }).waitFor();
    assert.equal(await page.getByText("in-addr.arpa").count(), 0, "pointers are somebody else's");
    await checkPage(watched, new Set());
    await desk.shot(page, "8-server-preview");
    await apply.click();
    await page.getByText("All name servers of the zone answer").waitFor();
    await desk.shot(page, "9-server-applied");
    const addressesSeen = async () =>
      (await engine.engine.ctx.observer.look(host, "A")).sights
        .filter(({ view }) => view === "authority")
        .map(({ records }) => records);
    for (const records of await addressesSeen()) assert.deepEqual(records, ["203.0.113.7"]);
    const back = page.getByRole("link", { name: en["publish.applied.checks"] });
    assert.equal(await back.getAttribute("href"), "/system/identity");
    await page.locator("#publication summary").filter({ hasText: en["publish.undo"] }).click();
    await page.getByRole("button", { name: en["publish.undo"], exact: true }).click();
    await page.getByText(en["publish.state.undone"], { exact: true }).first().waitFor();
    const end = Date.now() + 15_000;
    while ((await addressesSeen()).flat().length > 0 && Date.now() < end) await delay(200);
    assert.deepEqual((await addressesSeen()).flat(), []);
    assert.deepEqual(watched.problems(), []);
    await page.context().close();
  });
});
