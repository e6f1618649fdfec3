/**
 * Certificates of the console and the policy hosts by SNI: those of the database, else a self-signed
 * one for a name that is ours (the host's, those of mta-sts.ts and clients.ts), else the host's. Read again when the
 * database says so and every ten minutes; open connections keep what they negotiated.
 */
import { createSecureContext, type SecureContext } from "node:tls";
import { selfSigned, type Certificate } from "../lib/mail/self-signed.ts";
import { getHostName } from "../lib/service/server-identity.ts";
import type { WebRuntime } from "../lib/service/web-runtime.ts";
import {
  CERTIFICATE_CHANNEL,
  ensureSelfSigned,
  loadCertificates,
} from "../lib/storage/certificates.ts";
import { isClientHost } from "./clients.ts";
import { findPolicy } from "./mta-sts.ts";

/** Safety net for a missed notice; also renews the self-signed one. */
const RELOAD_MS = 10 * 60_000;
/** Policy hosts without a certificate of their own; beyond this the oldest is made again. */
const MAX_MADE = 200;

interface Loaded {
  /** The host's own: what clients without SNI get. */
  readonly own: Certificate;
  readonly byName: ReadonlyMap<string, SecureContext>;
}

export interface WebTls {
  contextFor(servername: string): Promise<SecureContext>;
  /** For clients without SNI; `onChange` hears of a newer one. */
  defaultPair(): { cert: string; key: string };
  onChange(listener: () => void): void;
  stop(): void;
}

export async function loadWebTls(
  runtime: WebRuntime,
  onError: (error: unknown) => void,
): Promise<WebTls> {
  let loaded = await load(runtime);
  const made = new Map<string, SecureContext>();
  const listeners: (() => void)[] = [];
  const reload = () =>
    void load(runtime).then((fresh) => {
      loaded = fresh;
      for (const listener of listeners) listener();
    }, onError);
  const stopListening = runtime.notifications.listen(CERTIFICATE_CHANNEL, reload);
  const timer = setInterval(reload, RELOAD_MS).unref();
  return {
    async contextFor(servername) {
      const name = servername.toLowerCase();
      const { byName } = loaded;
      const known = byName.get(name) ?? byName.get(name.replace(/^[^.]*/, "*")) ?? made.get(name);
      if (known) return known;
      if (!(await isOwnName(runtime, name))) return contextOf(loaded.own);
      const own = contextOf(await selfSigned([name]));
      if (made.size >= MAX_MADE) made.delete(made.keys().next().value ?? "");
      made.set(name, own);
      return own;
    },
    defaultPair: () => ({ cert: loaded.own.certPem, key: loaded.own.keyPem }),
    onChange: (listener) => void listeners.push(listener),
    stop() {
      clearInterval(timer);
      stopListening();
    },
  };
}

/** Names under a domain that we answer to even before they have a certificate. */
async function isOwnName({ service }: WebRuntime, name: string): Promise<boolean> {
  return (await findPolicy(service, name)) !== null || isClientHost(service, name);
}

async function load(runtime: WebRuntime): Promise<Loaded> {
  const { pool } = runtime;
  const { secrets } = runtime.service;
  const hostName = await getHostName(runtime.service);
  await ensureSelfSigned(pool, secrets, hostName);
  const all = await loadCertificates(pool, secrets);
  const byName = new Map<string, SecureContext>();
  for (const certificate of all) {
    const context = contextOf(certificate);
    for (const name of certificate.names)
      if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), context);
  }
  const own = all.find(({ names }) => names.includes(hostName)) ?? (await selfSigned([hostName]));
  return { own, byName };
}

const contextOf = ({ certPem, keyPem }: { certPem: string; keyPem: string }) =>
  createSecureContext({ cert: certPem, key: keyPem, minVersion: "TLSv1.2" });
