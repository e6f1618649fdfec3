/**
 * From nothing to all green, in a browser only: the set-up link, the server's records pushed to a real name
 * server, certificates from Debian's pebble, then two domains with enforced MTA-STS. The records of the first
 * are pasted as the zone file that the console shows; those of the second the console sends by RFC 2136.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { en } from "../../lib/i18n/en.ts";
import { PROFILE_KEYS } from "../../lib/mail/server-profile.ts";
import { issueSetUpToken } from "../../lib/service/setup.ts";
import { openWebRuntime, type WebRuntime } from "../../lib/service/web-runtime.ts";
import { setSetting } from "../../lib/storage/settings.ts";
import { checkPage, openBrowser, openPage, type WatchedPage } from "../support/browser.ts";
import { testDatabase } from "../support/database.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";
import { updatesFrom } from "../support/dns-published.ts";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { freePort } from "../support/free-port.ts";
import { startPebble, type Pebble } from "../support/pebble.ts";
import { testEnvironment } from "../support/settings.ts";
import { missing, missingChromium } from "../support/tools.ts";
import { startWebProcess, type WebProcess } from "../support/web-process.ts";

const HOST = "mail.host.test";
const PASTED = "pasted.test";
const PUSHED = "pushed.test";
const OPERATOR = { address: "mei@people.example", password: "battery staple nine" };
const PORTS = ["SMTP", "SUBMISSIONS", "IMAPS", "POP3S", "HTTP", "HTTPS"] as const;
/** Of looks every fifteen seconds, from two vantage points, on a busy machine. */
const PATIENCE_MS = 90_000;
const absent = missingDnsLab() || missingChromium() || missing("pebble");

suite("an empty installation, until all is green", { skip: absent }, () => {
  const home = mkdtempSync(join(tmpdir(), "first-domain-"));
  const ports: Record<string, number> = {};
  let lab: DnsLab;
  let pebble: Pebble;
  let runtime: WebRuntime;
  let web: WebProcess;
  let engine: EngineProcess;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;

  before(async () => {
    for (const name of PORTS) ports[name] = await freePort();
    const large = { text: "@ MX 5 mx\nmx A 127.0.0.1" }; // probed to see whether port 25 is open outwards
    lab = await startDnsLab([
      { name: "host.test", dnssec: "signed" },
      { name: "127.in-addr.arpa", text: `1.0.0 PTR ${HOST}.` },
      { name: PUSHED, negativeTtl: 1 }, // the authority's resolver is ours here, and asked too early
      ...["gmail.com", "outlook.com", "yahoo.com"].map((name) => ({ name, ...large })),
    ]);
    pebble = await startPebble({
      ...{ dns: lab.resolver, httpPort: ports["HTTP"] ?? 0, tlsPort: ports["HTTPS"] ?? 0 },
    });
    const roots = join(home, "roots.pem");
    writeFileSync(roots, await pebble.issuingRoot());
    const env: Record<string, string> = {
      ...testEnvironment(),
      ...lab.environment,
      ...Object.fromEntries(PORTS.map((name) => [`${name}_PORT`, String(ports[name])])),
      ...{ DATABASE_URL: (await testDatabase()).url, DNS_WATCH: "yes", NODE_EXTRA_CA_CERTS: roots },
      ...{ SMTP_DELIVERY_PORT: String(ports["SMTP"]), HTTPS_FETCH_PORT: String(ports["HTTPS"]) },
    };
    runtime = openWebRuntime({
      ...{ databaseUrl: env["DATABASE_URL"] ?? "", poolSize: 2, authSecret: "", hostName: "" },
      secretKey: Buffer.from(env["POSTHORN_SECRET_KEY"] ?? "", "base64"),
    });
    // What an installation finds out by itself, or an operator types; here all of it is on loopback.
    const { prisma } = runtime.service;
    await setSetting(prisma, PROFILE_KEYS.addresses, { ipv4: ["127.0.0.1"], ipv6: [] });
    await setSetting(prisma, PROFILE_KEYS.services, {
      ...{ submissions: ports["SUBMISSIONS"] ?? 0, imaps: ports["IMAPS"] ?? 0 },
      ...{ pop3s: ports["POP3S"] ?? 0, submission: null, imap: null, pop3: null },
    });
    web = await startWebProcess(env);
    engine = await startEngineProcess(env);
    browser = await openBrowser();
    watched = await openPage(browser, { viewport: { width: 1280, height: 800 } });
    page = watched.page;
    page.setDefaultTimeout(PATIENCE_MS);
  });
  after(async () => {
    await browser?.close();
    await engine?.stop();
    await web?.stop();
    await runtime?.close();
    await pebble?.stop();
    await lab?.stop();
    rmSync(home, { recursive: true });
  });

  const go = (path: string) => page.goto(web.http + path);
  const press = (name: string | RegExp) =>
    page.getByRole("main").getByRole("button", { name, exact: true }).click();
  /** Waits for it; when it does not come, the page says why. */
  async function shown(what: Locator): Promise<void> {
    try {
      await what.waitFor();
    } catch (error) {
      assert.fail(`${String(error)}\n${await page.locator("main").innerText()}`);
    }
  }
  /** The first form of the page. */
  const save = () =>
    page.getByRole("main").getByRole("button", { name: en["common.save"] }).first().click();
  /** The zone file as it is shown. */
  const zoneShown = () => page.locator("main pre").first().innerText();

  test("from the set-up link to two domains that are all green", async () => {
    await setUp();
    await publishHost();
    await getCertificates();
    await pasteZone();
    await pushZone();
    assert.deepEqual(watched.problems(), []);
  });

  /** The set-up link makes the first operator and names the host. */
  async function setUp(): Promise<void> {
    const token = await issueSetUpToken(runtime.service);
    await go(`/setup?token=${token}`);
    await page.fill("[name=name]", "Mei");
    await page.fill("[name=email]", OPERATOR.address);
    await page.fill("[name=password]", OPERATOR.password);
    await press(en["setup.submit"]);
    await page.waitForURL("**/setup/host");
    await page.fill("[name=hostName]", HOST);
    await press(en["setup.hostSubmit"]);
    await page.getByText(en["home.noDomains"]).waitFor();
  }

  /** The server's own records, published as shown, are seen to be right. */
  async function publishHost(): Promise<void> {
    await go("/system/identity");
    const zone = await page.locator("#zone pre").innerText();
    await lab.update("host.test", updatesFrom(zone, HOST));
    await lab.flush(); // the authority's resolver has not asked before, as ours has
    await page
      .locator(`[id="record-hostAddress:127.0.0.1"]`)
      .getByText(en["verdict.ok"], { exact: true })
      .waitFor();
  }

  /** Certificates come from an authority once its terms are agreed to. */
  async function getCertificates(): Promise<void> {
    await go("/system/certificates");
    await page.selectOption("[name=authority]", "other");
    await page.fill("[name=directoryUrl]", pebble.directoryUrl);
    await page.getByText(en["certificates.authority.more"]).click();
    await page.fill("[name=rootsPem]", pebble.rootsPem);
    await press(en["certificates.authority.submit"]);
    await press(en["certificates.authority.agree"]);
    await issued(HOST);
  }

  /** A domain whose zone file is pasted as shown. */
  async function pasteZone(): Promise<void> {
    await addStrict(PASTED);
    await go(`/domains/${PASTED}/dns/zone`);
    await lab.add({ name: PASTED, text: await zoneShown() });
    await allGreen(PASTED);
  }

  /** A domain whose records the console sends by RFC 2136. */
  async function pushZone(): Promise<void> {
    await addStrict(PUSHED);
    await go(`/domains/${PUSHED}/dns/automate`);
    const { name, secret } = lab.key(PUSHED);
    await page.fill("[name=keyName]", name);
    await page.fill("[name=secret]", secret);
    await press(en["publish.add.submit"]);
    await press(/^Preview changes with/);
    await press(/^Make these/);
    await page.getByText("All name servers of the zone answer").waitFor();
    await allGreen(PUSHED);
  }

  async function issued(name: string): Promise<void> {
    const row = page.getByRole("listitem").filter({ hasText: name });
    await shown(row.getByText(en["certificates.state.issued"], { exact: true }).first());
  }

  /** A domain whose policies are meant: DMARC rejects, MTA-STS is enforced, on the operator's own word. */
  async function addStrict(domain: string): Promise<void> {
    await go("/domains/new");
    await page.fill("[name=text]", domain);
    await press(en["domains.new.continue"]);
    await page.waitForURL("**/domains/new?job=*");
    await press(en["domains.new.submit"]);
    await page.waitForURL(`**/domains/${domain}/dns`);
    await go(`/domains/${domain}/policies`);
    await page.selectOption("[name=p]", "reject");
    await save();
    await page.getByText(en["dmarc.saved"]).waitFor();
    await go(`/domains/${domain}/policies/mta-sts`);
    await page.selectOption("[name=mode]", "enforce");
    await save();
    await page.locator("#f-confirm-error").waitFor();
    await page.fill("[name=confirm]", domain);
    await save();
    await page.getByText("mode: enforce").waitFor();
  }

  /** Five answers of yes in an open page, every step of MTA-STS done, a certificate for the policy host. */
  async function allGreen(domain: string): Promise<void> {
    await go(`/domains/${domain}/dns`);
    const tiles = page.getByRole("list", {
      name: en["capability.label"].replace("{domain}", domain),
    });
    const yes = tiles.getByText(en["capability.ok"], { exact: true });
    await shown(yes.nth(4));
    await checkPage(watched, new Set());
    await go(`/domains/${domain}/policies/mta-sts`);
    const done = page.getByRole("listitem").getByText(`✓ ${en["sts.state.done"]}`, { exact: true });
    await shown(done.nth(5));
    await go("/system/certificates");
    await issued(`mta-sts.${domain}`);
  }
});
