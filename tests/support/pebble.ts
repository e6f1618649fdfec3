/**
 * Debian's `pebble` as a certificate authority on loopback: its own HTTPS with a certificate of the test's,
 * looking at the test's web listeners by the test's DNS. Nonces are refused now and then, as pebble does.
 *
 *   const pebble = await startPebble({ dns: engine.dns.address, httpPort, tlsPort });
 *   after(() => pebble.stop());
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { freePort } from "./free-port.ts";
import { startProgram, type Program } from "./dns-lab/program.ts";
import { findProgram } from "./tools.ts";

export interface PebbleOptions {
  /** "127.0.0.1:port". */
  readonly dns: string;
  /** Where it looks for answers over HTTP, and in the TLS handshake. */
  readonly httpPort: number;
  readonly tlsPort: number;
  /** Percent of nonces that it refuses. */
  readonly nonceReject?: number;
  /** Key ids → MAC keys (base64url): accounts have to name one. */
  readonly external?: Readonly<Record<string, string>>;
}

export interface Pebble {
  readonly directoryUrl: string;
  /** What its own HTTPS leads to. */
  readonly rootsPem: string;
  /** The root of the certificates that it issues, made anew at each start. */
  issuingRoot(): Promise<string>;
  log(): string;
  stop(): Promise<void>;
}

const READY_MS = 10_000;

export async function startPebble(options: PebbleOptions): Promise<Pebble> {
  const { dns, httpPort, tlsPort, nonceReject = 10, external } = options;
  const home = mkdtempSync(join(tmpdir(), "pebble-"));
  const own = await selfSigned(["localhost", "127.0.0.1"]);
  const [port, management] = [await freePort(), await freePort()];
  const file = (name: string, text: string) => {
    writeFileSync(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  };
  const config = file(
    "config.json",
    JSON.stringify({
      pebble: {
        listenAddress: `127.0.0.1:${port}`,
        managementListenAddress: `127.0.0.1:${management}`,
        certificate: file("cert.pem", own.certPem),
        privateKey: file("key.pem", own.keyPem),
        ...{ httpPort, tlsPort, ocspResponderURL: "" },
        externalAccountBindingRequired: external !== undefined,
        externalAccountMACKeys: external ?? {},
      },
    }),
  );
  const environment = [
    ...["PEBBLE_VA_NOSLEEP=1", "PEBBLE_AUTHZREUSE=0"],
    `PEBBLE_WFE_NONCEREJECT=${nonceReject}`,
  ];
  const path = findProgram("pebble") ?? "pebble";
  const program = startProgram(
    "/usr/bin/env",
    [...environment, path, "-config", config, "-dnsserver", dns, "-strict"],
    home,
  );
  const directoryUrl = `https://localhost:${port}/dir`;
  try {
    await Promise.race([program.ended, ready(directoryUrl, own.certPem)]);
  } catch (error) {
    await end(program, home);
    throw error;
  }
  return {
    ...{ directoryUrl, rootsPem: own.certPem, log: () => program.log() },
    issuingRoot: () => read(`https://localhost:${management}/roots/0`, own.certPem),
    stop: () => end(program, home),
  };
}

async function end(program: Program, home: string): Promise<void> {
  await program.stop();
  rmSync(home, { recursive: true, force: true });
}

function read(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { ca, agent: false }, (res) => {
      res.setEncoding("utf8");
      let text = "";
      res.on("data", (part: string) => (text += part));
      res.on("end", () => resolve(text));
    })
      .on("error", reject)
      .end();
  });
}

async function ready(url: string, ca: string): Promise<void> {
  const end = Date.now() + READY_MS;
  for (;;) {
    const answers = await new Promise<boolean>((resolve) => {
      request(url, { ca, agent: false }, (res) => {
        res.resume();
        resolve(res.statusCode === 200);
      })
        .on("error", () => resolve(false))
        .end();
    });
    if (answers) return;
    if (Date.now() > end) throw new Error("pebble does not answer");
    await delay(50);
  }
}
