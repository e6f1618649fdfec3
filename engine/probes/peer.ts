/**
 * One connection of a probe: dialled within a limit, TLS put on as a careful client would, and what the
 * certificate says. Fails with `NoPeer`, whose kind tells "refused" (nobody listens) from "silent" (a
 * firewall, or no way out from here).
 */
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { createHash, type X509Certificate } from "node:crypto";

/** A probe is one of many and waits for nobody: the world's slowest good server answers within this. */
export const CONNECT_MS = 8_000;
export const TALK_MS = 10_000;

export class NoPeer extends Error {
  readonly kind: "refused" | "silent" | "tls" | "closed";
  constructor(kind: NoPeer["kind"], text: string, options?: ErrorOptions) {
    super(text, options);
    this.kind = kind;
  }
}

export interface PeerTls {
  readonly protocol: string;
  readonly cipher: string;
  /** Leads to a known root, names the host, is valid now. */
  readonly verified: boolean;
  /** OpenSSL's or Node's code: "DEPTH_ZERO_SELF_SIGNED_CERT", "ERR_TLS_CERT_ALTNAME_INVALID", … */
  readonly problem: string | null;
  readonly names: readonly string[];
  readonly issuer: string;
  readonly notAfter: string;
  /** SHA-256 of SubjectPublicKeyInfo in hexadecimal: what TLSA 3 1 1 says. */
  readonly spki: string;
}

export function dialPeer(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)]);
    const socket = connect({ host: address, port });
    const done = (settle: () => void) => {
      limit.removeEventListener("abort", leave);
      socket.off("error", onError);
      settle();
    };
    const fail = (kind: NoPeer["kind"], text: string, cause?: unknown) =>
      done(() => {
        socket.on("error", () => {}).destroy();
        reject(new NoPeer(kind, text, { cause }));
      });
    const leave = () => fail("silent", "no answer in time");
    const onError = (error: Error) => {
      const refused = "code" in error && error.code === "ECONNREFUSED";
      fail(refused ? "refused" : "silent", refused ? "connection refused" : error.message, error);
    };
    limit.addEventListener("abort", leave, { once: true });
    if (limit.aborted) return leave();
    socket.once("error", onError);
    socket.once("connect", () => done(() => resolve(socket)));
  });
}

interface Handshake {
  readonly host: string;
  readonly roots: readonly string[] | null;
  readonly signal: AbortSignal;
  readonly alpn?: readonly string[];
}

/** The client's side; whatever the certificate is, what it says comes back. */
export function secured(
  plain: Socket,
  { host, roots, signal, alpn }: Handshake,
): Promise<{ socket: TLSSocket; tls: PeerTls }> {
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TALK_MS)]);
    const socket = connectTls({
      socket: plain,
      rejectUnauthorized: false, // a probe reports; it sends nothing that needs protection
      minVersion: "TLSv1.2",
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ...(alpn && { ALPNProtocols: [...alpn] }),
      ...(roots && { ca: [...roots] }),
    });
    plain.on("error", () => {});
    const done = (settle: () => void) => {
      limit.removeEventListener("abort", leave);
      socket.off("error", onError).off("close", onClose);
      settle();
    };
    const fail = (text: string, cause?: unknown) =>
      done(() => {
        socket.on("error", () => {}).destroy();
        reject(new NoPeer("tls", text, { cause }));
      });
    const leave = () => fail("no handshake in time");
    const onError = (error: Error) => fail(error.message.slice(0, 200), error);
    const onClose = () => fail("closed during the handshake");
    limit.addEventListener("abort", leave, { once: true });
    socket.once("error", onError).once("close", onClose);
    socket.once("secureConnect", () =>
      done(() => {
        const leaf = socket.getPeerX509Certificate();
        if (!leaf) {
          socket.on("error", () => {}).destroy();
          return reject(new NoPeer("tls", "no certificate"));
        }
        resolve({ socket, tls: factsOf(socket, leaf) });
      }),
    );
  });
}

function factsOf(socket: TLSSocket, leaf: X509Certificate): PeerTls {
  const spki = leaf.publicKey.export({ format: "der", type: "spki" });
  return {
    protocol: socket.getProtocol() ?? "unknown",
    cipher: socket.getCipher().standardName,
    verified: socket.authorized,
    problem: socket.authorized ? null : problemOf(socket.authorizationError),
    names: (leaf.subjectAltName ?? "")
      .split(", ")
      .flatMap((name) => (name.startsWith("DNS:") ? [name.slice(4)] : []))
      .slice(0, 20),
    issuer: issuerOf(leaf),
    notAfter: new Date(leaf.validTo).toISOString(),
    spki: createHash("sha256").update(spki).digest("hex"),
  };
}

/** Node puts an Error or a code there, whatever its types say. */
function problemOf(problem: unknown): string {
  if (typeof problem === "string") return problem;
  const code: unknown = typeof problem === "object" && problem && Reflect.get(problem, "code");
  return typeof code === "string" ? code : String(problem);
}

function issuerOf(leaf: X509Certificate): string {
  const organisation = /^O=(.+)$/m.exec(leaf.issuer)?.[1] ?? /^CN=(.+)$/m.exec(leaf.issuer)?.[1];
  return (organisation ?? leaf.issuer.replaceAll("\n", ", ")).slice(0, 100);
}
