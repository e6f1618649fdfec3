/**
 * MTA-STS as others see it: Debian's postfix-mta-sts-resolver reads the record from a real name server and the
 * policy from our web process at port 443; Postfix delivers by what it says, and puts mail off when the mail
 * server it is led to is another one (RFC 8461 §3, §4, §5).
 */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { PROFILE_KEYS } from "../../lib/mail/server-profile.ts";
import { formatZone } from "../../lib/mail/zone-file.ts";
import { MtaStsForm } from "../../lib/schemas/policies.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { getDomainRecords } from "../../lib/service/domains.ts";
import { setMtaSts } from "../../lib/service/policies.ts";
import { openWebRuntime, type WebRuntime } from "../../lib/service/web-runtime.ts";
import { addCertificate, CERTIFICATE_CHANNEL } from "../../lib/storage/certificates.ts";
import { startWeb, type Web } from "../../server/web.ts";
import { startProgram, type Program } from "../support/dns-lab/program.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";
import { updatesFrom } from "../support/dns-published.ts";
import { startTestEngine, type TestEngine } from "../support/engine.ts";
import { freePort } from "../support/free-port.ts";
import { startPeer, type Peer } from "../support/mx-peer.ts";
import { withResolver } from "../support/own-resolver.ts";
import { atPort53 } from "../support/port-53.ts";
import { missingPostfix, startPostfix, type Postfix } from "../support/postfix.ts";
import { run } from "../support/run.ts";
import { findProgram, missing } from "../support/tools.ts";

const skip = missingDnsLab() || missingPostfix() || missing("mta-sts-daemon", "mta-sts-query");
const DOMAIN = "ours.test";
const HOST = "mx.host.test";
const BOX = `ann@${DOMAIN}`;

/** Ports 25 and 443 are in the standards: addresses of our own have them. */
const ownAddress = () => `127.${randomInt(1, 250)}.${randomInt(1, 250)}.${randomInt(2, 250)}`;

describe("the policy of MTA-STS", { skip }, () => {
  const home = mkdtempSync(join(tmpdir(), "mta-sts-"));
  const address = ownAddress();
  const elsewhere = ownAddress();
  let lab: DnsLab;
  let engine: TestEngine;
  let runtime: WebRuntime;
  let web: Web;
  let daemon: Program;
  let postfix: Postfix;
  let thief: Peer;
  let port53: { stop(): void };
  let sent = 0;
  const roots = join(home, "roots.pem");

  before(async () => {
    lab = await startDnsLab([{ name: "host.test", text: `mx A ${address}\nthief A ${elsewhere}` }]);
    port53 = await atPort53(lab.resolver);
    const auto = [0] as const;
    const ports = {
      ...{ smtp: [25], submission: auto, submissions: auto, imap: auto, imaps: auto },
      ...{ pop3: auto, pop3s: auto, http: auto, https: [443] },
    } as never;
    engine = await startTestEngine({
      mailboxes: [BOX],
      settings: { ...lab.settings, mailHostname: HOST, bindAddress: address, ports },
    });
    const { services, databaseUrl } = engine;
    const { settings } = engine.engine.ctx;
    runtime = openWebRuntime({
      ...{ databaseUrl, secretKey: settings.secretKey, authSecret: settings.authSecret },
      hostName: HOST,
    });
    web = await startWeb({
      settings: {
        ...{ ports: settings.ports, bindAddress: address, publicUrl: null, proxyProtocolFrom: [] },
      },
      runtime,
      pages: { handle: async (_req, res) => void res.end("page") },
      onError: (error) => console.error(error),
    });

    const certificate = await selfSigned([HOST, `mta-sts.${DOMAIN}`]);
    writeFileSync(roots, certificate.certPem);
    await addCertificate(runtime.pool, services.secrets, { certificate, source: "uploaded" });
    await runtime.pool.query(`select pg_notify('${CERTIFICATE_CHANNEL}', '- new')`);
    const value = { ipv4: [address], ipv6: [] };
    await services.prisma.setting.create({ data: { key: PROFILE_KEYS.addresses, value } });
    await setMode("enforce");
    await lab.add({ name: DOMAIN, text: formatZone(DOMAIN, await records()) });

    const resolver = lab.resolver.split(":")[0] ?? "";
    const mapPort = await freePort();
    const config = { host: "127.0.0.1", port: mapPort, cache: { type: "internal" } };
    writeFileSync(join(home, "daemon.yml"), JSON.stringify(config)); // JSON is YAML
    const [program, ...args] = asStranger("mta-sts-daemon", "-c", join(home, "daemon.yml"));
    daemon = startProgram(program, args, home);
    thief = await startPeer({ address: elsewhere, port: 25 });
    postfix = await startPostfix({
      mailboxes: ["bob@postfix.test"],
      outwards: { resolver, tls: { mapPort, roots: certificate.certPem } },
    });
  });
  after(async () => {
    await postfix?.stop();
    await thief?.close();
    await daemon?.stop();
    await web?.stop();
    await runtime?.close();
    await engine?.stop();
    port53?.stop();
    await lab?.stop();
    rmSync(home, { recursive: true });
  });

  /** It asks the lab's resolver, and trusts whoever signed our certificates. */
  const asStranger = (program: string, ...args: readonly string[]) =>
    withResolver(home, lab.resolver.split(":")[0] ?? "", [
      ...["env", `SSL_CERT_FILE=${roots}`, findProgram(program) ?? program],
      ...args,
    ]);
  const records = async () =>
    (await getDomainRecords(engine.services, cliActor, DOMAIN))?.records ?? [];
  const setMode = (mode: "enforce" | "testing") =>
    setMtaSts(
      engine.services,
      cliActor,
      MtaStsForm.parse({ domain: DOMAIN, mode, maxAge: "604800", confirm: DOMAIN }),
    );
  const delivery = () => postfix.delivery("bob@postfix.test", BOX, `number ${++sent}`);
  async function query(): Promise<string> {
    const [program, ...args] = asStranger("mta-sts-query", DOMAIN);
    const { out, err } = await run(program, args);
    return out + err;
  }

  test("record and policy are found, and valid", async () => {
    const said = await query();
    assert.match(said, /STSFetchResult\.VALID/);
    assert.match(said, /'mode': 'enforce'/);
    assert.match(said, /'mx': \['mx\.host\.test'\]/);
    assert.match(said, /'max_age': 604800/);
  });

  test("mail arrives over TLS that was verified", async () => {
    assert.equal(await delivery(), "sent");
    assert.match(
      postfix.lastConnection(),
      /^Verified TLS connection established to mx\.host\.test/,
    );
  });

  test("led to another mail server, the sender puts mail off", async () => {
    await lab.update(DOMAIN, [`delete ${DOMAIN}. MX`, `add ${DOMAIN}. 60 MX 10 thief.host.test.`]);
    await lab.flush();
    assert.match(await delivery(), /^status=deferred.*TLS is required/);
    assert.deepEqual(thief.messages, []);
    await lab.update(DOMAIN, [`delete ${DOMAIN}. MX`, `add ${DOMAIN}. 60 MX 10 ${HOST}.`]);
    await lab.flush();
  });

  test("another policy has another id, and is seen once its record is published", async () => {
    await setMode("testing");
    const zone = formatZone(DOMAIN, await records(), { names: "full" });
    const [record] = updatesFrom(zone, `_mta-sts.${DOMAIN}`);
    assert.ok(record);
    await lab.update(DOMAIN, ["delete _mta-sts TXT", record]);
    await lab.flush();
    assert.match(await query(), /VALID.*'mode': 'testing'/);
  });
});
