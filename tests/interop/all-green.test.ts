/**
 * The zone file of the console, loaded unchanged into real name servers, makes every check right; other
 * people's tools agree. Two domains: one unsigned, one in a signed zone with DANE on the host.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, suite, test } from "node:test";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { PROFILE_KEYS } from "../../lib/mail/server-profile.ts";
import { formatZone } from "../../lib/mail/zone-file.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { checkNow, getDomainChecks, getServerChecks } from "../../lib/service/dns-checks.ts";
import { getDomainRecords } from "../../lib/service/domains.ts";
import { setDmarc, setMtaSts } from "../../lib/service/policies.ts";
import { DmarcForm, MtaStsForm } from "../../lib/schemas/policies.ts";
import { addCertificate, CERTIFICATE_CHANNEL } from "../../lib/storage/certificates.ts";
import { setSetting } from "../../lib/storage/settings.ts";
import { startConsole, type TestConsole } from "../support/console.ts";
import { testFolder } from "../support/cluster.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";
import { updatesFrom } from "../support/dns-published.ts";
import { startEngineProcess, type EngineProcess } from "../support/engine-process.ts";
import { freePort } from "../support/free-port.ts";
import { newDomain } from "../support/service.ts";
import { missingChromium } from "../support/tools.ts";

const HOST = "mail.host.test";
const DOMAIN = "green.test";
const PORTS = ["SMTP", "SUBMISSIONS", "IMAPS", "POP3S", "HTTP", "HTTPS"] as const;
const absent = missingDnsLab() || missingChromium();

suite("a zone file loaded as it is", { skip: absent }, () => {
  let lab: DnsLab;
  let desk: TestConsole;
  let engine: EngineProcess;
  const ports: Record<string, number> = {};

  before(async () => {
    for (const name of PORTS) ports[name] = await freePort();
    const large = { text: `@ MX 5 mx\nmx A 127.0.0.1` };
    lab = await startDnsLab([
      { name: "host.test", dnssec: "signed", text: "mail A 127.0.0.1" },
      { name: "127.in-addr.arpa", text: `1.0.0 PTR ${HOST}.` },
      ...["gmail.com", "outlook.com", "yahoo.com"].map((name) => ({ name, ...large })),
    ]);
    // One authority for the host and the policy host, known to the engine as a root of its own.
    const certificate = await selfSigned([HOST, `mta-sts.${DOMAIN}`]);
    const roots = join(testFolder(), "roots.pem");
    writeFileSync(roots, certificate.certPem);
    const env = {
      ...lab.environment,
      ...Object.fromEntries(PORTS.map((name) => [`${name}_PORT`, String(ports[name])])),
      ...{ MAIL_HOSTNAME: HOST, DNS_WATCH: "yes", NODE_EXTRA_CA_CERTS: roots },
      ...{ SMTP_DELIVERY_PORT: String(ports["SMTP"]), HTTPS_FETCH_PORT: String(ports["HTTPS"]) },
    };
    desk = await startConsole(env);
    const { service, pool } = desk.runtime;
    await addCertificate(pool, service.secrets, { certificate, source: "uploaded" });
    await pool.query(`select pg_notify('${CERTIFICATE_CHANNEL}', '- new')`);
    await setSetting(service.prisma, PROFILE_KEYS.addresses, { ipv4: ["127.0.0.1"], ipv6: [] });
    await setSetting(service.prisma, PROFILE_KEYS.services, {
      ...{ submissions: ports["SUBMISSIONS"] ?? 0, imaps: ports["IMAPS"] ?? 0 },
      ...{ pop3s: ports["POP3S"] ?? 0, submission: null, imap: null, pop3: null },
    });
    engine = await startEngineProcess(desk.env);
  });
  after(async () => {
    await engine?.stop();
    await desk?.stop();
    await lab?.stop();
  });

  /** Checks that are not right, after a look; tried until there are none or time is over. */
  async function wrongAt(subject: string | null, seconds = 60): Promise<string[]> {
    const { service } = desk.runtime;
    for (const end = Date.now() + seconds * 1000; ; await delay(1_000)) {
      await checkNow(service, cliActor, { subject, published: true });
      const view =
        subject === null
          ? await getServerChecks(service, cliActor)
          : await getDomainChecks(service, cliActor, subject);
      const wrong = (view?.checks ?? [])
        .filter(({ verdict, need }) => need !== "optional" && verdict !== "ok")
        .map(({ key, verdict, reasons }) => `${key}: ${verdict} ${JSON.stringify(reasons)}`);
      if (view?.watch?.checkedAt && wrong.length === 0) return [];
      if (Date.now() > end) return wrong.length > 0 ? wrong : ["nobody looked"];
    }
  }

  test("the server's own records and ports are right; what cannot be seen from here is said so", async () => {
    const { service } = desk.runtime;
    const view = await getServerChecks(service, cliActor);
    const text = formatZone("host.test", view?.records ?? [], { names: "full" });
    await lab.update("host.test", updatesFrom(text, HOST));
    const wrong = await wrongAt(null, 30);
    assert.deepEqual(
      wrong.filter((one) => !one.startsWith("blocklist:127.0.0.1: unknown")),
      [],
    );
  });

  test("everything of the domain is right, and all five questions are answered with yes", async () => {
    const { service } = desk.runtime;
    await newDomain(desk.runtime, DOMAIN);
    const dmarc = { domain: DOMAIN, p: "reject", rua: `dmarc@${DOMAIN}` };
    await setDmarc(service, cliActor, DmarcForm.parse(dmarc));
    const sts = { domain: DOMAIN, mode: "enforce", maxAge: "604800", confirm: DOMAIN };
    await setMtaSts(service, cliActor, MtaStsForm.parse(sts));
    const found = await getDomainRecords(service, cliActor, DOMAIN);
    assert.ok(found);
    await lab.add({ name: DOMAIN, text: formatZone(DOMAIN, found.records) });
    assert.deepEqual(await wrongAt(DOMAIN), []);
    const view = await getDomainChecks(service, cliActor, DOMAIN);
    assert.deepEqual(
      view?.capabilities.map(({ group, state }) => `${group} ${state}`),
      ["receive ok", "send ok", "protect ok", "encrypt ok", "devices ok"],
    );
    assert.equal(view.nextStep, null, JSON.stringify(view.nextStep));
  });

  test("kdig sees what we see, and the keys sign", async () => {
    const { service } = desk.runtime;
    const keys = await service.prisma.dkimKey.findMany({
      where: { domain: { name: DOMAIN } },
      select: { selector: true, state: true },
    });
    assert.deepEqual([...new Set(keys.map(({ state }) => state))], ["signing"]);
    const [server = "", port = ""] = lab.resolver.split(":");
    for (const [name, type] of [
      [DOMAIN, "MX"],
      [`_dmarc.${DOMAIN}`, "TXT"],
      [`_mta-sts.${DOMAIN}`, "TXT"],
    ] as const) {
      const args = [`@${server}`, "-p", port, "+short", name, type];
      const { stdout } = spawnSync("kdig", args, { encoding: "utf8" });
      const view = await getDomainChecks(service, cliActor, DOMAIN);
      const check = view?.checks.find((one) => one.name === name && one.type === type);
      const seen = stdout.replace(/"|\.$/gm, "").trim();
      assert.equal(check?.found.join("\n"), seen, `${name} ${type}`);
    }
  });
});
