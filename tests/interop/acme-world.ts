/**
 * Everything that a certificate needs, as an installation has it: engine, web listeners, DNS, and Debian's
 * pebble as the authority.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import type { Pool } from "pg";
import { connect } from "node:tls";
import { setTimeout as delay } from "node:timers/promises";
import { cliActor } from "../../lib/service/actor.ts";
import {
  agreeToTerms,
  getCertificates,
  setUpAuthority,
  type Certificates,
  type ManagedCertificate,
} from "../../lib/service/certificates.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { openWebRuntime } from "../../lib/service/web-runtime.ts";
import { SetUpAuthority } from "../../lib/schemas/certificates.ts";
import { startWeb, type Web } from "../../server/web.ts";
import { startTestEngine, type TestEngine, type TestEngineOptions } from "../support/engine.ts";
import { startPebble, type Pebble, type PebbleOptions } from "../support/pebble.ts";

export const HOST = "mx.posthorn.test";
const WAIT_MS = 40_000;

export interface AcmeWorld {
  readonly engine: TestEngine;
  readonly web: Web;
  readonly pebble: Pebble;
  /** Of the console: it outlives the engine. */
  readonly pool: Pool;
  /** A console listener more on the same database. */
  addWeb(): Promise<Web>;
  setUp(input?: Readonly<Record<string, string>>): Promise<void>;
  read(): Promise<Certificates>;
  /** Waits until the row of that name is as wanted. */
  wait(name: string, is: (row: ManagedCertificate) => boolean): Promise<ManagedCertificate>;
}

export const portOf = (web: Web, protocol: "http" | "https") =>
  web.listeners.find((one) => one.protocol === protocol)?.port ?? 0;

export async function acmeWorld(
  options: TestEngineOptions & Partial<PebbleOptions> = {},
): Promise<AcmeWorld> {
  const engine = await startTestEngine(options);
  after(() => engine.stop());
  const { prisma } = engine.services;
  const value = { ipv4: ["127.0.0.1"], ipv6: [] };
  await prisma.setting.create({ data: { key: "server.addresses", value } });
  const { settings } = engine.engine.ctx;
  const runtime = openWebRuntime({
    databaseUrl: engine.databaseUrl,
    secretKey: settings.secretKey,
    authSecret: settings.authSecret,
    hostName: settings.mailHostname,
    onError: (error) => console.error(error),
  });
  const webs: Web[] = [];
  after(async () => {
    await Promise.all(webs.map((one) => one.stop()));
    await runtime.close();
  });
  const addWeb = async () => {
    const auto = [0] as const;
    const web = await startWeb({
      settings: {
        ports: { ...settings.ports, http: auto, https: auto },
        ...{ bindAddress: "127.0.0.1", publicUrl: null, proxyProtocolFrom: [] },
      },
      runtime,
      pages: { handle: async (_req, res) => void res.end("page") },
      onError: (error) => console.error(error),
    });
    webs.push(web);
    return web;
  };
  const web = await addWeb();
  const dns = options.settings?.dns?.servers[0] ?? engine.dns.address;
  const pebble = await startPebble({
    ...{ dns, httpPort: portOf(web, "http"), tlsPort: portOf(web, "https") },
    ...options,
  });
  after(() => pebble.stop());
  const world: AcmeWorld = {
    ...{ engine, web, pebble, addWeb, pool: runtime.pool },
    async setUp(input = {}) {
      const { directoryUrl, rootsPem } = pebble;
      const form = { authority: "other", directoryUrl, rootsPem, ...input };
      const asked = await setUpAuthority(engine.services, cliActor, SetUpAuthority.parse(form));
      assert.equal(asked.outcome, "done");
      const termsUrl = await eventually("terms or an error", async () => {
        const { account } = await world.read();
        if (account?.lastError) assert.fail(JSON.stringify(account.lastError));
        return account?.termsUrl ?? null;
      });
      const agreed = await agreeToTerms(engine.services, cliActor, { termsUrl });
      assert.equal(agreed.outcome, "done");
      await eventually("the account", async () => {
        const { account } = await world.read();
        if (account?.lastError) assert.fail(JSON.stringify(account.lastError));
        return account?.accountUrl ?? null;
      });
    },
    async read() {
      const view = await getCertificates(engine.services, cliActor);
      assert.ok(view);
      return view;
    },
    async wait(name, is) {
      let last: ManagedCertificate | undefined;
      try {
        return await eventually(`a state of ${name}`, async () => {
          last = (await world.read()).managed.find((row) => row.name === name);
          return last && is(last) ? last : null;
        });
      } catch (error) {
        console.error(JSON.stringify(last, null, 1), pebble.log().slice(-3000));
        throw error;
      }
    },
  };
  return world;
}

export async function eventually<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const found = await ask();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await delay(100);
  }
}

/** SHA-256 of the certificate that is shown for that name. */
export function shownAt(port: number, servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: "127.0.0.1", port, servername, rejectUnauthorized: false },
      () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? "");
        socket.destroy();
      },
    );
    socket.on("error", reject);
  });
}

export interface Front {
  readonly directoryUrl: string;
  readonly rootsPem: string;
  /** The window that it suggests; null: it has no such service. */
  window: { start: string; end: string } | null;
  /** Ids of certificates that were asked about. */
  readonly asked: string[];
}

/** pebble with what this version lacks: names for CAA, and renewal information (RFC 9773). */
export async function frontOf(pebble: Pebble): Promise<Front> {
  const own = await selfSigned(["front.test", "localhost"]); // roots are found by their subject
  const front = { window: null as Front["window"], asked: [] as string[] };
  const server = createServer({ cert: own.certPem, key: own.keyPem }, (req, res) => {
    const answer = async () => {
      const [, path = "", id = ""] = (req.url ?? "").split("/");
      if (path === "info") {
        front.asked.push(id);
        return JSON.stringify({ suggestedWindow: front.window });
      }
      const directory = (await fetchJson(pebble.directoryUrl, pebble.rootsPem)) as {
        meta: object;
      };
      const meta = { ...directory.meta, caaIdentities: ["pebble.test"] };
      const info = front.window && { renewalInfo: `https://${req.headers.host}/info` };
      return JSON.stringify({ ...directory, meta, ...info });
    };
    answer().then(
      (body) => res.end(body),
      () => res.destroy(),
    );
  }).listen(0, "localhost");
  await once(server, "listening");
  after(() => void server.close());
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return Object.assign(front, {
    directoryUrl: `https://localhost:${port}/dir`,
    rootsPem: `${own.certPem}\n${pebble.rootsPem}`,
  });
}

function fetchJson(url: string, ca: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request(url, { ca, agent: false }, (res) => {
      let body = "";
      res.setEncoding("utf8").on("data", (text: string) => (body += text));
      res.on("end", () => resolve(JSON.parse(body)));
    })
      .on("error", reject)
      .end();
  });
}
