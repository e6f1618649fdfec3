/**
 * TLS contexts of the servers by host name; they can be replaced while running.
 *
 * TLS 1.2 and later, forward-secret AEAD suites only (RFC 9325 §3.1.1, §4.2). Unknown or missing SNI
 * gets the default certificate: mail clients that connect by address must not be cut off.
 */
import {
  createSecureContext,
  type SecureContext,
  type TLSSocket,
  type TLSSocketOptions,
} from "node:tls";
import type { Certificate as KeptCertificate } from "../../lib/mail/self-signed.ts";

const CIPHERS = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");

/** What a server shows; how long it lasts is the business of whoever keeps it. */
export type Certificate = Pick<KeptCertificate, "names" | "certPem" | "keyPem">;

export class TlsContexts {
  #loaded: Loaded;

  /** The first certificate is the default. Throws when there is none, or one does not fit its key. */
  constructor(certificates: readonly Certificate[]) {
    this.#loaded = load(certificates);
  }

  /** For connections from now on; those that are open keep what they negotiated. All or nothing. */
  replace(certificates: readonly Certificate[]): void {
    this.#loaded = load(certificates);
  }

  get names(): string[] {
    return [...this.#loaded.byName.keys()];
  }

  contextFor(servername: string): SecureContext {
    const { byName, fallback } = this.#loaded;
    const name = servername.toLowerCase().replace(/\.$/, "");
    const wildcard = name.replace(/^[^.]*/, "*");
    return byName.get(name) ?? byName.get(wildcard) ?? fallback;
  }

  /** What a server-side TLSSocket is made with. */
  socketOptions(): TLSSocketOptions {
    return {
      secureContext: this.#loaded.fallback,
      SNICallback: (servername, done) => done(null, this.contextFor(servername)),
    };
  }
}

interface Loaded {
  readonly fallback: SecureContext;
  readonly byName: ReadonlyMap<string, SecureContext>;
}

function load(certificates: readonly Certificate[]): Loaded {
  const byName = new Map<string, SecureContext>();
  const [fallback] = certificates.map((certificate) => {
    const context = contextOf(certificate);
    for (const name of certificate.names.map((n) => n.toLowerCase()))
      if (!byName.has(name)) byName.set(name, context);
    return context;
  });
  if (!fallback) throw new Error("TLS needs at least one certificate");
  return { fallback, byName };
}

/** The SNI the client sent, or null. */
export function servernameOf(socket: TLSSocket): string | null {
  // Node sets `servername` on server sockets too (false without SNI); its types know the client's only.
  const name: unknown = Reflect.get(socket, "servername");
  return typeof name === "string" && name !== "" ? name : null;
}

function contextOf({ certPem, keyPem }: Certificate): SecureContext {
  return createSecureContext({
    cert: certPem,
    key: keyPem,
    ciphers: CIPHERS,
    minVersion: "TLSv1.2",
    honorCipherOrder: false, // all are good; phones know whether they have AES in hardware
  });
}
