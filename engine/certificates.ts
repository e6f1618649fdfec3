/**
 * The certificates that the mail servers show, from the database: for the mail host name a self-signed
 * one is made once and kept until there is a better. Read again when told and now and then, without
 * restart; connections that are open keep what they negotiated. Who shows another one has the server looked at:
 * whoever made it known cannot tell when it is in use.
 */
import type { Logger } from "pino";
import type { Certificate } from "../lib/mail/self-signed.ts";
import {
  CERTIFICATE_CHANNEL,
  ensureSelfSigned,
  loadCertificates,
} from "../lib/storage/certificates.ts";
import { askForLook } from "../lib/storage/dns-publications.ts";
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
  const first = await read(storage, hostName());
  const contexts = new TlsContexts(first);
  let shown = ownOf(first, hostName());
  const readAgain = async () => {
    const certificates = await read(storage, hostName());
    contexts.replace(certificates);
    const before = shown;
    shown = ownOf(certificates, hostName());
    if (shown !== before) await askForLook(storage.pool, null);
  };
  const reload = () =>
    void readAgain().catch((error: unknown) =>
      log.error({ err: error }, "certificates not read again"),
    );
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

const isOf =
  (hostName: string) =>
  ({ names }: Certificate): boolean =>
    names.includes(hostName);

/** The host's own, as one text: another one when any of them is. */
const ownOf = (certificates: readonly Certificate[], hostName: string): string =>
  certificates
    .filter(isOf(hostName))
    .map(({ certPem }) => certPem)
    .join("");

/** The host's own first: it is what clients without SNI get. */
async function read(storage: Storage, hostName: string): Promise<Certificate[]> {
  const { pool, secrets } = storage;
  await ensureSelfSigned(pool, secrets, hostName);
  const all = await loadCertificates(pool, secrets);
  const own = isOf(hostName);
  return [...all.filter(own), ...all.filter((certificate) => !own(certificate))];
}
