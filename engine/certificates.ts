/**
 * The certificates that the mail servers show, from the database: for the mail host name a self-signed
 * one is made once and kept until there is a better. Read again when told and now and then, without
 * restart; connections that are open keep what they negotiated.
 */
import type { Logger } from "pino";
import type { Certificate } from "../lib/mail/self-signed.ts";
import {
  CERTIFICATE_CHANNEL,
  ensureSelfSigned,
  loadCertificates,
} from "../lib/storage/certificates.ts";
import type { Storage } from "../lib/storage/storage.ts";
import { TlsContexts } from "./net/tls.ts";

/** Safety net for a notice that was missed, and what renews the self-signed one. */
const RELOAD_MS = 10 * 60_000;

export interface LoadedTls {
  readonly contexts: TlsContexts;
  reload(): void;
  stop(): void;
}

interface Options {
  /** Asked at each reload: the name may change while we run. */
  readonly hostName: () => string;
  readonly log: Logger;
}

export async function loadTls(storage: Storage, { hostName, log }: Options): Promise<LoadedTls> {
  const contexts = new TlsContexts(await read(storage, hostName()));
  const reload = () => {
    read(storage, hostName()).then(
      (certificates) => contexts.replace(certificates),
      (error: unknown) => log.error({ err: error }, "certificates not read again"),
    );
  };
  const stopListening = storage.notifications.listen(CERTIFICATE_CHANNEL, reload);
  const timer = setInterval(reload, RELOAD_MS).unref();
  return {
    contexts,
    reload,
    stop() {
      clearInterval(timer);
      stopListening();
    },
  };
}

/** The host's own first: it is what clients without SNI get. */
async function read(storage: Storage, hostName: string): Promise<Certificate[]> {
  const { pool, secrets } = storage;
  await ensureSelfSigned(pool, secrets, hostName);
  const all = await loadCertificates(pool, secrets);
  const own = ({ names }: Certificate) => names.includes(hostName);
  return [...all.filter(own), ...all.filter((certificate) => !own(certificate))];
}
